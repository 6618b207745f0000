"""Who has used a client's data: by day and person, those whom the client does not know first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from foundation.vocabulary.roles import CLIENT_ROLES, PEOPLE_OF_PROVIDERS


class Side(StrEnum):
    """Whose people they are. On one day they are listed in this order."""

    COUNTY = "county"
    PROVIDER = "provider"
    HELPER = "helper"


SIDES = tuple(Side)


def side_of(role: str | None) -> Side:
    """Return whose people have a role; the program itself acts for the county."""
    if role in CLIENT_ROLES:
        return Side.HELPER
    return Side.PROVIDER if role in PEOPLE_OF_PROVIDERS else Side.COUNTY


def roles_of(side: Side) -> tuple[str, ...]:
    """Return the roles of a side by their stored names; for the county, those that are not its own."""
    return tuple(role.value for role in (CLIENT_ROLES if side is Side.HELPER else PEOPLE_OF_PROVIDERS))


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did for one reason on one day: how often, when, and with which kinds of data."""

    act: str
    why: str
    times: int
    first_at: datetime
    last_at: datetime
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looker:
    """A person who used a client's data on a day. `provider_id` and `company` are of the provider, if any.

    `person_id` is None for the program itself.
    """

    day: date
    person_id: int | None
    name: str
    role: str | None
    provider_id: int | None
    company: str | None
    acts: tuple[Act, ...]

    @property
    def side(self) -> Side:
        """Return whose person it is."""
        return side_of(self.role)

    @property
    def times(self) -> int:
        """Return how often the person used the data on the day."""
        return sum(act.times for act in self.acts)


def by_day(lookers: Iterable[Looker]) -> list[tuple[date, list[Looker]]]:
    """Return the days, the newest first, each with its people: the county's, providers', and helpers."""
    days: dict[date, list[Looker]] = {}
    for looker in lookers:
        days.setdefault(looker.day, []).append(looker)
    return [(day, sorted(days[day], key=_place)) for day in sorted(days, reverse=True)]


def _place(looker: Looker) -> tuple[int, str]:
    return SIDES.index(looker.side), looker.name
