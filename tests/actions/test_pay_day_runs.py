"""What a provider is told of the day on which it is paid is what the bank file says."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.charges.actions.judge_held_charge import admit_charge
from clearing.payments.actions.prepare_payment_run import cancel_payment_run
from clearing.payments.actions.preview_payment_run import RunPreview, preview_payment_run
from clearing.payments.load.pay_day_tasks import missed_pay_days
from clearing.payments.load.pay_days import (
    announced_day,
    pay_day_to_prepare,
    run_to_prepare,
    settled_until,
)
from clearing.payments.load.payment_runs import run_header
from clearing.payments.rules.pay_days import PayDay
from clearing.payments.rules.runs_due import Expected, RunDue
from foundation.database.row_context import SETTINGS
from foundation.database.session import APPLICATION_ROLE
from foundation.database.tables.counties import SettlementCalendar
from foundation.database.tables.payments import PaymentRun
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import not_refused
from provider_portal.load.expected_payments import expected_payments, held_payments, open_pay_days
from provider_portal.load.settlements import money_to_come
from tests.builders import NOW
from tests.builders.pay_days import a_county_with_two_pay_days, ends_paying_on_days, noon
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, change_account

CUT_OFF, PAY_DAY = date(2026, 11, 23), date(2026, 11, 30)
NEXT_CUT_OFF, NEXT_PAY_DAY = date(2026, 12, 8), date(2026, 12, 15)
HOURS_36 = 7_200


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    return a_county_with_two_pay_days(session)


def told(session: Session, scenario: SettlementScenario, now: datetime) -> list[tuple[Expected | None, int]]:
    """Return the days that the first provider reads, with the sums; together they are what is ready."""
    found = expected_payments(session, scenario.provider_ids[0], helsinki_day(now))
    ready, cents = money_to_come(session, scenario.provider_ids[0]).ready
    assert (sum(each.charge_count for each in found), sum(each.sum_cents for each in found)) == (ready, cents)
    return [(each.expected, each.sum_cents) for each in found]


def test_the_day_that_is_told_is_the_day_of_the_bank_file(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    promised = [(Expected(PAY_DAY, False), HOURS_36)]
    assert told(session, scenario, NOW) == promised
    prepared = scenario.prepare(session, until=CUT_OFF, now=noon(24))
    assert told(session, scenario, noon(24)) == promised
    approved = scenario.approve(session, prepared, now=noon(25))
    assert told(session, scenario, noon(25)) == []
    scenario.export(session, approved, now=noon(26))
    header = run_header(session, prepared.run.id)
    assert header is not None
    assert (header.run.not_before, header.execution_day) == (PAY_DAY, PAY_DAY)


def test_what_comes_in_after_the_cut_off_is_paid_on_the_next_day(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    scenario.charge(session, 0, now=noon(24))
    later = (Expected(NEXT_PAY_DAY, False), HOURS_36)
    assert told(session, scenario, noon(24)) == [(Expected(PAY_DAY, False), HOURS_36), later]
    [open_day] = open_pay_days(session, scenario.provider_ids[0], CUT_OFF)
    assert open_day.pay_day == PayDay(PAY_DAY, CUT_OFF)
    [open_day] = open_pay_days(session, scenario.provider_ids[0], date(2026, 11, 24))
    assert open_day.pay_day == PayDay(NEXT_PAY_DAY, NEXT_CUT_OFF)


def test_a_late_run_is_told_and_paid_on_the_next_bank_day(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    assert told(session, scenario, noon(29)) == [(Expected(PAY_DAY, False), HOURS_36)]  # a Sunday
    assert told(session, scenario, noon(30)) == [(Expected(PAY_DAY, True), HOURS_36)]
    due = run_to_prepare(session, scenario.county.id, PAY_DAY)
    assert due == RunDue(PayDay(PAY_DAY, CUT_OFF), PAY_DAY)
    prepared = scenario.prepare(session, until=CUT_OFF, now=noon(1, 12))
    assert prepared.run.not_before == date(2026, 12, 2)
    assert run_to_prepare(session, scenario.county.id, date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    ("until", "now"),
    [
        (CUT_OFF - timedelta(days=1), noon(24)),  # it leaves out charges of the pay day
        (CUT_OFF, noon(23)),  # charges may still come in
    ],
)
def test_a_run_that_is_not_of_a_pay_day_is_paid_as_soon_as_it_is_sent(
    session: Session, scenario: SettlementScenario, until: date, now: datetime
) -> None:
    scenario.charge(session, 0)
    scenario.charge(session, 1)
    prepared = scenario.prepare(session, until=until, now=now)
    assert prepared.run.not_before == helsinki_day(now) + timedelta(days=1)
    scenario.approve(session, prepared, now=now)
    due = pay_day_to_prepare(session, scenario.county.id, date(2026, 11, 25))
    assert due is None
    scenario.charge(session, 1, now=noon(23))
    due = pay_day_to_prepare(session, scenario.county.id, date(2026, 11, 25))
    assert due == RunDue(PayDay(PAY_DAY, CUT_OFF), None)


def test_the_preview_shows_the_first_day_of_the_run(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    shown = preview_payment_run(
        session, county=scenario.county, until=CUT_OFF, actor=scenario.officer, now=noon(24)
    )
    assert isinstance(shown, RunPreview)
    assert shown.first_day == scenario.prepare(session, until=CUT_OFF, now=noon(24)).run.not_before == PAY_DAY


def test_a_run_prepared_again_keeps_its_pay_day(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    first = scenario.prepare(session, until=CUT_OFF, now=noon(24))
    again = scenario.prepare(session, until=CUT_OFF, now=noon(25))
    assert first.run.not_before == again.run.not_before == PAY_DAY
    not_refused(cancel_payment_run(session, again.run.id, actor=scenario.officer, now=noon(25)))
    assert run_to_prepare(session, scenario.county.id, date(2026, 11, 25)) is not None
    third = scenario.approve(session, scenario.prepare(session, until=CUT_OFF, now=noon(26)), now=noon(26))
    assert third.run.not_before == PAY_DAY


def test_a_second_run_for_a_pay_day_is_paid_as_soon_as_it_is_sent(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    scenario.approve(session, scenario.prepare(session, until=CUT_OFF, now=noon(24)), now=noon(24))
    scenario.charge(session, 1, now=noon(25))
    extra = scenario.prepare(session, until=CUT_OFF, now=noon(25))
    assert extra.run.not_before == date(2026, 11, 26)


def test_what_was_on_hold_when_its_run_was_prepared_is_in_the_next(
    session: Session, scenario: SettlementScenario
) -> None:
    held = scenario.charge(session, 0)
    scenario.charge(session, 0)
    hold_disputed_charge(session, held, now=NOW)
    assert told(session, scenario, NOW) == [(Expected(PAY_DAY, False), HOURS_36)]
    scenario.approve(session, scenario.prepare(session, until=CUT_OFF, now=noon(24)), now=noon(24))
    not_refused(admit_charge(session, held, why="Soitettu", actor=scenario.officer, now=noon(25)))
    assert told(session, scenario, noon(25)) == [(Expected(NEXT_PAY_DAY, False), HOURS_36)]


def test_a_charge_on_hold_past_its_pay_day_is_late_for_nobody(
    session: Session, scenario: SettlementScenario
) -> None:
    """Nobody made a run, since there was nothing to pay."""
    charge_id = scenario.charge(session, 0)
    hold_disputed_charge(session, charge_id, now=noon(22))
    assert told(session, scenario, noon(1, 12)) == []
    [held] = held_payments(session, scenario.provider_ids[0], date(2026, 12, 1))
    assert (held.county, held.has_pay_days, held.charge_count, held.sum_cents) == ("12", True, 1, HOURS_36)
    not_refused(admit_charge(session, charge_id, why="Soitettu", actor=scenario.officer, now=noon(1, 12)))
    assert held_payments(session, scenario.provider_ids[0], date(2026, 12, 1)) == []
    assert told(session, scenario, noon(1, 12)) == [(Expected(NEXT_PAY_DAY, False), HOURS_36)]
    assert run_to_prepare(session, scenario.county.id, date(2026, 12, 8)) is None
    due = run_to_prepare(session, scenario.county.id, date(2026, 12, 9))
    assert due == RunDue(PayDay(NEXT_PAY_DAY, NEXT_CUT_OFF), None)
    prepared = scenario.prepare(session, until=NEXT_CUT_OFF, now=noon(9, 12))
    assert prepared.run.not_before == NEXT_PAY_DAY
    assert announced_day(session, prepared.run, date(2026, 12, 9)) == Expected(NEXT_PAY_DAY, False)
    assert told(session, scenario, noon(9, 12)) == [(Expected(NEXT_PAY_DAY, False), HOURS_36)]


def test_the_announced_day_of_a_run_is_that_of_its_oldest_charge(
    session: Session, scenario: SettlementScenario
) -> None:
    """A charge that was on hold has the lowest id, and counts from later."""
    held = scenario.charge(session, 0)
    hold_disputed_charge(session, held, now=noon(22))
    scenario.charge(session, 1, now=noon(23))
    not_refused(admit_charge(session, held, why="Soitettu", actor=scenario.officer, now=noon(24)))
    prepared = scenario.prepare(session, until=CUT_OFF, now=noon(25))
    assert announced_day(session, prepared.run, date(2026, 11, 25)) == Expected(PAY_DAY, False)
    third = scenario.charge(session, 1, now=noon(26))
    assert third > held
    scenario.approve(session, prepared, now=noon(26))
    later = scenario.prepare(session, until=NEXT_CUT_OFF, now=noon(9, 12))
    assert announced_day(session, later.run, date(2026, 12, 9)) == Expected(NEXT_PAY_DAY, False)


def test_the_announced_day_is_the_earliest_although_the_calendar_has_changed(
    session: Session, scenario: SettlementScenario
) -> None:
    """Each Friday from 24 November on: a newer charge is paid before the oldest one."""
    session.add(SettlementCalendar(county_id=12, from_day=date(2026, 11, 24), weekday=4, cut_off_days=2))
    session.flush()
    scenario.charge(session, 0, now=noon(23))
    friday = date(2026, 11, 27)
    scenario.charge(session, 1, now=noon(24))
    [newer] = expected_payments(session, scenario.provider_ids[1], date(2026, 11, 26))
    assert newer.expected == Expected(friday, False)
    prepared = scenario.prepare(session, until=date(2026, 11, 25), now=noon(26))
    assert prepared.run.not_before == friday
    assert announced_day(session, prepared.run, date(2026, 11, 26)) == Expected(friday, False)
    approved = scenario.approve(session, prepared, now=noon(26))
    assert announced_day(session, approved.run, friday) == Expected(friday, True)
    assert missed_pay_days(session, friday) == {12: friday}


def test_after_the_end_a_day_that_was_told_stays_and_there_are_no_new_ones(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    ends_paying_on_days(session, scenario.county.id, date(2026, 11, 23))
    scenario.charge(session, 0, now=noon(23))
    scenario.charge(session, 1, now=noon(23))
    both = [(Expected(PAY_DAY, False), HOURS_36), (None, HOURS_36)]
    assert told(session, scenario, noon(23)) == both
    [open_day] = open_pay_days(session, scenario.provider_ids[0], date(2026, 11, 23))
    assert open_day.pay_day is None
    last = PayDay(PAY_DAY, date(2026, 11, 22))
    assert run_to_prepare(session, scenario.county.id, date(2026, 11, 24)) == RunDue(last, None)
    assert run_to_prepare(session, scenario.county.id, date(2027, 3, 1)) == RunDue(last, PAY_DAY)
    assert told(session, scenario, noon(30)) == [(Expected(PAY_DAY, True), HOURS_36), (None, HOURS_36)]
    run = scenario.approve(session, scenario.prepare(session, until=CUT_OFF, now=noon(24)), now=noon(24)).run
    assert run.not_before == PAY_DAY
    scenario.charge(session, 1, now=noon(25))
    assert run_to_prepare(session, scenario.county.id, date(2026, 12, 20)) is None
    assert scenario.prepare(session, until=date(2026, 12, 8), now=noon(9, 12)).run.not_before == date(
        2026, 12, 10
    )


def test_money_that_waits_in_a_run_has_no_day(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    change_account(session, scenario.provider_ids[0], entered_at=NOW, confirmed=False)
    scenario.prepare(session, until=CUT_OFF, now=noon(24))
    [waits] = expected_payments(session, scenario.provider_ids[0], date(2026, 11, 24))
    assert (waits.expected, waits.waiting) == (None, "bank_account_unverified")
    assert told(session, scenario, noon(24)) == [(None, HOURS_36)]


def test_without_money_there_is_no_run_to_prepare(session: Session, scenario: SettlementScenario) -> None:
    assert run_to_prepare(session, scenario.county.id, date(2026, 11, 24)) is None
    scenario.charge(session, 0, now=noon(24))
    assert run_to_prepare(session, scenario.county.id, date(2026, 12, 8)) is None
    due = run_to_prepare(session, scenario.county.id, date(2026, 12, 9))
    assert due == RunDue(PayDay(NEXT_PAY_DAY, NEXT_CUT_OFF), None)


def test_a_county_that_has_not_said_when_pays_as_before(session: Session) -> None:
    scenario = a_settlement_scenario(session)
    scenario.charge(session, 0)
    assert told(session, scenario, NOW) == [(None, HOURS_36)]
    [open_day] = open_pay_days(session, scenario.provider_ids[0], CUT_OFF)
    assert open_day.pay_day is None
    assert run_to_prepare(session, scenario.county.id, date(2026, 12, 20)) is None
    assert scenario.prepare(session, until=CUT_OFF, now=noon(24)).run.not_before == date(2026, 11, 25)


def test_a_provider_without_a_part_in_a_run_knows_up_to_when_it_goes(
    session: Session, scenario: SettlementScenario
) -> None:
    """Row-level security hides the run itself."""
    scenario.charge(session, 0)
    scenario.prepare(session, until=CUT_OFF, now=noon(24))
    session.flush()
    connection = session.connection()
    connection.exec_driver_sql(f"SET LOCAL ROLE {APPLICATION_ROLE}")
    for name in SETTINGS:
        value = str(scenario.provider_ids[1]) if name == "omatori.provider" else ""
        connection.exec_driver_sql(f"SELECT set_config('{name}', '{value}', true)")
    assert session.scalars(select(PaymentRun.id)).all() == []
    county_id = scenario.county.id
    assert settled_until(session, [county_id]) == {county_id: CUT_OFF}
    assert settled_until(session, [county_id], with_prepared=False) == {county_id: None}
