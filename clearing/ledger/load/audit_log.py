"""The audit log: who did what, to whose data, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.tabular.harmless import harmless

ROWS_AT_A_TIME = 5000


COLUMNS = (
    "id",
    "at",
    "county",
    "actor",
    "role",
    "act",
    "subject_kind",
    "subject",
    "client",
    "why",
    "detail",
)
"""The header of the log as CSV."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act or look."""

    id: int
    at: datetime
    county: str | None
    actor: str
    role: str | None
    act: str
    subject_kind: str
    subject_id: str
    client_number: str | None
    why: str
    detail: dict[str, Any]

    def cells(self) -> list[str]:
        """The row as CSV cells, in the order of COLUMNS; formulas in them are harmless."""
        detail = json.dumps(self.detail, ensure_ascii=False, sort_keys=True)
        who = [self.id, self.at.isoformat(), self.county, self.actor, self.role, self.act]
        what = [self.subject_kind, self.subject_id, self.client_number, self.why, detail]
        return [harmless("" if cell is None else str(cell)) for cell in (*who, *what)]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows; None and empty mean no limit. `words` are looked for in actor, act, subject and why."""

    county_id: int | None = None
    words: str = ""
    act: str = ""
    first: datetime | None = None
    until: datetime | None = None


def audit_rows(session: Session, wanted: AuditFilter) -> Iterator[AuditRow]:
    """The wanted rows, oldest first, streamed."""
    query = _wanted(_columns(), wanted).order_by(AuditEvent.id)
    for row in session.execute(query.execution_options(yield_per=ROWS_AT_A_TIME)):
        yield AuditRow(*row)


def find_audit(session: Session, wanted: AuditFilter, *, limit: int, offset: int) -> list[AuditRow]:
    """A page of the wanted rows, newest first."""
    query = _wanted(_columns(), wanted).order_by(AuditEvent.id.desc()).limit(limit).offset(offset)
    return [AuditRow(*row) for row in session.execute(query)]


def audit_count(session: Session, wanted: AuditFilter) -> int:
    """How many rows there are of the wanted kind."""
    return session.scalar(_wanted(select(func.count()).select_from(AuditEvent), wanted)) or 0


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            AuditEvent.id,
            AuditEvent.at,
            County.code,
            AuditEvent.actor_name,
            AuditEvent.role,
            AuditEvent.act,
            AuditEvent.subject_kind,
            AuditEvent.subject_id,
            Client.number,
            AuditEvent.why,
            AuditEvent.detail,
        )
        .outerjoin(County, County.id == AuditEvent.county_id)
        .outerjoin(Client, Client.id == AuditEvent.client_id)
    )


def _wanted(query: Select[*tuple[Any, ...]], wanted: AuditFilter) -> Select[*tuple[Any, ...]]:
    if wanted.county_id is not None:
        query = query.where(AuditEvent.county_id == wanted.county_id)
    if wanted.act:
        query = query.where(AuditEvent.act.startswith(wanted.act, autoescape=True))
    if wanted.first is not None:
        query = query.where(AuditEvent.at >= wanted.first)
    if wanted.until is not None:
        query = query.where(AuditEvent.at < wanted.until)
    for word in wanted.words.split():
        places = (AuditEvent.actor_name, AuditEvent.act, AuditEvent.subject_id, AuditEvent.why)
        query = query.where(or_(*(place.icontains(word, autoescape=True) for place in places)))
    return query
