"""Facts stored in tables are read back through the JSON arrays of `charge_facts` and `funding_facts`.

The arrays are read by position. Every value differs from the others, so an exchanged place is noticed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.facts.book import BatchFacts
from clearing.charges.facts.charge import ClientVisit, KnownReference
from clearing.charges.hot.charge_facts import query_charge_facts
from clearing.charges.hot.fact_documents import read_batch_facts
from clearing.charges.reading.charge_keys import ChargeKeys
from clearing.grants.facts.funding import Choice, EarlierCharge, Funding, PeriodLimit, Terms
from clearing.grants.facts.kinds import (
    CarryOver,
    ChargeState,
    DecisionState,
    FundingKind,
    FundingState,
    Overrun,
)
from clearing.grants.load.fundings import fundings
from foundation.database.tables import charges, choices, grants
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, a_charge, a_choice, a_client, a_county, a_funding, a_provider, an_offering

FIRST, LAST = date(2026, 1, 2), date(2026, 12, 30)
TERMS: dict[str, Any] = {
    "unit_values": {"PERSONAL_ASSISTANCE": {"any": 3_600}},
    "price_caps": {"PERSONAL_ASSISTANCE": {"any": 4_100}},
    "free_of_charge": True,
    "overrun": "cut",
    "period": "month",
    "period_amount_cents": 71_000,
    "carry": "up_to",
    "carry_share": 40,
    "quantity_hundredths": 90_000,
}
DAY = date(2026, 11, 3)
CHARGE = {"reference": "R-77", "service_day": str(DAY), "start": "10:00", "end": "11:30", "quantity": "1.50"}
SEQUENCES = ("provider", "offering", "funding", "choice", "charge")


class Stored:
    """A funding with a choice, an absence, two states, and one charge of a named worker."""

    def __init__(self, session: Session) -> None:
        for number, table in enumerate(SEQUENCES, 1):  # no id equals another
            session.execute(text(f"SELECT setval('{table}_id_seq', {number * 1_000_000})"))
        county = a_county(session)
        provider = a_provider(session, county)
        self.client = a_client(session, county)
        self.funding = a_funding(
            session, county, self.client, window=(FIRST, LAST), provider=provider, **TERMS
        )
        self.choice = a_choice(
            session,
            self.funding,
            an_offering(session, county, provider),
            held_cents=52_000,
            held_hundredths=1_250,
            starts_on=date(2026, 1, 5),
            ends_on=date(2026, 12, 20),
        )
        self.provider_id, self.county_id = provider.id, county.id
        sent = a_charge(self.funding, worker="Anna Työntekijä", **CHARGE)
        actor = Actor(None, Role.PROVIDER_BILLER, "test", provider_id=provider.id)
        take_in_charges(session, provider_id=provider.id, sent=[sent], actor=actor, now=NOW)
        self.client.ended_on = date(2026, 12, 24)
        funding_id = self.funding.id
        session.add(
            grants.FundingState(funding_id=funding_id, state="paused", from_day=date(2026, 12, 1), set_at=NOW)
        )
        session.flush()
        away = "INSERT INTO client_absence (client_id, away) VALUES (:client, '[2026-08-01,2026-08-09)')"
        session.execute(text(away), {"client": self.client.id})
        self.charge = session.scalars(select(charges.Charge)).one()
        self.charge.county_pays_cents, self.charge.co_payment_cents = Money(5_000), Money(400)
        session.flush()
        session.refresh(self.choice)
        self.free_cents = session.scalar(select(grants.Balance.free_cents)) or 0

    @property
    def fact(self) -> Funding:
        """The funding as it must be read."""
        return Funding(
            id=self.funding.id,
            county_id=self.county_id,
            voucher=self.funding.voucher,
            client_number=self.client.number,
            kind=FundingKind.VOUCHER,
            window=DateWindow(FIRST, LAST),
            services=frozenset({"PERSONAL_ASSISTANCE"}),
            states=((FIRST, FundingState.OPEN), (date(2026, 12, 1), FundingState.PAUSED)),
            decision_states=((FIRST, DecisionState.IN_FORCE),),
            terms=(self.terms,),
            granted_cents=Money(100_000),
            free_cents=Money(self.free_cents),
            named_provider_id=self.provider_id,
            choices=(self.choice_fact,),
            earlier=(self.earlier,),
            client_ended_on=date(2026, 12, 24),
            client_absences=(DateWindow(date(2026, 8, 1), date(2026, 8, 8)),),
            free_quantity=Quantity(88_750),
            granted_quantity=Quantity(90_000),
            used_quantity=Quantity(150),
        )

    @property
    def terms(self) -> Terms:
        return Terms(
            from_day=FIRST,
            unit_values={"PERSONAL_ASSISTANCE": {"any": Money(3_600)}},
            price_caps={"PERSONAL_ASSISTANCE": {"any": Money(4_100)}},
            free_of_charge=True,
            overrun=Overrun.CUT,
            period_limit=PeriodLimit(PeriodKind.MONTH, Money(71_000), None, CarryOver.UP_TO, 40),
            quantity_limit=Quantity(90_000),
        )

    @property
    def choice_fact(self) -> Choice:
        return Choice(
            self.choice.id,
            self.choice.offering_id,
            self.provider_id,
            date(2026, 1, 5),
            date(2026, 12, 20),
            Money(self.choice.held_cents),
            Quantity(1_100),
        )

    @property
    def earlier(self) -> EarlierCharge:
        return EarlierCharge(
            id=self.charge.id,
            provider_id=self.provider_id,
            reference="R-77",
            service="PERSONAL_ASSISTANCE",
            service_day=DAY,
            start=datetime(2026, 11, 3, 8, 0, tzinfo=UTC),
            end=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
            quantity=Quantity(150),
            unit_price_cents=Money(3_600),
            price_cents=Money(5_400),
            county_pays_cents=Money(5_000),
            worker="Anna Työntekijä",
            state=ChargeState.ACCEPTED,
            choice_id=self.choice.id,
        )


@pytest.fixture
def stored(session: Session) -> Stored:
    return Stored(session)


def queried(session: Session, stored: Stored, provider_id: int, copies: int = 1) -> BatchFacts:
    """The facts for charges of a provider like the stored one; many copies take the query's other branch."""
    named = ChargeKeys(provider_id, "R-77", stored.funding.voucher, "Anna Työntekijä", DAY, "10:00")
    others = [named._replace(voucher=f"NO-SUCH-{number}") for number in range(copies - 1)]
    return read_batch_facts(query_charge_facts(session, [named, *others], lock=True).documents)


