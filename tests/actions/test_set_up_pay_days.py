"""On which days a county pays, by its file: from a day on, and as it was without the section."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from clearing.payments.load.pay_days import settlement_calendars
from clearing.payments.rules.pay_days import SettlementCalendar, pay_day_of
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
END = SettlementCalendar(date.min, None, (), 0)


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


def test_pay_days_end_on_a_day(session: Session, in_use: CountySetup) -> None:
    carry_out(session, replace(in_use, settlement_calendar=TUESDAYS))
    ended = replace(in_use, settlement_calendar=END, settlement_calendar_from=NEW_YEAR)
    assert [(each.path, each.before, each.after) for each in carry_out(session, ended).changes] == [
        ("settlement_calendar.weekday", "tuesday", None),
        ("settlement_calendar.cut_off_days", "3", None),
        ("settlement_calendar_from", None, "2027-01-01"),
    ]
    kept = stored(session)
    assert (kept.settlement_calendar, kept.settlement_calendar_from) == (END, NEW_YEAR)
    assert pay_day_of(settlement_calendars(session, [12])[12], NEW_YEAR) is None
    assert carry_out(session, ended) == carry_out(session, in_use) == SetupReport()
    long_after = NOW + timedelta(days=400)
    assert set_up_county(session, ended, actor=OPERATOR, now=long_after) == SetupReport()
    again = replace(
        in_use, settlement_calendar=TWICE, settlement_calendar_from=NEW_YEAR + timedelta(days=500)
    )
    assert set_up_county(session, again, actor=OPERATOR, now=long_after).faults == ()


@pytest.mark.parametrize("first", [TODAY + ONE_DAY, NEW_YEAR - ONE_DAY, NEW_YEAR])
def test_they_do_not_end_before_others_begin(session: Session, in_use: CountySetup, first: date) -> None:
    carry_out(session, replace(in_use, settlement_calendar=TUESDAYS))
    carry_out(session, replace(in_use, settlement_calendar=TWICE, settlement_calendar_from=NEW_YEAR))
    ended = replace(in_use, settlement_calendar=END, settlement_calendar_from=first)
    [fault] = carry_out(session, ended).faults
    assert (fault.code, fault.field) == (SetupCode.PAY_DAYS_BEGIN_LATER, "settlement_calendar_from")
    assert fault.values == {"first": (first if first == TODAY + ONE_DAY else NEW_YEAR).isoformat()}


def test_others_that_begin_after_an_end_do_not_stop_a_file(session: Session, in_use: CountySetup) -> None:
    carry_out(session, replace(in_use, settlement_calendar=TUESDAYS))
    carry_out(session, replace(in_use, settlement_calendar=END, settlement_calendar_from=NEW_YEAR))
    first = NEW_YEAR + timedelta(days=90)
    carry_out(session, replace(in_use, settlement_calendar=TWICE, settlement_calendar_from=first))
    ended = NOW + timedelta(days=60)
    called = replace(in_use, phone="09 123 456")
    for calendar in (None, END):
        report = set_up_county(
            session, replace(called, settlement_calendar=calendar), actor=OPERATOR, now=ended, dry_run=True
        )
        assert (report.faults, [each.path for each in report.changes]) == ((), ["phone"])


def test_an_end_in_the_past_is_locked_and_one_of_nothing_changes_nothing(
    session: Session, in_use: CountySetup
) -> None:
    ended = replace(in_use, settlement_calendar=END)
    assert carry_out(session, ended) == SetupReport()
    carry_out(session, replace(in_use, settlement_calendar=TUESDAYS))
    begun = NOW + timedelta(days=5)
    past = replace(ended, settlement_calendar_from=TODAY + ONE_DAY)
    report = set_up_county(session, past, actor=OPERATOR, now=begun)
    assert [fault.code for fault in report.faults] == [SetupCode.PAST_LOCKED]
    report = set_up_county(session, ended, actor=OPERATOR, now=begun)
    assert report.faults == ()
    assert stored(session).settlement_calendar_from == TODAY + timedelta(days=6)
