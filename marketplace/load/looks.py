"""Who has looked at a client's data, and why, which the client may know (Act 703/2023)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, case, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from clearing.ledger.facts.audit import ACTOR_PROVIDER
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.providers import Provider
from marketplace.rules.who_looked import Act, Looker, Side, roles_of

ZONE = "Europe/Helsinki"
DAY = cast(func.timezone(ZONE, AuditEvent.at), Date)
PROVIDER_ID = AuditEvent.detail[ACTOR_PROVIDER].as_integer()
PERSON = (
    DAY,
    func.coalesce(AuditEvent.actor_id, 0),
    AuditEvent.actor_name,
    func.coalesce(AuditEvent.role, ""),
    func.coalesce(PROVIDER_ID, 0),
)
"""A person on a day; 0 and "" stand for NULL, so that rows can be compared."""

RANK = case(
    (AuditEvent.role.in_(roles_of(Side.HELPER)), 2),
    (AuditEvent.role.in_(roles_of(Side.PROVIDER)), 1),
    else_=0,
)
"""The place of a person's side on a day, as in `marketplace.rules.who_looked.by_day`."""


def lookers(session: Session, client_id: int, *, side: Side | None, first: int, count: int) -> list[Looker]:
    """Return a page of the people who used the client's data, by day: the newest day first."""
    place = (DAY.desc(), func.min(RANK), AuditEvent.actor_name)
    query = _people(client_id, side).order_by(*place, *PERSON).offset(first).limit(count)
    keys = [tuple(row) for row in session.execute(query)]
    acts = _acts(session, client_id, keys)
    companies = _companies(session, keys)
    return [_looker(key, companies, acts[key]) for key in keys]


def _looker(key: tuple[Any, ...], companies: dict[int, str], acts: tuple[Act, ...]) -> Looker:
    day, person_id, name, role, provider_id = key
    company = companies.get(provider_id)
    return Looker(day, person_id or None, name, role or None, provider_id or None, company, acts)


def count_lookers(session: Session, client_id: int) -> dict[Side, int]:
    """Return how many people on how many days each side has had; every side is there."""
    people = _people(client_id, None).add_columns(func.min(RANK).label("rank")).subquery()
    rows = session.execute(select(people.c.rank, func.count()).group_by(people.c.rank))
    found = {int(rank): count for rank, count in rows}
    return {side: found.get(rank, 0) for rank, side in enumerate(Side)}


def looker_on(session: Session, client_id: int, day: date, person_id: int) -> Looker | None:
    """Return what one person did with the client's data on a day; None if nothing."""
    query = _people(client_id, None).where(AuditEvent.actor_id == person_id, DAY.in_([day])).limit(1)
    keys = [tuple(row) for row in session.execute(query)]
    acts, companies = _acts(session, client_id, keys), _companies(session, keys)
    return next((_looker(key, companies, acts[key]) for key in keys), None)


def _people(client_id: int, side: Side | None) -> Select[*tuple[Any, ...]]:
    query = select(*PERSON).where(AuditEvent.client_id == client_id).group_by(*PERSON)
    return query if side is None else query.where(_is_of(side))


def _is_of(side: Side) -> ColumnElement[bool]:
    if side is not Side.COUNTY:
        return AuditEvent.role.in_(roles_of(side))
    others = (*roles_of(Side.HELPER), *roles_of(Side.PROVIDER))
    return or_(AuditEvent.role.is_(None), AuditEvent.role.not_in(others))


def _acts(
    session: Session, client_id: int, keys: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], tuple[Act, ...]]:
    """Return what each person of a page did, the newest first."""
    found: defaultdict[tuple[Any, ...], list[Act]] = defaultdict(list)
    query = (
        select(
            *PERSON,
            AuditEvent.act,
            AuditEvent.why,
            func.count(),
            func.min(AuditEvent.at),
            func.max(AuditEvent.at),
            func.array_agg(func.distinct(AuditEvent.subject_kind)),
        )
        .where(AuditEvent.client_id == client_id, tuple_(*PERSON).in_(keys))
        .group_by(*PERSON, AuditEvent.act, AuditEvent.why)
        .order_by(func.max(AuditEvent.at).desc(), func.max(AuditEvent.id).desc())
    )
    for row in session.execute(query) if keys else ():
        found[tuple(row[: len(PERSON)])].append(_act(row))
    return {key: tuple(found[key]) for key in keys}


def _act(row: Row[*tuple[Any, ...]]) -> Act:
    act, why, times, first_at, last_at, kinds = row[len(PERSON) :]
    return Act(act, why, times, first_at, last_at, tuple(kinds))


def _companies(session: Session, keys: Sequence[tuple[Any, ...]]) -> dict[int, str]:
    ids = {key[4] for key in keys}
    rows = session.execute(select(Provider.id, Provider.name).where(Provider.id.in_(ids)))
    return {row.id: row.name for row in rows}
