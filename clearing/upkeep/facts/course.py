"""How a client's help has gone against the client's own plan: what the early warnings are judged by."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt

PLAN_WEIGHT = 28
"""So many days of the plan weigh into the pace, beside the real days."""
RECENT_DAYS = 84


class AlertRule(StrEnum):
    """The early warnings. The values are stored."""

    TOO_FAST = "goes_too_fast"
    ENDS_SOON = "ends_soon"
    LEVEL = "level"
    NOT_STARTED = "not_started"
    STOPPED = "stopped"
    CANNOT_USE = "cannot_use"
    OWN_SHARE = "own_share_grew"
    ENDING = "ending"
    UNUSED = "unused"
    REPORTS_LATE = "reports_late"
    AT_RISK = "provider_at_risk"


FROM_VOUCHERS = (AlertRule.NOT_STARTED, AlertRule.ENDING)
OF_PROVIDERS = (AlertRule.REPORTS_LATE, AlertRule.AT_RISK)
FROM_PLANS = tuple(rule for rule in AlertRule if rule not in (*FROM_VOUCHERS, *OF_PROVIDERS))
"""The alerts that are read from the plan of a funding."""


@dataclass(frozen=True, slots=True)
class Course:
    """A funding as of the last service day `day` that can be known; sums in cents, days without pauses.

    `granted` is without what is granted for one purpose at a time (plans of a total): so are all other sums.
    `charged` is by service day until `day`, `held` what waits for charges of visits until then, `planned` the
    county's share of the `visits` planned until then. `per_day` is the plan's mean over its days, and
    `recent_per_day` that of charges over the last `recent_days`. `days_left` are the days from `day` to the
    end of the window, `last_day`.
    """

    day: date
    first_day: date
    last_day: date
    granted: float
    charged: float
    held: float
    planned: float
    visits: int
    per_day: float
    recent_per_day: float
    recent_days: int
    days_left: int

    @property
    def sigma(self) -> float:
        """The usual distance from the plan: the mean cost of a planned visit × √ of their number."""
        visits = max(1, self.visits)
        return self.planned / visits * sqrt(visits)

    @property
    def pace(self) -> float:
        """Cents a day: the recent use, and the plan as if it had been followed for 28 days more."""
        real = self.recent_days * self.recent_per_day
        return (PLAN_WEIGHT * self.per_day + real) / (PLAN_WEIGHT + self.recent_days)

    @property
    def used_up_on(self) -> date:
        """The day on which the money ends at this pace; the last day of all without a pace."""
        days = (self.granted - self.charged) / self.pace if self.pace > 0 else (date.max - self.day).days
        return self.day + timedelta(days=min(int(days), (date.max - self.day).days))

    @property
    def unused(self) -> float:
        """What will be left on the last day at this pace; below zero if the money ends before."""
        return self.granted - self.charged - self.held - self.pace * self.days_left

    @property
    def used_share(self) -> float:
        """The share of the money that is charged or waits for charges."""
        return (self.charged + self.held) / self.granted if self.granted else 0.0

    @property
    def time_share(self) -> float:
        """The share of the window that has passed."""
        return ((self.day - self.first_day).days + 1) / ((self.last_day - self.first_day).days + 1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a choice's visits are planned, and for how many days (pauses out) there has been none."""

    is_timetabled: bool
    planned_gap_days: float
    days_since_service: int


@dataclass(frozen=True, slots=True)
class OwnShare:
    """What the client pays of a unit, in cents: when the provider was chosen, and of the visits to come."""

    then_cents: int
    now_cents: int


@dataclass(frozen=True, slots=True)
class Idle:
    """An open funding that holds nothing.

    `since` is the last service day of a charge, else the first day of the funding; `days` are the days from
    then on, days away left out. `is_chosen`: a provider was chosen or named.
    """

    since: date
    days: int
    was_used: bool
    is_chosen: bool = True


@dataclass(frozen=True, slots=True)
class Ending:
    """An open funding that ends while no other funding of the client goes on with its service."""

    last_day: date
    days_left: int
    left_cents: int
