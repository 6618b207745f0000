"""The audit log and the ledger as the auditor reads them, and their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.ledger.load.audit_log import (
    AuditFilter,
    AuditRow,
    audit_count,
    audit_rows,
    clients_in_log,
    find_audit,
    newest_audit_id,
)
from clearing.ledger.load.ledger import LedgerRow, clients_in_ledger, ledger_rows, newest_posting_id
from foundation.vocabulary.roles import Actor


def audit_page(
    session: Session, criteria: AuditFilter, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[AuditRow], int]:
    """Return a page of the audit rows that match, newest first, and the number of all."""
    total = audit_count(session, criteria)
    found = find_audit(session, criteria, limit=count, offset=first)
    return disclose(session, found, Look(actor, now, Purpose.OVERSIGHT_OF_DATA, "audit")), total


def audit_export(
    session: Session, criteria: AuditFilter, *, actor: Actor, now: datetime
) -> Callable[[Session], Iterator[AuditRow]]:
    """Record the looks of an export, and return what reads its rows, oldest first, in another session.

    The export ends with the rows that existed when its looks were recorded.
    """
    bounded = replace(criteria, last_id=newest_audit_id(session))
    _disclose_keys(session, clients_in_log(session, bounded), Purpose.OVERSIGHT_OF_DATA, "audit", actor, now)
    return lambda reading: audit_rows(reading, bounded)


def ledger_export(
    session: Session, county_code: str | None, *, actor: Actor, now: datetime
) -> Callable[[Session], Iterator[LedgerRow]]:
    """Record the looks of an export, and return what reads its postings in another session."""
    last_id = newest_posting_id(session)
    found = clients_in_ledger(session, county_code, last_id=last_id)
    _disclose_keys(session, found, Purpose.OVERSIGHT_OF_MONEY, "ledger", actor, now)
    return lambda reading: ledger_rows(reading, county_code, last_id=last_id)


def _disclose_keys(
    session: Session,
    clients: list[tuple[int, int]],
    purpose: Purpose,
    kind: str,
    actor: Actor,
    now: datetime,
) -> None:
    keys = [ClientKey(client_id, county_id, "export") for client_id, county_id in clients]
    disclose(session, keys, Look(actor, now, purpose, kind, key="subject"))
