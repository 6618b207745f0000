"""/tarkastus: the auditor proves every cent and every look."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from clearing.ledger.gateways.anchor_file import AnchorFile
from clearing.ledger.load import audit_log, ledger
from clearing.ledger.load.audit_log import AuditFilter, AuditRow
from clearing.ledger.load.ledger import LedgerRow
from clearing.ledger.load.proof_fundings import Difference
from clearing.ledger.write.audit import record
from clearing.upkeep.actions.anchor_audit import AuditProof
from clearing.upkeep.actions.verify_books import PROOF_FAULTS, BooksReport, verify_books
from county_desk.disclosure.exports import audit_export, audit_page, ledger_export
from county_desk.labels import CHECKS
from county_desk.pages.settlement_runs import own_county
from foundation.database.row_context import context_of, set_context
from foundation.vocabulary.dates import HELSINKI, parse_iso_day
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.roles import Role
from foundation.web.api import read_page_number
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.limits import LARGE_EXPORT, limits_exports
from foundation.web.pages import Page
from foundation.web.state import shell
from foundation.web.transaction import db, system_context

blueprint = Blueprint("audit_desk", __name__, template_folder="../templates")


@blueprint.get("/tarkastus")
@allow(Role.AUDITOR)
def show() -> Page:
    """What can be proved here."""
    return render_template("county_desk/audit.html", report=None, checks=CHECKS)


@blueprint.post("/tarkastus")
@allow(Role.AUDITOR)
@system_context
def verify() -> Page:
    """Compute every balance and sum again, and show what differs in the own county or in the log's proof."""
    everywhere = verify_books(db(), _audit_proof())
    own = tuple(filter(_concerns_county, everywhere.differences))
    record(
        db(),
        actor=current_actor(),
        now=now(),
        act="books.verify",
        subject=("books", "all"),
        detail={"differences": len(own)},
    )
    report = BooksReport(everywhere.checked, own)
    return render_template("county_desk/audit.html", report=report, checks=CHECKS)


def _audit_proof() -> AuditProof:
    settings = shell().settings
    anchors = AnchorFile(settings.anchors_dir, single=settings.is_production)
    return AuditProof(settings.keys(KeyPurpose.AUDIT), anchors)


def _concerns_county(difference: Difference) -> bool:
    return difference.county_id == current_actor().county_id or difference.check in PROOF_FAULTS


@blueprint.get("/tarkastus/loki")
@allow(Role.AUDITOR)
def search_log() -> Page:
    """Who did what, to whose data, and why. The search itself is in the log."""
    filters, paging = _filters(), read_page_number(50)
    window = {"first": paging.offset, "count": paging.page_size}
    rows, total = audit_page(db(), filters, **window, actor=current_actor(), now=now())
    _note("audit.search", {name: value for name, value in request.args.items() if value})
    return render_template(
        "county_desk/audit_log.html", rows=rows, paging=paging.of(total), query=_query(), total=total
    )


@blueprint.get("/tarkastus/loki.csv")
@allow(Role.AUDITOR)
@limits_exports(LARGE_EXPORT)
def export_log() -> Response:
    """The same rows as a file, oldest first."""
    rows = audit_export(db(), _filters(), actor=current_actor(), now=now())
    _note("audit.export", {name: value for name, value in request.args.items() if value})
    return _csv("audit-log.csv", audit_log.COLUMNS, rows)


@blueprint.get("/tarkastus/tilikirja.csv")
@allow(Role.AUDITOR)
@limits_exports(LARGE_EXPORT)
def export_ledger() -> Response:
    """The county's postings as a file, for checking elsewhere."""
    code = own_county().code
    rows = ledger_export(db(), code, actor=current_actor(), now=now())
    _note("ledger.export", {"county": code})
    return _csv("ledger.csv", ledger.COLUMNS, rows)


def _csv(
    name: str, columns: Sequence[str], rows_of: Callable[[Session], Iterable[AuditRow | LedgerRow]]
) -> Response:
    """A file that is written while it is read, so memory stays flat.

    The request's transaction is over by then: the rows come from a session of their own, closed at the end.
    """
    sessions, context = shell().sessions, context_of(current_actor())

    def lines() -> Iterator[str]:
        yield _line(columns)
        with sessions() as session:
            set_context(session, context)
            yield from (_line(row.cells()) for row in rows_of(session))

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines(), content_type="text/csv; charset=utf-8", headers=headers)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _query() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:100] for name in ("words", "act", "first", "last")}


def _filters() -> AuditFilter:
    query = _query()
    first, last = parse_iso_day(query["first"]), parse_iso_day(query["last"])
    return AuditFilter(
        county_id=current_actor().county_id,
        words=query["words"].replace("\x00", ""),
        act=query["act"].replace("\x00", ""),
        first=None if first is None else _midnight(first),
        until=None if last is None or last == date.max else _midnight(last + timedelta(days=1)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HELSINKI)


def _note(act: str, detail: dict[str, Any]) -> None:
    record(db(), actor=current_actor(), now=now(), act=act, subject=("log", "own county"), detail=detail)
