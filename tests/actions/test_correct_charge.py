"""Corrections: linked, in proportion, never over the original, before and after settlement (M10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.charges.actions.withdraw_charge import WithdrawalRefusalCode, withdraw_charge
from clearing.charges.corrections.actions.correct_charge import NOT_OPEN
from clearing.charges.facts.answers import ChargeAnswer
from clearing.payments.actions.claim_recovery import ClaimRefusalCode, claim_recovery
from clearing.payments.load.dues import carried_sum
from clearing.payments.rules.settling import RunRefusalCode
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.charges import Charge
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal, UnexpectedRefusalError
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import NOW, TODAY
from tests.builders.settlement import payments_in

WHOLE = (50_000, 50_000, 0, 0)


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    return a_correction_scenario(session)


def row(scenario: CorrectionScenario, key: int) -> Charge:
    found = scenario.session.get(Charge, key, populate_existing=True)
    assert found is not None
    return found


def split(scenario: CorrectionScenario, key: int) -> tuple[int | None, ...]:
    charge = row(scenario, key)
    return charge.price_cents, charge.county_pays_cents, charge.co_payment_cents, charge.quantity_hundredths


def agrees(scenario: CorrectionScenario) -> None:
    assert verify_books(scenario.session).differences == ()


def test_a_correction_before_settlement_gives_money_units_and_co_payment_back(
    scenario: CorrectionScenario,
) -> None:
    charge = scenario.charge("2.00")
    assert scenario.money() == (50_000, 44_000, 6_000, 0)
    correction = scenario.correct(charge, quantity=50)
    assert split(scenario, correction) == (-1_800, -1_500, -300, -50)
    assert row(scenario, correction).corrects_id == charge
    assert row(scenario, correction).state == "accepted"
    assert scenario.money() == (50_000, 45_500, 4_500, 0)
    agrees(scenario)
    scenario.settle()
    assert scenario.money() == (50_000, 45_500, 0, 4_500)
    agrees(scenario)


def test_a_correction_after_settlement_restores_the_balance_at_once(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    scenario.settle()
    assert scenario.money() == (50_000, 44_000, 0, 6_000)
    correction = scenario.correct(charge)
    assert split(scenario, correction) == (-7_200, -6_000, -1_200, -200)
    assert scenario.money() == WHOLE
    assert row(scenario, charge).status == "settled"
    agrees(scenario)


def test_the_money_drawn_last_is_returned_first(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("18.00")
    assert scenario.money() == (46_000, 0, 54_000, 0)
    scenario.correct(charge, quantity=200)
    assert scenario.money() == (50_000, 2_000, 48_000, 0)


def test_held_money_of_an_ended_choice_becomes_free_again(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    scenario.choice.ended_at = NOW
    scenario.session.flush()
    scenario.correct(charge)
    assert scenario.money() == (56_000, 44_000, 0, 0)
    agrees(scenario)


def test_a_price_correction_takes_no_units_and_never_more_than_is_left(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    first = scenario.correct(charge, price_cents=1_001)
    assert split(scenario, first) == (-1_001, -834, -167, 0)
    assert scenario.refusals(charge, price_cents=6_200) == {"correction_over_original"}
    assert scenario.refusals(charge, quantity=201) == {"correction_over_original"}
    assert scenario.refusals(charge, quantity=0) == {"amount_not_positive"}
    last = scenario.correct(charge)
    assert split(scenario, last) == (-6_199, -5_166, -1_033, -200)
    assert scenario.refusals(charge) == {"correction_over_original"}
    assert scenario.money() == WHOLE
    agrees(scenario)


def test_a_correction_of_a_correction_draws_again(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    scenario.settle()
    first = scenario.correct(charge)
    again = scenario.correct(first, quantity=100)
    assert split(scenario, again) == (3_600, 3_000, 600, 100)
    assert scenario.money() == (50_000, 47_000, 0, 3_000)
    assert scenario.refusals(first, quantity=101) == {"correction_over_original"}
    third = scenario.correct(again)
    assert split(scenario, third) == (-3_600, -3_000, -600, -100)
    assert scenario.money() == WHOLE
    agrees(scenario)


def test_a_correction_of_a_correction_has_nothing_left_to_correct(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    first = scenario.correct(charge)
    scenario.charge("33.33")
    assert scenario.refusals(first) == {"over_amount"}
    agrees(scenario)


def test_a_deep_correction_never_takes_more_than_the_charge_has(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    first = scenario.correct(charge, quantity=200)
    second = scenario.correct(first, quantity=100)
    scenario.correct(charge)
    assert scenario.refusals(second) == {"correction_over_original"}


def test_units_and_periods_are_given_back(session: Session) -> None:
    scenario = a_correction_scenario(
        session, quantity_hundredths=500, period="month", period_quantity_hundredths=300
    )
    charge = scenario.charge("3.00")
    assert {finding.code for finding in scenario.send("2.01").findings} >= {
        "over_quantity",
        "over_period_limit",
    }
    first = scenario.correct(charge, quantity=200)
    scenario.charge("2.00", TODAY - timedelta(days=2))
    assert scenario.refusals(first, quantity=150) == {"over_period_limit"}
    scenario.charge("1.00", TODAY - timedelta(days=35))
    assert scenario.refusals(first, quantity=150) == {"over_period_limit", "over_quantity"}


def test_a_fully_corrected_visit_may_be_charged_again(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    held = scenario.send("2.00")
    assert [finding.code for finding in held.findings] == ["possible_double"]
    assert held.id is not None
    withdraw_charge(scenario.session, held.id, actor=scenario.settlement.biller, now=NOW)
    scenario.correct(charge)
    scenario.charge("2.00")


def test_a_repeated_correction_is_stored_once_and_a_different_one_under_its_reference_is_refused(
    scenario: CorrectionScenario,
) -> None:
    charge = scenario.charge("2.00")
    first = scenario.try_to(charge, quantity=50, reference="K-9")
    again = scenario.try_to(charge, quantity=50, reference="K-9")
    other = scenario.try_to(charge, quantity=60, reference="K-9")
    assert isinstance(first, ChargeAnswer)
    assert isinstance(again, ChargeAnswer)
    assert isinstance(other, ChargeAnswer)
    assert (again.id, again.duplicate) == (first.id, True)
    assert other.reference_reused
    assert scenario.money() == (50_000, 45_500, 4_500, 0)


def test_what_waits_or_was_taken_back_is_not_corrected(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    withdraw_charge(scenario.session, charge, actor=scenario.settlement.biller, now=NOW)
    assert scenario.try_to(charge) == NOT_OPEN


def test_a_corrected_charge_and_its_correction_are_not_withdrawn(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    correction = scenario.correct(charge, quantity=50)
    for key in (charge, correction):
        kept = withdraw_charge(scenario.session, key, actor=scenario.settlement.biller, now=NOW)
        assert kept == Refusal(WithdrawalRefusalCode.CORRECTED)


def test_a_correction_of_a_frozen_charge_voids_the_run(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    prepared = scenario.settlement.prepare(scenario.session)
    scenario.correct(charge, quantity=50)
    with pytest.raises(UnexpectedRefusalError) as refused:
        scenario.settlement.approve(scenario.session, prepared)
    assert refused.value.refusal.code == RunRefusalCode.CHANGED
    scenario.settle()
    assert scenario.money() == (50_000, 45_500, 0, 4_500)
    agrees(scenario)


def test_a_correction_beside_a_freeze_that_did_not_see_it_voids_the_run(scenario: CorrectionScenario) -> None:
    """As when both happen at once: the charge is frozen and its correction is not."""
    charge = scenario.charge("2.00")
    prepared = scenario.settlement.prepare(scenario.session)
    correction = scenario.correct(charge, quantity=50)
    frozen = "SELECT charge_id FROM settlement_charge"
    assert set(scenario.session.scalars(text(frozen))) == {charge}
    assert correction != charge
    with pytest.raises(UnexpectedRefusalError) as refused:
        scenario.settlement.approve(scenario.session, prepared)
    assert refused.value.refusal.code == RunRefusalCode.CHANGED


def test_a_negative_sum_is_carried_until_later_charges_make_up_for_it(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("4.00")
    scenario.settlement.pay(scenario.session)
    scenario.correct(charge, quantity=300)
    prepared = scenario.settlement.prepare(scenario.session)
    assert [settlement.line.waiting for settlement in prepared.settlements] == ["negative_sum_carried"]
    assert scenario.settlement.approve(scenario.session, prepared).run.state.value == "closed"
    assert carried_sum(scenario.session, scenario.settlement.county.id, scenario.provider_id) == -9_000
    agrees(scenario)
    scenario.charge("4.00", TODAY - timedelta(days=2))
    sent = payments_in(scenario.settlement.pay(scenario.session))
    assert list(sent.values()) == [12_000 - 9_000]
    agrees(scenario)


def claim(scenario: CorrectionScenario, cents: int, why: str = "Palveluntuottaja lopetti") -> int | Refusal:
    return claim_recovery(
        scenario.session,
        county_id=scenario.settlement.county.id,
        provider_id=scenario.provider_id,
        amount_cents=Money(cents),
        why=why,
        actor=scenario.settlement.officer,
        now=NOW,
    )


def test_a_negative_sum_can_be_claimed_back(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("4.00")
    assert claim(scenario, 1) == Refusal(ClaimRefusalCode.NOTHING_OWED)
    scenario.settlement.pay(scenario.session)
    scenario.correct(charge)
    scenario.settle()
    assert claim(scenario, 12_001) == Refusal(ClaimRefusalCode.OVER_OWED, "amount")
    assert claim(scenario, 12_000, why=" ") == Refusal(ClaimRefusalCode.WHY_MISSING, "why")
    assert isinstance(claim(scenario, 12_000), int)
    assert carried_sum(scenario.session, scenario.settlement.county.id, scenario.provider_id) == 0
    agrees(scenario)
    scenario.charge("2.00", TODAY - timedelta(days=2))
    assert list(payments_in(scenario.settlement.pay(scenario.session)).values()) == [6_000]
    agrees(scenario)


def test_no_claim_is_made_while_a_prepared_run_deducts_the_amount(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("4.00")
    scenario.settlement.pay(scenario.session)
    scenario.correct(charge, quantity=100)
    scenario.settle()
    scenario.charge("4.00", TODAY - timedelta(days=2))
    scenario.settlement.prepare(scenario.session)
    assert claim(scenario, 1_000) == Refusal(ClaimRefusalCode.RUN_PREPARED)


@pytest.mark.parametrize(
    "fault",
    [
        "county_pays_cents = -county_pays_cents, price_cents = co_payment_cents - county_pays_cents",
        "original_id = NULL",
        "after_settlement = NULL",
        "state = 'on_hold'",
    ],
)
def test_the_database_refuses_an_impossible_correction(scenario: CorrectionScenario, fault: str) -> None:
    key = scenario.correct(scenario.charge("2.00"), quantity=50)
    with pytest.raises(IntegrityError), scenario.session.begin_nested():
        scenario.session.execute(text(f"UPDATE charge SET {fault} WHERE id = {key}"))
