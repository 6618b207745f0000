"""Import a provider register, one provider per row, with the services it is approved for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import approvals_in_county
from clearing.grants.load.municipalities import municipality_codes
from foundation.tabular.import_report import ImportReport, RefusedRow, RowFault
from foundation.tabular.table import Row, Table
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor
from marketplace.actions.approve_provider import change_approval
from marketplace.actions.register_provider import register_provider
from marketplace.load.approvals import offered_services
from marketplace.rules.approving import APPROVAL_REFUSALS, ApprovalRefusalCode
from marketplace.rules.provider_rows import ProviderRow
from marketplace.rules.registering import REGISTER_FAULTS


@contextmanager
def rehearsal(session: Session, *, dry_run: bool) -> Iterator[None]:
    """Undo everything that was written inside if it is a `dry_run`."""
    with session.begin_nested() as point:
        yield
        if dry_run:
            session.flush()
            point.rollback()


def import_providers(
    session: Session, table: Table, *, county_id: int, dry_run: bool, actor: Actor, now: datetime
) -> ImportReport:
    """Register the providers whose rows are right; the same file again changes nothing."""
    refused: list[RefusedRow] = []
    imported = unchanged = 0
    with rehearsal(session, dry_run=dry_run):
        places = municipality_codes(session, day=helsinki_day(now))
        offered = set(offered_services(session, county_id))
        for row in table.rows():
            reader = ProviderRow(row.cells, places)
            answer = _enter(session, row, reader, offered, county_id, actor, now)
            if isinstance(answer, list):
                refused.append(RefusedRow(row.number, row.sent, answer))
            else:
                imported += answer
                unchanged += not answer
    return ImportReport(table.header, table.delimiter, table.row_count, imported, unchanged, tuple(refused))


def _enter(
    session: Session,
    row: Row,
    reader: ProviderRow,
    offered: set[str],
    county_id: int,
    actor: Actor,
    now: datetime,
) -> bool | list[RowFault]:
    """Register the provider of a row; return whether anything changed, or what is wrong with the row."""
    registration, approved_from = reader.registration(), reader.approved_from()
    faults = [RowFault.of_cell(found) for found in row.faults] + reader.faults
    if not set(reader.services) <= offered:
        unknown = ApprovalRefusalCode.SERVICE_UNKNOWN
        faults.append(RowFault("services", unknown.value, APPROVAL_REFUSALS[unknown]))
    if faults:
        return faults
    answer = register_provider(session, registration, county_id=county_id, actor=actor, now=now)
    if isinstance(answer, Refusal):
        return [RowFault(fault.field, fault.code, REGISTER_FAULTS[fault.code]) for fault in answer.reasons]
    current = approvals_in_county(session, answer.provider_id, county_id)
    new = [service for service in reader.services if service not in current]
    for service in new:
        _approve(session, answer.provider_id, county_id, service, approved_from, actor, now)
    return answer.changed or bool(new)


def _approve(
    session: Session,
    provider_id: int,
    county_id: int,
    service: str,
    approved_from: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Store the first state of an approval; a file never changes a stored one. The row has been checked."""
    changed = change_approval(
        session,
        provider_id=provider_id,
        county_id=county_id,
        service=service,
        state=ApprovalState.APPROVED if approved_from else ApprovalState.PENDING,
        from_day=approved_from or helsinki_day(now),
        why="",
        actor=actor,
        now=now,
    )
    not_refused(changed)
