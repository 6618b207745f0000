"""What clients wanted when a guardian acted for them, and what others have done for a client."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.mandates import ClientWish
from foundation.database.tables.people import Person
from foundation.vocabulary.roles import Role
from marketplace.rules.guardian_acts import GuardianAct


@dataclass(frozen=True, slots=True)
class KeptWish:
    """The client's wish with an act, and the guardian who asked for it."""

    act: str
    kind: str
    words: str
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class DoneForClient:
    """What somebody did for the client at one moment, by audit acts, and the wishes kept with it."""

    at: datetime
    name: str
    acts: tuple[str, ...]
    wishes: tuple[KeptWish, ...]


def wish_of_choice(session: Session, choice_id: int) -> KeptWish | None:
    """Return the wish kept when a choice was made; None if no guardian made it."""
    made = (ClientWish.choice_id == choice_id) & (ClientWish.act == GuardianAct.CHOOSE.value)
    found = _wishes(session, made)
    return found[-1][1] if found else None


def newest_wishes(session: Session, client_id: int, *, count: int) -> list[KeptWish]:
    """Return the newest wishes of a client, the newest first."""
    query = select(ClientWish.id).where(ClientWish.client_id == client_id)
    newest = query.order_by(ClientWish.id.desc()).limit(count)
    return [wish for _person_id, wish in reversed(_wishes(session, ClientWish.id.in_(newest)))]


def done_for_client(session: Session, client_id: int, *, first: int, count: int) -> list[DoneForClient]:
    """Return a page of what representatives have done for a client, the newest first."""
    moment = (AuditEvent.at, AuditEvent.actor_id, AuditEvent.actor_name)
    acts = func.array_agg(aggregate_order_by(AuditEvent.act, AuditEvent.id))
    query = _acts(client_id).add_columns(*moment, acts).group_by(*moment)
    last = func.max(AuditEvent.id)
    rows = session.execute(query.order_by(AuditEvent.at.desc(), last.desc()).offset(first).limit(count)).all()
    wishes = _wishes_at(session, client_id, [(person_id, at) for at, person_id, *_ in rows])
    return [
        DoneForClient(at, name, tuple(dict.fromkeys(done)), tuple(wishes.get((person_id, at), ())))
        for at, person_id, name, done in rows
    ]


def count_done_for_client(session: Session, client_id: int) -> int:
    """Return at how many moments representatives have done something for a client."""
    moments = _acts(client_id).add_columns(AuditEvent.at, AuditEvent.actor_id).distinct().subquery()
    return session.scalar(select(func.count()).select_from(moments)) or 0


def _acts(client_id: int) -> Select[*tuple[Any, ...]]:
    """Return the query of representatives' acts; looks and kept wishes are none."""
    return select().where(
        AuditEvent.client_id == client_id,
        AuditEvent.role == Role.REPRESENTATIVE.value,
        AuditEvent.act.not_like("%.look"),
        AuditEvent.act.not_like("%.keep_wish"),
    )


def _wishes_at(
    session: Session, client_id: int, moments: list[tuple[int | None, datetime]]
) -> dict[tuple[int | None, datetime], list[KeptWish]]:
    """Return the wishes of the client by the guardian and the moment."""
    found: defaultdict[tuple[int | None, datetime], list[KeptWish]] = defaultdict(list)
    if moments:
        at = tuple_(ClientWish.asked_by, ClientWish.asked_at).in_(moments)
        for person_id, wish in _wishes(session, (ClientWish.client_id == client_id) & at):
            found[person_id, wish.asked_at].append(wish)
    return found


def _wishes(session: Session, condition: ColumnElement[bool]) -> list[tuple[int, KeptWish]]:
    """Return the wishes with the ids of the guardians, the oldest first."""
    query = (
        select(ClientWish, Person.name)
        .join(Person, Person.id == ClientWish.asked_by)
        .where(condition)
        .order_by(ClientWish.id)
    )
    return [
        (wish.asked_by, KeptWish(wish.act, wish.kind, wish.words, name, wish.asked_at))
        for wish, name in session.execute(query)
    ]
