"""Charges through the action: what is stored, what money moves, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.charges.actions.judge_held_charge import NOT_WAITING, admit_charge, refuse_charge
from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.actions.withdraw_charge import WithdrawalRefusalCode, withdraw_charge
from clearing.charges.facts.answers import ChargeAnswer
from clearing.ledger.load.balances import balance_of
from foundation.database.tables import audit, charges, grants, ledger, providers
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import (
    NOW,
    a_charge,
    a_person,
)
from tests.builders.chosen_offering import a_chosen_offering


@dataclass
class ChargeScenario:
    """One client with 1 000 €, 200 € of it held for one provider at 36 € an hour."""

    session: Session
    provider: providers.Provider
    funding: grants.Funding
    biller: Actor
    worker: Actor

    def send(self, *sent: dict[str, str], **options: Any) -> list[ChargeAnswer]:
        """Send charges as the provider."""
        return take_in_charges(
            self.session, provider_id=self.provider.id, sent=sent, actor=self.biller, now=NOW, **options
        )

    def money(self) -> tuple[int, int, int]:
        """Return the free, held and charged cents."""
        balance = balance_of(self.session, self.funding.id)
        return balance.free_cents, balance.held_cents, balance.charged_cents


@pytest.fixture
def scenario(session: Session) -> ChargeScenario:
    chosen = a_chosen_offering(session)
    biller = a_person(session, Role.PROVIDER_BILLER, provider_id=chosen.provider.id)
    worker = a_person(session, Role.WORKER, county_id=chosen.county.id)
    return ChargeScenario(session, chosen.provider, chosen.funding, biller, worker)


def count(scenario: ChargeScenario, table: Any) -> int:
    return scenario.session.scalar(select(func.count()).select_from(table)) or 0


def test_an_accepted_charge_draws_from_its_hold_first(scenario: ChargeScenario) -> None:
    [answer] = scenario.send(a_charge(scenario.funding, quantity="6.00"))
    assert (answer.outcome, answer.price_cents, answer.county_pays_cents, answer.co_payment_cents) == (
        "accepted",
        21_600,
        21_600,
        0,
    )
    assert answer.held_cents == 0
    assert scenario.money() == (80_000 - 1_600, 0, 21_600)


def test_a_refused_charge_moves_no_money_and_has_every_reason(scenario: ChargeScenario) -> None:
    [answer] = scenario.send(a_charge(scenario.funding, service_day="2026-12-01", unit_price="99.00"))
    assert answer.outcome == "refused"
    assert {finding.code for finding in answer.findings} == {"service_day_in_future", "price_over_list"}
    assert scenario.money() == (80_000, 20_000, 0)


def test_the_same_reference_and_content_gets_the_first_answer_again(scenario: ChargeScenario) -> None:
    sent = a_charge(scenario.funding)
    [first] = scenario.send(sent)
    [again] = scenario.send(sent | {"quantity": "2.0"})
    assert again.duplicate
    assert (again.id, again.outcome) == (first.id, "accepted")
    assert scenario.money() == (80_000, 20_000 - 7_200, 7_200)


def test_the_same_reference_with_other_content_is_reported_on_its_own(scenario: ChargeScenario) -> None:
    sent = a_charge(scenario.funding)
    scenario.send(sent)
    [answer] = scenario.send(sent | {"quantity": "3.00"})
    assert [finding.code for finding in answer.findings] == ["reference_reused"]
    assert answer.reference_reused


def test_a_refused_charge_does_not_keep_its_reference(scenario: ChargeScenario) -> None:
    sent = a_charge(scenario.funding)
    assert scenario.send(sent | {"unit_price": "99.00"})[0].outcome == "refused"
    assert scenario.send(sent)[0].outcome == "accepted"
    assert count(scenario, charges.Charge) == 2


def test_a_check_stores_nothing(scenario: ChargeScenario) -> None:
    [answer] = scenario.send(a_charge(scenario.funding), check=True)
    assert (answer.outcome, answer.id, answer.held_cents) == ("accepted", None, 12_800)
    assert count(scenario, charges.Charge) == 0
    assert scenario.money() == (80_000, 20_000, 0)


def test_two_of_one_reference_in_one_batch_are_one_charge(scenario: ChargeScenario) -> None:
    sent = a_charge(scenario.funding)
    first, second = scenario.send(sent, sent)
    assert (first.duplicate, second.duplicate, second.id) == (False, True, first.id)
    assert count(scenario, charges.Charge) == 1


def test_a_batch_of_many_takes_the_wide_path_to_the_same_money(scenario: ChargeScenario) -> None:
    days = [date.fromordinal(date(2026, 9, 23).toordinal() + n).isoformat() for n in range(60)]
    answers = scenario.send(*(a_charge(scenario.funding, service_day=day, quantity="0.10") for day in days))
    assert {answer.outcome for answer in answers} == {"accepted"}
    assert scenario.money() == (80_000 - 1_600, 0, 60 * 360)


def test_a_sent_charge_is_stored_even_if_unreadable(scenario: ChargeScenario) -> None:
    [answer] = scenario.send({"reference": "x\x00y", "voucher": ["?"], "surprise": "\ud800"})  # type: ignore[dict-item]
    assert answer.outcome == "refused"
    stored = scenario.session.scalars(select(charges.Charge)).one()
    assert stored.sent == {"reference": "x\ufffdy", "voucher": ["?"], "surprise": "?"}


def test_each_step_leaves_an_audit_row_and_postings(scenario: ChargeScenario) -> None:
    before = count(scenario, ledger.Posting)
    scenario.send(a_charge(scenario.funding))
    assert count(scenario, ledger.Posting) == before + 1
    assert scenario.session.scalars(select(audit.AuditEvent.act)).all() == ["charges.take_in"]


def test_a_withdrawn_charge_gives_the_money_back_to_its_hold(scenario: ChargeScenario) -> None:
    sent = a_charge(scenario.funding, quantity="6.00")
    [answer] = scenario.send(sent)
    assert answer.id is not None
    withdrawn = withdraw_charge(scenario.session, answer.id, actor=scenario.biller, now=NOW)
    assert not isinstance(withdrawn, Refusal)
    assert withdrawn.state == "withdrawn"
    assert scenario.money() == (80_000, 20_000, 0)
    again = withdraw_charge(scenario.session, answer.id, actor=scenario.biller, now=NOW)
    assert again == Refusal(WithdrawalRefusalCode.NOT_OPEN)
    assert scenario.send(sent)[0].outcome == "accepted", "its reference is free again"


def held_charge(scenario: ChargeScenario) -> int:
    """A second, suspiciously like charge waits for a person (R-27)."""
    scenario.send(a_charge(scenario.funding))
    [answer] = scenario.send(a_charge(scenario.funding))
    assert [finding.code for finding in answer.findings] == ["possible_double"]
    assert (answer.outcome, answer.price_cents) == ("on_hold", 7_200)
    assert answer.id is not None
    return answer.id


def test_an_admitted_charge_moves_its_money_then(scenario: ChargeScenario) -> None:
    held = held_charge(scenario)
    assert scenario.money() == (80_000, 12_800, 7_200)
    charge = admit_charge(scenario.session, held, why="Kaksi käyntiä", actor=scenario.worker, now=NOW)
    assert not isinstance(charge, Refusal)
    assert charge.state == "accepted"
    assert scenario.money() == (80_000, 5_600, 14_400)
    assert admit_charge(scenario.session, held, why="", actor=scenario.worker, now=NOW) == NOT_WAITING


def test_a_charge_refused_by_the_county_moves_nothing(scenario: ChargeScenario) -> None:
    held = held_charge(scenario)
    charge = refuse_charge(scenario.session, held, why="Sama käynti", actor=scenario.worker, now=NOW)
    assert not isinstance(charge, Refusal)
    assert charge.outcome == "refused"
    assert scenario.money() == (80_000, 12_800, 7_200)


def test_a_late_charge_is_admitted_with_a_reason(scenario: ChargeScenario) -> None:
    [answer] = scenario.send(a_charge(scenario.funding, service_day="2026-09-21"))
    assert [finding.code for finding in answer.findings] == ["too_late"]
    assert answer.id is not None
    charge = admit_charge(scenario.session, answer.id, why="Sairausloma", actor=scenario.worker, now=NOW)
    assert not isinstance(charge, Refusal)
    assert charge.state == "accepted"
