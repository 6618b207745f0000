"""A claim is open until the money has come: reminded, and matched with a payment at the bank."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account
from clearing.payments.actions.claim_recovery import claim_recovery
from clearing.payments.actions.follow_claim import FollowRefusalCode, mark_claim_paid, remind_of_claim
from clearing.payments.load.claims import Claim, claims_of_county
from clearing.upkeep.actions.verify_books import verify_books
from foundation.vocabulary.identifiers import parse_reference_number
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal, not_refused
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import NOW, TODAY
from tests.builders.settlement import account_sums


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    """A provider that was paid 120 € and owes all of it."""
    scenario = a_correction_scenario(session)
    charge = scenario.charge("4.00")
    scenario.settlement.pay(session)
    scenario.correct(charge)
    scenario.settle()
    return scenario


def claim(scenario: CorrectionScenario, cents: int = 12_000) -> int:
    """Claim the sum back; return the id of the claim."""
    return not_refused(
        claim_recovery(
            scenario.session,
            county_id=scenario.settlement.county.id,
            provider_id=scenario.provider_id,
            amount_cents=Money(cents),
            why="Lopetti",
            actor=scenario.settlement.officer,
            now=NOW,
        )
    )


def paid(scenario: CorrectionScenario, claim_id: int, **changes: object) -> Claim | Refusal:
    """Match the claim with a payment of today."""
    values = {"paid_on": TODAY, "bank_reference": "2611211", "actor": scenario.settlement.officer}
    return mark_claim_paid(scenario.session, claim_id, **{**values, **changes}, now=NOW)  # type: ignore[arg-type]


def listed(scenario: CorrectionScenario) -> list[Claim]:
    """The claims of the county that are open, or were paid today."""
    return claims_of_county(scenario.session, scenario.settlement.county.id, paid_since=TODAY)


def test_a_claim_is_open_with_a_reference_until_it_is_paid(scenario: CorrectionScenario) -> None:
    key = claim(scenario)
    [opened] = listed(scenario)
    assert (opened.is_open, opened.due_on) == (True, TODAY + timedelta(days=14))
    assert parse_reference_number(opened.reference or "")
    assert account_sums(scenario.session)[Account.RECOVERY] == -12_000
    not_refused(paid(scenario, key))
    [closed] = listed(scenario)
    assert (closed.is_open, closed.paid_on, closed.paid_reference) == (False, TODAY, "2611211")
    assert account_sums(scenario.session)[Account.RECOVERY] == 0
    assert verify_books(scenario.session).differences == ()


def test_it_is_overdue_after_its_day_and_again_after_a_reminder(scenario: CorrectionScenario) -> None:
    key, due = claim(scenario), TODAY + timedelta(days=14)
    [opened] = listed(scenario)
    assert [opened.is_overdue(due + timedelta(days=days)) for days in (0, 1)] == [False, True]
    later = NOW + timedelta(days=20)
    officer = scenario.settlement.officer
    reminded = not_refused(remind_of_claim(scenario.session, key, actor=officer, now=later))
    assert [reminded.is_overdue(later.date() + timedelta(days=days)) for days in (0, 1)] == [False, True]


def test_a_payment_pays_one_claim_once(scenario: CorrectionScenario) -> None:
    first, second = claim(scenario, 5_000), claim(scenario, 7_000)
    not_refused(paid(scenario, first))
    assert paid(scenario, first) == Refusal(FollowRefusalCode.PAID)
    assert paid(scenario, second) == Refusal(FollowRefusalCode.REFERENCE_USED, "bank_reference")
    not_refused(paid(scenario, second, bank_reference="2611212"))
    assert remind_of_claim(scenario.session, second, actor=scenario.settlement.officer, now=NOW) == Refusal(
        FollowRefusalCode.PAID
    )


def test_what_cannot_be_is_refused(scenario: CorrectionScenario) -> None:
    key = claim(scenario)
    day = Refusal(FollowRefusalCode.DAY_WRONG, "paid_on")
    assert paid(scenario, key, paid_on=TODAY + timedelta(days=1)) == day
    assert paid(scenario, key, paid_on=TODAY - timedelta(days=1)) == day
    assert paid(scenario, key, bank_reference=" ") == Refusal(
        FollowRefusalCode.REFERENCE_MISSING, "bank_reference"
    )
    assert paid(scenario, key, actor=scenario.settlement.biller) == Refusal(FollowRefusalCode.FORBIDDEN)
    assert paid(scenario, 0) == Refusal(FollowRefusalCode.FORBIDDEN)
