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
from tests.builders.correcting import CorrectingWorld, a_correcting_world
from tests.builders.county import NOW, TODAY
from tests.builders.settling import payments_in

WHOLE = (50_000, 50_000, 0, 0)


@pytest.fixture
def world(session: Session) -> CorrectingWorld:
    return a_correcting_world(session)


def row(world: CorrectingWorld, key: int) -> Charge:
    found = world.session.get(Charge, key, populate_existing=True)
    assert found is not None
    return found


def split(world: CorrectingWorld, key: int) -> tuple[int | None, ...]:
    one = row(world, key)
    return one.price_cents, one.county_pays_cents, one.co_payment_cents, one.quantity_hundredths


def agrees(world: CorrectingWorld) -> None:
    assert verify_books(world.session).differences == ()


def test_a_correction_before_settlement_gives_money_units_and_co_payment_back(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    assert world.money() == (50_000, 44_000, 6_000, 0)
    correction = world.correct(charge, quantity=50)
    assert split(world, correction) == (-1_800, -1_500, -300, -50)
    assert row(world, correction).corrects_id == charge
    assert row(world, correction).state == "accepted"
    assert world.money() == (50_000, 45_500, 4_500, 0)
    agrees(world)
    world.settle()
    assert world.money() == (50_000, 45_500, 0, 4_500)
    agrees(world)


def test_a_correction_after_settlement_restores_the_balance_at_once(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    world.settle()
    assert world.money() == (50_000, 44_000, 0, 6_000)
    correction = world.correct(charge)
    assert split(world, correction) == (-7_200, -6_000, -1_200, -200)
    assert world.money() == WHOLE
    assert row(world, charge).status == "settled"
    agrees(world)


def test_what_a_charge_drew_last_comes_back_first(world: CorrectingWorld) -> None:
    charge = world.charge("18.00")
    assert world.money() == (46_000, 0, 54_000, 0)
    world.correct(charge, quantity=200)
    assert world.money() == (50_000, 2_000, 48_000, 0)


def test_held_money_of_a_choice_that_ended_comes_back_free(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    world.choice.ended_at = NOW
    world.session.flush()
    world.correct(charge)
    assert world.money() == (56_000, 44_000, 0, 0)
    agrees(world)


def test_a_price_correction_takes_no_units_and_never_more_than_is_left(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    first = world.correct(charge, price_cents=1_001)
    assert split(world, first) == (-1_001, -834, -167, 0)
    assert world.refusals(charge, price_cents=6_200) == {"correction_over_original"}
    assert world.refusals(charge, quantity=201) == {"correction_over_original"}
    assert world.refusals(charge, quantity=0) == {"amount_not_positive"}
    last = world.correct(charge)
    assert split(world, last) == (-6_199, -5_166, -1_033, -200)
    assert world.refusals(charge) == {"correction_over_original"}
    assert world.money() == WHOLE
    agrees(world)


def test_a_correction_of_a_correction_draws_again(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    world.settle()
    first = world.correct(charge)
    again = world.correct(first, quantity=100)
    assert split(world, again) == (3_600, 3_000, 600, 100)
    assert world.money() == (50_000, 47_000, 0, 3_000)
    assert world.refusals(first, quantity=101) == {"correction_over_original"}
    third = world.correct(again)
    assert split(world, third) == (-3_600, -3_000, -600, -100)
    assert world.money() == WHOLE
    agrees(world)


def test_a_correction_of_a_correction_finds_nothing_left(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    first = world.correct(charge)
    world.charge("33.33")
    assert world.refusals(first) == {"over_amount"}
    agrees(world)


def test_a_deep_correction_never_takes_more_than_the_charge_has(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    first = world.correct(charge, quantity=200)
    second = world.correct(first, quantity=100)
    world.correct(charge)
    assert world.refusals(second) == {"correction_over_original"}


def test_units_and_periods_are_given_back(session: Session) -> None:
    world = a_correcting_world(
        session, quantity_hundredths=500, period="month", period_quantity_hundredths=300
    )
    charge = world.charge("3.00")
    assert {told.code for told in world.send("2.01").findings} >= {"over_quantity", "over_period_limit"}
    first = world.correct(charge, quantity=200)
    world.charge("2.00", TODAY - timedelta(days=2))
    assert world.refusals(first, quantity=150) == {"over_period_limit"}
    world.charge("1.00", TODAY - timedelta(days=35))
    assert world.refusals(first, quantity=150) == {"over_period_limit", "over_quantity"}


def test_a_visit_taken_back_whole_may_be_charged_again(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    held = world.send("2.00")
    assert [told.code for told in held.findings] == ["possible_double"]
    assert held.id is not None
    withdraw_charge(world.session, held.id, actor=world.settling.biller, now=NOW)
    world.correct(charge)
    world.charge("2.00")


def test_the_same_correction_again_is_one_and_another_under_its_reference_none(
    world: CorrectingWorld,
) -> None:
    charge = world.charge("2.00")
    first = world.try_to(charge, quantity=50, reference="K-9")
    again = world.try_to(charge, quantity=50, reference="K-9")
    other = world.try_to(charge, quantity=60, reference="K-9")
    assert isinstance(first, ChargeAnswer)
    assert isinstance(again, ChargeAnswer)
    assert isinstance(other, ChargeAnswer)
    assert (again.id, again.duplicate) == (first.id, True)
    assert other.reference_reused
    assert world.money() == (50_000, 45_500, 4_500, 0)


def test_what_waits_or_was_taken_back_is_not_corrected(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    withdraw_charge(world.session, charge, actor=world.settling.biller, now=NOW)
    assert world.try_to(charge) == NOT_OPEN


def test_a_corrected_charge_and_its_correction_are_not_withdrawn(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    correction = world.correct(charge, quantity=50)
    for key in (charge, correction):
        kept = withdraw_charge(world.session, key, actor=world.settling.biller, now=NOW)
        assert kept == Refusal(WithdrawalRefusalCode.CORRECTED)


def test_a_correction_of_a_frozen_charge_voids_the_run(world: CorrectingWorld) -> None:
    charge = world.charge("2.00")
    prepared = world.settling.prepare(world.session)
    world.correct(charge, quantity=50)
    with pytest.raises(UnexpectedRefusalError) as refused:
        world.settling.approve(world.session, prepared)
    assert refused.value.refusal.code == RunRefusalCode.CHANGED
    world.settle()
    assert world.money() == (50_000, 45_500, 0, 4_500)
    agrees(world)


def test_a_correction_beside_a_freeze_that_did_not_see_it_voids_the_run(world: CorrectingWorld) -> None:
    """As when both happen at once: the charge is frozen and its correction is not."""
    charge = world.charge("2.00")
    prepared = world.settling.prepare(world.session)
    correction = world.correct(charge, quantity=50)
    frozen = "SELECT charge_id FROM settlement_charge"
    assert set(world.session.scalars(text(frozen))) == {charge}
    assert correction != charge
    with pytest.raises(UnexpectedRefusalError) as refused:
        world.settling.approve(world.session, prepared)
    assert refused.value.refusal.code == RunRefusalCode.CHANGED


def test_a_negative_sum_is_carried_until_later_charges_make_up_for_it(world: CorrectingWorld) -> None:
    charge = world.charge("4.00")
    world.settling.pay(world.session)
    world.correct(charge, quantity=300)
    prepared = world.settling.prepare(world.session)
    assert [one.line.waiting for one in prepared.settlements] == ["negative_sum_carried"]
    assert world.settling.approve(world.session, prepared).run.state.value == "closed"
    assert carried_sum(world.session, world.settling.county.id, world.provider_id) == -9_000
    agrees(world)
    world.charge("4.00", TODAY - timedelta(days=2))
    sent = payments_in(world.settling.pay(world.session))
    assert list(sent.values()) == [12_000 - 9_000]
    agrees(world)


def claim(world: CorrectingWorld, cents: int, why: str = "Palveluntuottaja lopetti") -> int | Refusal:
    return claim_recovery(
        world.session,
        county_id=world.settling.county.id,
        provider_id=world.provider_id,
        amount_cents=Money(cents),
        why=why,
        actor=world.settling.officer,
        now=NOW,
    )


def test_a_negative_sum_can_be_claimed_back(world: CorrectingWorld) -> None:
    charge = world.charge("4.00")
    assert claim(world, 1) == Refusal(ClaimRefusalCode.NOTHING_OWED)
    world.settling.pay(world.session)
    world.correct(charge)
    world.settle()
    assert claim(world, 12_001) == Refusal(ClaimRefusalCode.OVER_OWED, "amount")
    assert claim(world, 12_000, why=" ") == Refusal(ClaimRefusalCode.WHY_MISSING, "why")
    assert isinstance(claim(world, 12_000), int)
    assert carried_sum(world.session, world.settling.county.id, world.provider_id) == 0
    agrees(world)
    world.charge("2.00", TODAY - timedelta(days=2))
    assert list(payments_in(world.settling.pay(world.session)).values()) == [6_000]
    agrees(world)


def test_nothing_is_claimed_while_a_payment_counts_on_it(world: CorrectingWorld) -> None:
    charge = world.charge("4.00")
    world.settling.pay(world.session)
    world.correct(charge, quantity=100)
    world.settle()
    world.charge("4.00", TODAY - timedelta(days=2))
    world.settling.prepare(world.session)
    assert claim(world, 1_000) == Refusal(ClaimRefusalCode.RUN_PREPARED)


@pytest.mark.parametrize(
    "fault",
    [
        "county_pays_cents = -county_pays_cents, price_cents = co_payment_cents - county_pays_cents",
        "original_id = NULL",
        "after_settlement = NULL",
        "state = 'on_hold'",
    ],
)
def test_the_database_refuses_an_impossible_correction(world: CorrectingWorld, fault: str) -> None:
    key = world.correct(world.charge("2.00"), quantity=50)
    with pytest.raises(IntegrityError), world.session.begin_nested():
        world.session.execute(text(f"UPDATE charge SET {fault} WHERE id = {key}"))
