"""For which pay days a run is: what the providers of its charges have read, approved or not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.charges.actions.judge_held_charge import admit_charge
from clearing.payments.load.pay_days import announced_day
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.load.run_pay_days import pay_days_of_run
from clearing.payments.rules.runs_due import Expected
from commands.run_pay_days import prepared_for
from foundation.vocabulary.refusals import not_refused
from tests.builders.pay_days import a_county_with_two_pay_days, ends_paying_on_days, noon
from tests.builders.settlement import SettlementScenario, a_settlement_scenario

CUT_OFF, PAY_DAY, NEXT_PAY_DAY = date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 15)
HOURS_36 = 7_200


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    return a_county_with_two_pay_days(session)


def days_of(session: Session, contents: RunContents, day: date) -> list[tuple[Expected | None, int, int]]:
    found = pay_days_of_run(session, contents.run, day)
    return [(each.expected, each.charge_count, each.sum_cents) for each in found]


def test_a_run_has_the_days_of_all_its_charges(session: Session, scenario: SettlementScenario) -> None:
    """One was on hold past the cut-off; one came in after it, but before the run was prepared."""
    held = scenario.charge(session, 0)
    scenario.charge(session, 0)
    scenario.charge(session, 1)
    hold_disputed_charge(session, held, now=noon(22))
    not_refused(admit_charge(session, held, why="Soitettu", actor=scenario.officer, now=noon(24)))
    scenario.charge(session, 1, now=noon(24))
    prepared = scenario.prepare(session, until=CUT_OFF, now=noon(25))
    days = [
        (Expected(PAY_DAY, False), 2, 2 * HOURS_36),
        (Expected(NEXT_PAY_DAY, False), 2, 2 * HOURS_36),
    ]
    assert days_of(session, prepared, date(2026, 11, 25)) == days
    assert announced_day(session, prepared.run, date(2026, 11, 25)) == days[0][0]
    approved = scenario.approve(session, prepared, now=noon(26))
    assert days_of(session, approved, date(2026, 11, 26)) == days
    late = days_of(session, approved, PAY_DAY)
    assert [expected and expected.is_late for expected, *_sums in late] == [True, False]


def test_what_came_in_after_the_end_has_no_day(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    ends_paying_on_days(session, scenario.county.id, date(2026, 11, 24))
    scenario.charge(session, 1, now=noon(24))
    prepared = scenario.prepare(session, until=date(2026, 11, 24), now=noon(24))
    assert days_of(session, prepared, date(2026, 11, 24)) == [
        (Expected(PAY_DAY, False), 1, HOURS_36),
        (None, 1, HOURS_36),
    ]
    pays = prepared_for(session, prepared.run, date(2026, 11, 24))
    assert list(pays.lines()) == [
        "Pay day 2026-11-30: 1 charge, 72.00 EUR. Send by 2026-11-27",
        "No pay day: 1 charge, 72.00 EUR",
    ]
    assert pays.as_json()["pay_days"][1] == {
        "day": None,
        "late": None,
        "send_by": None,
        "charges": 1,
        "sum": "72.00",
    }


def test_a_run_that_leaves_charges_of_its_pay_day_out_says_what_is_due(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    prepared = scenario.prepare(session, until=date(2026, 10, 1), now=noon(24))
    pays = prepared_for(session, prepared.run, date(2026, 11, 24))
    assert list(pays.lines()) == [
        "Also due: pay day 2026-11-30, charges that came in by 2026-11-23, send by 2026-11-27"
    ]


def test_a_county_that_has_said_no_pay_days_has_none(session: Session) -> None:
    scenario = a_settlement_scenario(session)
    scenario.charge(session, 0)
    prepared = scenario.prepare(session, now=noon(24))
    assert days_of(session, prepared, date(2026, 11, 24)) == []