@pytest.mark.parametrize("copies", [1, 60])
def test_a_batch_is_read_back_as_it_is_stored(session: Session, stored: Stored, copies: int) -> None:
    facts = queried(session, stored, stored.provider_id, copies)
    charge = stored.charge
    assert facts.fundings == [stored.fact]
    assert facts.references == {
        (stored.provider_id, "R-77"): KnownReference(charge.id, charge.content, ChargeState.ACCEPTED)
    }
    assert facts.worker_minutes == {(stored.provider_id, "Anna Työntekijä", DAY): {charge.id: 90}}
    assert facts.visits == {}, "the batch's only provider is left out"


def test_visits_at_other_providers_are_read_back(session: Session, stored: Stored) -> None:
    facts = queried(session, stored, stored.provider_id + 1)
    visit = ClientVisit(
        stored.charge.id,
        stored.provider_id,
        datetime(2026, 11, 3, 8, 0, tzinfo=UTC),
        datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
    )
    assert facts.visits == {(stored.county_id, stored.client.number): [visit]}


def test_a_funding_by_its_id_is_read_back_the_same(session: Session, stored: Stored) -> None:
    assert fundings(session, [stored.funding.id], lock=False) == {stored.funding.id: stored.fact}


def test_a_choice_that_was_withdrawn_is_left_out(session: Session, stored: Stored) -> None:
    session.get_one(choices.Choice, stored.choice.id).withdrawn_at = NOW
    session.flush()
    [funding] = queried(session, stored, stored.provider_id).fundings
    assert funding.choices == ()
