"""On which days a county pays, by its file: from a day on, and as it was without the section."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from clearing.payments.load.pay_days import settlement_calendars
from clearing.payments.rules.pay_days import SettlementCalendar
from county_desk.actions.change_settings import withdraw_version
from county_desk.actions.set_up_county import SetupReport, set_up_county
from county_desk.load.county_setup import newest_setup
from county_desk.reading.county_file import read_county_file
from county_desk.rules.county_setup import CountySetup, SetupCode, SharedSetup
from foundation.vocabulary.dates import ONE_DAY
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, TODAY, a_client, a_county, a_funding

EXAMPLE = Path(__file__).parents[2] / "docs" / "counties" / "example.yaml"
NEW_YEAR = date(2027, 1, 1)
OPERATOR = Actor(None, Role.ADMIN, "operator")
TUESDAYS = SettlementCalendar(date.min, 1, (), 3)
TWICE = SettlementCalendar(date.min, None, (15, 31), 5)


def carry_out(session: Session, setup: CountySetup) -> SetupReport:
    return set_up_county(session, setup, actor=OPERATOR, now=NOW)


def stored(session: Session, code: str = "12") -> CountySetup:
    found = newest_setup(session, code)
    assert found is not None
    return found


@pytest.fixture
def in_use(session: Session) -> CountySetup:
    """County 12 with a voucher; it has not said when it pays."""
    place = a_county(session)
    a_funding(session, place, a_client(session, place))
    return replace(stored(session), shared=SharedSetup((), ()))


def test_a_new_county_pays_from_the_beginning(session: Session) -> None:
    setup = read_county_file(EXAMPLE.read_text(encoding="utf-8"))
    assert isinstance(setup, CountySetup)
    carry_out(session, setup)
    assert (stored(session, "98").settlement_calendar, setup.settlement_calendar) == (TWICE, TWICE)
    assert stored(session, "98").settlement_calendar_from is None


def test_it_begins_tomorrow_and_a_file_without_it_keeps_it(session: Session, in_use: CountySetup) -> None:
    report = carry_out(session, replace(in_use, settlement_calendar=TUESDAYS))
    tomorrow = TODAY + ONE_DAY
    assert [(each.path, each.after) for each in report.changes] == [
        ("settlement_calendar.weekday", "tuesday"),
        ("settlement_calendar.cut_off_days", "3"),
        ("settlement_calendar_from", tomorrow.isoformat()),
    ]
    assert carry_out(session, in_use) == SetupReport()
    assert carry_out(session, replace(in_use, settlement_calendar=TUESDAYS)) == SetupReport()
    assert settlement_calendars(session, [12])[12] == [replace(TUESDAYS, from_day=tomorrow)]


def test_another_way_of_paying_begins_on_its_day(session: Session, in_use: CountySetup) -> None:
    carry_out(session, replace(in_use, settlement_calendar=TUESDAYS))
    later = replace(in_use, settlement_calendar=TWICE, settlement_calendar_from=NEW_YEAR)
    changes = [(each.path, each.before, each.after) for each in carry_out(session, later).changes]
    assert changes == [
        ("settlement_calendar.month_days", None, "15, 31"),
        ("settlement_calendar.cut_off_days", "3", "5"),
        ("settlement_calendar.weekday", "tuesday", None),
        ("settlement_calendar_from", None, "2027-01-01"),
    ]
    assert [each.from_day for each in settlement_calendars(session, [12])[12]] == [TODAY + ONE_DAY, NEW_YEAR]
    long_after = NOW + timedelta(days=400)
    assert set_up_county(session, later, actor=OPERATOR, now=long_after) == SetupReport()


def test_the_past_is_locked(session: Session, in_use: CountySetup) -> None:
    asked = replace(in_use, settlement_calendar=TUESDAYS, settlement_calendar_from=TODAY)
    faults = [(fault.code, fault.field) for fault in carry_out(session, asked).faults]
    assert faults == [(SetupCode.PAST_LOCKED, "settlement_calendar_from")]
    assert settlement_calendars(session, [12])[12] == []


def test_what_has_not_begun_is_withdrawn(session: Session, in_use: CountySetup) -> None:
    carry_out(session, replace(in_use, settlement_calendar=TUESDAYS))
    tomorrow, name = TODAY + ONE_DAY, "settlement_calendar"
    begun = NOW + ONE_DAY
    assert not withdraw_version(session, 12, name, tomorrow, actor=OPERATOR, now=begun)
    assert withdraw_version(session, 12, name, tomorrow, actor=OPERATOR, now=NOW)
    assert stored(session).settlement_calendar is None
