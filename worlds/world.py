"""A world while it is being written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from foundation.vocabulary.dates import HELSINKI, DateWindow, helsinki_day
from foundation.vocabulary.roles import Actor, Role
from worlds.names import PersonNames

OPENING_HOUR = 9


@dataclass(frozen=True, slots=True)
class LogIn:
    """A person's credentials in one role; `county`, `client` and `provider` are public codes, not ids."""

    actor: Actor
    email: str
    password: str
    api_key: str
    county: str | None
    client: str | None
    provider: str | None


@dataclass(slots=True)
class World:
    """The context of every writer. The history of the world ends at `now`; `on_progress` reports progress."""

    session: Session
    seed: int
    now: datetime
    on_progress: Callable[[str], None]
    random: Random
    names: PersonNames
    log_ins: list[LogIn] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The last day of the world, in Helsinki."""
        return helsinki_day(self.now)

    def day(self, offset_days: int) -> date:
        """Return the day that is `offset_days` after today (before today if negative)."""
        return self.today + timedelta(days=offset_days)

    def at(self, day: date, hour: int = OPENING_HOUR) -> datetime:
        """Return an hour of a day in Helsinki time, but never a moment after `now`."""
        return min(datetime(day.year, day.month, day.day, hour, tzinfo=HELSINKI), self.now)

    def year(self) -> DateWindow:
        """Return twelve calendar months around today: seven before this month, and four after it."""
        return DateWindow(_first_of_month(self.today, -7), _first_of_month(self.today, 5) - timedelta(days=1))

    def actor_of(self, role: Role, county_id: int | None = None) -> Actor:
        """Return the first actor with a role (in a county)."""
        return next(
            log_in.actor
            for log_in in self.log_ins
            if log_in.actor.role is role and county_id in (None, log_in.actor.county_id)
        )


def make_world(session: Session, seed: int, now: datetime, on_progress: Callable[[str], None]) -> World:
    """Return an empty world whose chance comes from `Random(seed)`."""
    random = Random(seed)  # noqa: S311 - invented worlds, no secrets
    return World(session, seed, now, on_progress, random, PersonNames(random))


def _first_of_month(day: date, months_later: int) -> date:
    months = day.year * 12 + day.month - 1 + months_later
    return date(months // 12, months % 12 + 1, 1)
