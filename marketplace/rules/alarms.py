"""What a client should hear first: money that ends unused or too early, and a provider that stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from foundation.vocabulary.money import Money, half_up_division
from marketplace.rules.outlook import Outlook
from marketplace.rules.provider_stops import ProviderStop

WEEK = 7
SOON_DAYS = 45
"""Money that will be unused is said so many days before."""

EARLY_DAYS = 14
"""Money that runs out fewer days before the end of the window is no alarm: the last weeks are estimates."""

UNUSED_SHARE = 10
"""Unused money is an alarm from one tenth of what was granted."""


class AlarmKind(StrEnum):
    """What happens; the most urgent first if two happen on one day."""

    PROVIDER_STOPS = "provider_stops"
    RUNS_OUT = "money_runs_out"
    ENDS_UNUSED = "money_ends_unused"


ORDER = tuple(AlarmKind)
NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What happens on which day.

    `unused_cents` is what will be left on the last day of the voucher; `choice_id` is the choice whose
    provider stops, and `stopped` says that it has stopped already.
    """

    kind: AlarmKind
    day: date
    unused_cents: Money = NOTHING
    choice_id: int | None = None
    stopped: bool = False

    @property
    def act_by(self) -> date:
        """The day that decides the order.

        What has already happened waits a week for what can still be averted: money that ends tomorrow comes
        before a provider that stopped today.
        """
        return self.day + timedelta(days=WEEK) if self.stopped else self.day


def alarms_of(
    outlook: Outlook, granted_cents: Money, stops: Mapping[int, ProviderStop], today: date
) -> list[Alarm]:
    """Return the alarms of a voucher that can be used today, the most urgent first."""
    found = [_ends_unused(outlook, granted_cents, today), _runs_out(outlook)]
    found += [_provider_stops(key, stop, today) for key, stop in stops.items()]
    return in_order(alarm for alarm in found if alarm is not None)


def in_order(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Return the alarms by the day until which something can be done; on the same day by kind."""
    return sorted(alarms, key=lambda alarm: (alarm.act_by, ORDER.index(alarm.kind), alarm.choice_id or 0))


def _ends_unused(outlook: Outlook, granted_cents: Money, today: date) -> Alarm | None:
    last_day = outlook.window.last
    if last_day > today + timedelta(days=SOON_DAYS) or outlook.units_end_first:
        return None  # money beyond the units is the reserve of a grant in units
    days = (last_day - max(today, outlook.window.first)).days + 1
    unused = outlook.planned_left_cents
    if unused is None:
        unused = Money(outlook.left_cents - half_up_division((outlook.per_week_cents or 0) * days, WEEK))
    if unused <= 0 or unused * UNUSED_SHARE < granted_cents:
        return None
    return Alarm(AlarmKind.ENDS_UNUSED, last_day, Money(unused))


def _runs_out(outlook: Outlook) -> Alarm | None:
    last_day = outlook.lasts_until
    if last_day is None or last_day + timedelta(days=EARLY_DAYS) >= outlook.window.last:
        return None
    return Alarm(AlarmKind.RUNS_OUT, last_day)


def _provider_stops(choice_id: int, stop: ProviderStop, today: date) -> Alarm | None:
    if not stop.is_soon(today):
        return None
    stopped = stop.from_day <= today
    return Alarm(AlarmKind.PROVIDER_STOPS, stop.from_day, choice_id=choice_id, stopped=stopped)
