"""What a client hears first: by the day on which it happens, and only if something can be done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clearing.eligibility.facts.kinds import ApprovalState
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money
from marketplace.rules.alarms import EARLY_DAYS, SOON_DAYS, Alarm, AlarmKind, alarms_of
from marketplace.rules.outlook import Outlook
from marketplace.rules.provider_stops import ProviderStop

DAY = date(2026, 6, 1)
GRANTED = Money(100_000)
FAR = DateWindow(date(2026, 1, 1), date(2026, 12, 31))
STOPS, RUNS_OUT, UNUSED = AlarmKind


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def ahead(left: int, weekly: int | None, lasts: date | None, window: DateWindow = FAR) -> Outlook:
    return Outlook(Money(left), None if weekly is None else Money(weekly), lasts, window)


def ends(days: int) -> DateWindow:
    return DateWindow(date(2026, 1, 1), after(days))


# the outlook, and the alarm
MONEY = [
    (ahead(50_000, 1_000, FAR.last), None),
    (ahead(50_000, None, None), None),
    (ahead(50_000, 20_000, after(17)), Alarm(RUNS_OUT, after(17))),
    (ahead(0, 20_000, DAY), Alarm(RUNS_OUT, DAY)),
    (ahead(50_000, 20_000, FAR.last - timedelta(days=EARLY_DAYS)), None),
    (
        ahead(50_000, 20_000, FAR.last - timedelta(days=EARLY_DAYS + 1)),
        Alarm(RUNS_OUT, FAR.last - timedelta(days=EARLY_DAYS + 1)),
    ),
    (ahead(50_000, None, None, ends(0)), Alarm(UNUSED, DAY, Money(50_000))),
    (ahead(50_000, None, None, ends(SOON_DAYS)), Alarm(UNUSED, after(SOON_DAYS), Money(50_000))),
    (ahead(50_000, None, None, ends(SOON_DAYS + 1)), None),
    (ahead(50_000, 7_000, after(6), ends(6)), Alarm(UNUSED, after(6), Money(43_000))),
    (ahead(17_000, 7_000, after(6), ends(6)), Alarm(UNUSED, after(6), Money(10_000))),
    (ahead(16_999, 7_000, after(6), ends(6)), None),
    (ahead(0, None, None, ends(6)), None),
    (replace(ahead(50_000, None, after(3), ends(6)), units_end_first=True), None),
]


@pytest.mark.parametrize(("outlook", "alarm"), MONEY)
def test_money_that_ends(outlook: Outlook, alarm: Alarm | None) -> None:
    assert alarms_of(outlook, GRANTED, {}, DAY) == ([] if alarm is None else [alarm])


@pytest.mark.parametrize(("days", "said"), [(0, True), (SOON_DAYS, True), (SOON_DAYS + 1, False)])
def test_a_provider_that_stops(days: int, said: bool) -> None:
    stops = {7: ProviderStop(ApprovalState.ENDED, after(days))}
    found = alarms_of(ahead(50_000, 1_000, FAR.last), GRANTED, stops, DAY)
    assert found == ([Alarm(STOPS, after(days), choice_id=7, stopped=days == 0)] if said else [])


def test_what_happens_first_is_said_first() -> None:
    stops = {
        7: ProviderStop(ApprovalState.SUSPENDED, after(20)),
        8: ProviderStop(ApprovalState.ENDED, after(17)),
    }
    found = alarms_of(ahead(50_000, 20_000, after(17)), GRANTED, stops, DAY)
    assert [(alarm.kind, alarm.choice_id) for alarm in found] == [(STOPS, 8), (RUNS_OUT, None), (STOPS, 7)]


@pytest.mark.parametrize(("ends_in", "first"), [(1, UNUSED), (6, UNUSED), (7, STOPS), (30, STOPS)])
def test_money_that_ends_within_a_week_comes_before_a_provider_that_has_stopped(
    ends_in: int, first: AlarmKind
) -> None:
    stops = {7: ProviderStop(ApprovalState.SUSPENDED, DAY)}
    found = alarms_of(ahead(50_000, None, None, ends(ends_in)), GRANTED, stops, DAY)
    assert found[0].kind is first
