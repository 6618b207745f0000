"""Charges with a co-payment, and short ways to correct and settle them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.facts.answers import ChargeAnswer
from clearing.ledger.load.balances import Balance, balance_of
from foundation.database.tables import choices, counties, grants, providers
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal
from tests.builders.county import NOW, TODAY
from tests.builders.funding import a_charge, a_choice, a_client, a_funding
from tests.builders.provider import an_offering
from tests.builders.settlement import SettlementScenario, a_settlement_scenario

VALUES = {"PERSONAL_ASSISTANCE": {"any": 3000}}


@dataclass
class CorrectionScenario:
    """One provider at 36 € an hour, of which the county pays 30 €; the choice holds 500 € of 1 000 €.

    It holds half of the hours too: 5,000 of 10,000 unless the terms say otherwise.
    """

    session: Session
    settlement: SettlementScenario
    provider_id: int
    funding: grants.Funding
    choice: choices.Choice
    _numbers: itertools.count[int]

    def charge(self, hours: str = "2.00", day: date = TODAY - timedelta(days=1)) -> int:
        """Send a charge that is accepted; return its id."""
        answer = self.send(hours, day)
        assert answer.outcome == "accepted", answer.findings
        assert answer.id is not None
        return answer.id

    def send(self, hours: str = "2.00", day: date = TODAY - timedelta(days=1)) -> ChargeAnswer:
        """Send a charge of so many hours."""
        sent = a_charge(self.funding, quantity=hours, service_day=day.isoformat())
        [answer] = take_in_charges(
            self.session, provider_id=self.provider_id, sent=[sent], actor=self.settlement.biller, now=NOW
        )
        return answer

    def try_to(
        self,
        charge_id: int,
        *,
        quantity: int | None = None,
        price_cents: int | None = None,
        reference: str | None = None,
    ) -> ChargeAnswer | Refusal:
        """Correct by units (hundredths), by money, or all of it; return the answer."""
        wish = CorrectionWish(
            reference or f"K-{next(self._numbers)}",
            CorrectionReason.AGREED,
            None if quantity is None else Quantity(quantity),
            None if price_cents is None else Money(price_cents),
        )
        return correct_charge(self.session, charge_id, wish=wish, actor=self.settlement.biller, now=NOW)

    def correct(self, charge_id: int, **how: int) -> int:
        """Correct and return the correction's id."""
        answer = self.try_to(charge_id, **how)  # type: ignore[arg-type]
        assert isinstance(answer, ChargeAnswer)
        assert answer.outcome == "accepted", answer.findings
        assert answer.id is not None
        return answer.id

    def refusals(self, charge_id: int, **how: int) -> set[str]:
        """Return the codes with which a correction is refused."""
        answer = self.try_to(charge_id, **how)  # type: ignore[arg-type]
        assert isinstance(answer, ChargeAnswer)
        assert answer.outcome == "refused"
        return {finding.code for finding in answer.findings}

    def money(self) -> tuple[int, int, int, int]:
        """Return the free, held, charged and settled cents."""
        balance: Balance = balance_of(self.session, self.funding.id)
        return balance.free_cents, balance.held_cents, balance.charged_cents, balance.settled_cents

    def units(self) -> tuple[int, int, int, int]:
        """Return the free, held, charged and settled hundredths of an hour."""
        balance: Balance = balance_of(self.session, self.funding.id)
        money = balance.free_hundredths, balance.held_hundredths
        return *money, balance.charged_hundredths, balance.settled_hundredths

    def settle(self) -> None:
        """Prepare and approve a run."""
        self.settlement.approve(self.session, self.settlement.prepare(self.session))


def a_correction_scenario(
    session: Session, *, amount_cents: int = 100_000, **terms: Any
) -> CorrectionScenario:
    """Store the scenario; `terms` are columns of the funding's terms."""
    settlement = a_settlement_scenario(session, providers_count=1)
    county = session.get(counties.County, settlement.county.id)
    provider = session.get(providers.Provider, settlement.provider_ids[0])
    assert county is not None
    assert provider is not None
    client = a_client(session, county)
    terms = {"unit_values": VALUES, "quantity_hundredths": 1_000_000, **terms}
    funding = a_funding(session, county, client, amount_cents=amount_cents, **terms)
    offering, units = an_offering(session, county, provider), (terms["quantity_hundredths"] or 0) // 2
    choice = a_choice(session, funding, offering, held_cents=amount_cents // 2, held_hundredths=units)
    return CorrectionScenario(session, settlement, provider.id, funding, choice, itertools.count(1))
