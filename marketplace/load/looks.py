"""Who has looked at a client's data, and why, which the client may know (Act 703/2023)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, cast, func, select
from sqlalchemy.orm import Session

from clearing.ledger.facts.audit import ACTOR_PROVIDER
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.providers import Provider

ZONE = "Europe/Helsinki"


@dataclass(frozen=True, slots=True)
class LookGroup:
    """What one person did with a client's data for one reason on one day, and how often.

    `company` is the provider that the person acted for; None for others and for old rows.
    `kinds` are the kinds of data, such as `funding`; `first_at` and `last_at` are the first and last time.
    """

    day: date
    name: str
    role: str | None
    company: str | None
    act: str
    why: str
    times: int
    first_at: datetime
    last_at: datetime
    kinds: tuple[str, ...]


def look_groups(session: Session, client_id: int, *, first: int, count: int) -> list[LookGroup]:
    """Return the looks and acts that concerned the client, in groups, the newest first."""
    newest = func.max(AuditEvent.at).desc(), func.max(AuditEvent.id).desc()
    query = _groups(client_id).order_by(*newest).offset(first).limit(count)
    return [
        LookGroup(day, name, role, company, act, why, times, first_at, last_at, tuple(kinds))
        for day, name, role, company, act, why, times, first_at, last_at, kinds in session.execute(query)
    ]


def count_look_groups(session: Session, client_id: int) -> int:
    """Return the number of groups of looks and acts."""
    return session.scalar(select(func.count()).select_from(_groups(client_id).subquery())) or 0


def _groups(client_id: int) -> Select[*tuple[Any, ...]]:
    day = cast(func.timezone(ZONE, AuditEvent.at), Date)
    group = (
        day,
        AuditEvent.actor_id,
        AuditEvent.actor_name,
        AuditEvent.role,
        Provider.name,
        AuditEvent.act,
        AuditEvent.why,
    )
    return (
        select(
            day.label("day"),
            AuditEvent.actor_name,
            AuditEvent.role,
            Provider.name.label("company"),
            AuditEvent.act,
            AuditEvent.why,
            func.count(),
            func.min(AuditEvent.at),
            func.max(AuditEvent.at),
            func.array_agg(func.distinct(AuditEvent.subject_kind)),
        )
        .outerjoin(Provider, Provider.id == AuditEvent.detail[ACTOR_PROVIDER].as_integer())
        .where(AuditEvent.client_id == client_id)
        .group_by(*group)
    )
