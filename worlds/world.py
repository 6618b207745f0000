"""A world while it is being made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from foundation.vocabulary.dates import HELSINKI, DateWindow, helsinki_day
from foundation.vocabulary.roles import Actor, Role
from worlds.names import People

OPENING_HOUR = 9


@dataclass(frozen=True, slots=True)
class LogIn:
    """One person's way in, in one role. `county`, `client` and `provider` are the codes that people use."""

    actor: Actor
    email: str
    password: str
    api_key: str
    county: str | None
    client: str | None
    provider: str | None


@dataclass(slots=True)
class World:
    """What every maker is handed. `now` ends the world's history; `tell` says how far the work is."""

    session: Session
    seed: int
    now: datetime
    on_progress: Callable[[str], None]
    random: Random
    names: People
    log_ins: list[LogIn] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The world's last day, in Helsinki."""
        return helsinki_day(self.now)

    def day(self, offset_days: int) -> date:
        """The day so many days after today (before, if negative)."""
        return self.today + timedelta(days=offset_days)

    def at(self, day: date, hour: int = OPENING_HOUR) -> datetime:
        """A moment of that day by the Helsinki clock, never after `now`."""
        return min(datetime(day.year, day.month, day.day, hour, tzinfo=HELSINKI), self.now)

    def year(self) -> DateWindow:
        """Twelve whole months around today: seven before this one, and four after it."""
        return DateWindow(_first_of_month(self.today, -7), _first_of_month(self.today, 5) - timedelta(days=1))

    def key_of(self, role: Role, county_id: int | None = None) -> Actor:
        """The first actor made for a role (in a county)."""
        return next(
            log_in.actor
            for log_in in self.log_ins
            if log_in.actor.role is role and county_id in (None, log_in.actor.county_id)
        )


def make_world(session: Session, seed: int, now: datetime, on_progress: Callable[[str], None]) -> World:
    """An empty world that draws from `Random(seed)`."""
    random = Random(seed)  # noqa: S311 - invented worlds, no secrets
    return World(session, seed, now, on_progress, random, People(random))


def _first_of_month(day: date, months_later: int) -> date:
    months = day.year * 12 + day.month - 1 + months_later
    return date(months // 12, months % 12 + 1, 1)
