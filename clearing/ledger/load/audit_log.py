"""The audit log: who did what, to whose data, and why."""

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
    """One act, or one look at a client's data."""

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
    client_id: int | None
    county_id: int | None

    def cells(self) -> list[str]:
        """Return the row as CSV cells in the order of COLUMNS.

        Cells that look like formulas are made harmless.
        """
        detail = json.dumps(self.detail, ensure_ascii=False, sort_keys=True)
        who = [self.id, self.at.isoformat(), self.county, self.actor, self.role, self.act]
        what = [self.subject_kind, self.subject_id, self.client_number, self.why, detail]
        return [harmless("" if cell is None else str(cell)) for cell in (*who, *what)]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows to read; None and empty strings do not filter.

    `words` are searched in actor, act, subject and why.
    """

    county_id: int | None = None
    words: str = ""
    act: str = ""
    first: datetime | None = None
    until: datetime | None = None
    last_id: int | None = None


def audit_rows(session: Session, filters: AuditFilter) -> Iterator[AuditRow]:
    """Yield the rows that match, oldest first, without loading all into memory."""
    query = _filtered(_columns(), filters).order_by(AuditEvent.id)
    for row in session.execute(query.execution_options(yield_per=ROWS_AT_A_TIME)):
        yield AuditRow(*row)


def find_audit(session: Session, filters: AuditFilter, *, limit: int, offset: int) -> list[AuditRow]:
    """Return a page of the rows that match, newest first."""
    query = _filtered(_columns(), filters).order_by(AuditEvent.id.desc()).limit(limit).offset(offset)
    return [AuditRow(*row) for row in session.execute(query)]


def audit_count(session: Session, filters: AuditFilter) -> int:
    """Count the rows that match."""
    return session.scalar(_filtered(select(func.count()).select_from(AuditEvent), filters)) or 0


def clients_in_log(session: Session, filters: AuditFilter) -> list[tuple[int, int]]:
    """Return the ids of the clients whose data the matching rows concern, each with its county's id."""
    query = _filtered(select(AuditEvent.client_id, Client.county_id), filters)
    rows = session.execute(query.join(Client, Client.id == AuditEvent.client_id).distinct())
    return sorted((client_id, county_id) for client_id, county_id in rows if client_id is not None)


def newest_audit_id(session: Session) -> int:
    """Return the id of the newest row; 0 if there is none."""
    return session.scalar(select(func.max(AuditEvent.id))) or 0


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
            AuditEvent.client_id,
            AuditEvent.county_id,
        )
        .outerjoin(County, County.id == AuditEvent.county_id)
        .outerjoin(Client, Client.id == AuditEvent.client_id)
    )


def _filtered(query: Select[*tuple[Any, ...]], filters: AuditFilter) -> Select[*tuple[Any, ...]]:
    if filters.county_id is not None:
        query = query.where(AuditEvent.county_id == filters.county_id)
    if filters.act:
        query = query.where(AuditEvent.act.startswith(filters.act, autoescape=True))
    if filters.first is not None:
        query = query.where(AuditEvent.at >= filters.first)
    if filters.until is not None:
        query = query.where(AuditEvent.at < filters.until)
    if filters.last_id is not None:
        query = query.where(AuditEvent.id <= filters.last_id)
    for word in filters.words.split():
        places = (AuditEvent.actor_name, AuditEvent.act, AuditEvent.subject_id, AuditEvent.why)
        query = query.where(or_(*(place.icontains(word, autoescape=True) for place in places)))
    return query
