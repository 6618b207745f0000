"""`omatori verify`, `omatori ledger export`, `omatori audit export`: verification and outside audit."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from sqlalchemy.orm import Session

from commands.files import complete_file
from commands.lookup import county_with_code
from commands.options import EXISTING_FILE, OUTPUT_FILE, county_filter_option, json_option
from commands.runtime import audit_proof, clock, database_session, report_progress, with_settings
from config import Settings
from foundation.vocabulary.money import format_hundredths
from foundation.vocabulary.roles import Actor

if TYPE_CHECKING:
    from clearing.ledger.load.ledger import LedgerRow
    from clearing.ledger.load.proof_fundings import Difference
    from clearing.upkeep.actions.anchor_audit import AuditProof
    from clearing.upkeep.actions.verify_books import BooksReport

output_option = click.option(
    "-o", "--output", type=OUTPUT_FILE, help="File to write; default: standard output."
)


@click.command()
@json_option
@click.option(
    "--anchor", type=EXISTING_FILE, help="File with values of the audit chain that earlier runs printed."
)
@click.option(
    "--read-only",
    is_flag=True,
    help="Write nothing, for a standby: the result is not recorded, nothing sealed.",
)
@with_settings
def verify(settings: Settings, as_json: bool, anchor: Path | None, read_only: bool) -> None:
    """Recompute balances, totals and the audit chain; exit 1 and name the first difference.

    After a difference no payment run is prepared, approved or sent until a check agrees.
    """
    proof = audit_proof(settings)
    report, chain = _checked(settings, proof, anchor, show=not as_json, read_only=read_only)
    if not read_only:
        chain = _recorded(settings, proof, report)
    if as_json:
        click.echo(json.dumps(_as_json(report) | {"audit_chain": chain}))
    elif report.agrees:
        click.echo(f"The books agree: {len(report.checked)} checks. The audit chain ends with {chain}.")
    if not report.agrees:
        first = report.differences[0]
        report_progress(f"{first.check}: {first.name} should be {first.expected} and is {first.found}")
        click.get_current_context().exit(1)


def _checked(
    settings: Settings, proof: AuditProof, anchor: Path | None, *, show: bool, read_only: bool
) -> tuple[BooksReport, str]:
    """Run the checks on one snapshot; return what they found, and the last value of the audit chain."""
    from clearing.ledger.load.audit_chain import chain_end
    from clearing.upkeep.actions.verify_books import BooksReport, verify_step_by_step

    checked, found = [], []
    with _snapshot(settings, read_only=read_only) as session:
        for name, differences in verify_step_by_step(session, proof):
            checked.append(name)
            found += differences
            if show:
                report_progress(f"{name}: {'differs' if differences else 'agrees'}")
        if anchor is not None:
            checked.append("audit_anchor")
            found += _anchor_differences(session, anchor)
        return BooksReport(tuple(checked), tuple(found)), chain_end(session).value.hex()


def _recorded(settings: Settings, proof: AuditProof, report: BooksReport) -> str:
    """Seal the audit log and record what a check has found; return the last value of the chain."""
    from clearing.upkeep.actions.note_check import note_check

    chain = _seal_audit_chain(settings, proof)
    with database_session(settings) as session:
        note_check(session, report, now=clock(settings))
    return chain


def _anchor_differences(session: Session, anchor: Path) -> list[Difference]:
    """Return the values in the file that are not in the audit chain; the file must hold at least one."""
    from clearing.ledger.load.audit_chain import anchors_against_chain

    values = re.findall(r"\b[0-9a-f]{64}\b", anchor.read_text(encoding="utf-8"))
    if not values:
        raise click.ClickException(f"{anchor} holds no value of the audit chain.")
    return anchors_against_chain(session, values)


def _seal_audit_chain(settings: Settings, proof: AuditProof) -> str:
    """Seal the new rows of the audit log, keep an anchor, and return the last value of the chain."""
    from clearing.ledger.load.audit_chain import chain_end
    from clearing.upkeep.actions.anchor_audit import anchor_audit
    from clearing.upkeep.actions.seal_audit import MOST_AT_ONCE, seal_audit

    sealed = MOST_AT_ONCE
    while sealed >= MOST_AT_ONCE:
        with database_session(settings) as session:
            sealed = seal_audit(session, proof.keys, now=clock(settings))
    with database_session(settings) as session:
        anchor_audit(session, proof, now=clock(settings))
        return chain_end(session).value.hex()


def _as_json(report: BooksReport) -> dict[str, Any]:
    rows = [
        {"check": row.check, "name": row.name, "expected": row.expected, "found": row.found}
        for row in report.differences
    ]
    return {"agrees": report.agrees, "checked": list(report.checked), "differences": rows}


@click.group("ledger")
def ledger() -> None:
    """Export the ledger for outside checking."""


@ledger.command("export")
@click.option(
    "--format", "file_format", type=click.Choice(["csv", "hledger"]), default="csv", show_default=True
)
@county_filter_option
@output_option
@with_settings
def export_ledger(settings: Settings, file_format: str, county_code: str | None, output: Path | None) -> None:
    """Export every posting, oldest first."""
    from county_desk.disclosure.exports import ledger_export

    actor = Actor(None, None, "omatori ledger export")
    with _snapshot(settings) as session, _out(output) as out:
        rows = ledger_export(session, county_code, actor=actor, now=clock(settings))(session)
        (_write_csv if file_format == "csv" else _write_journal)(rows, out)


@click.group("audit")
def audit() -> None:
    """Export the audit log: who did what, to whose data, and why."""


@audit.command("export")
@county_filter_option
@output_option
@with_settings
def export_audit(settings: Settings, county_code: str | None, output: Path | None) -> None:
    """Export the audit log as CSV, oldest first."""
    from clearing.ledger.load.audit_log import COLUMNS, AuditFilter
    from county_desk.disclosure.exports import audit_export

    with _snapshot(settings) as session, _out(output) as out:
        county = None if county_code is None else county_with_code(session, county_code)
        writer = _writer(out)
        writer.writerow(COLUMNS)
        criteria = AuditFilter(county_id=county.id if county else None)
        actor = Actor(None, None, "omatori audit export")
        rows = audit_export(session, criteria, actor=actor, now=clock(settings))(session)
        writer.writerows(row.cells() for row in rows)


@contextmanager
def _snapshot(settings: Settings, *, read_only: bool = False) -> Iterator[Session]:
    """Open a session that sees one snapshot of the database; with `read_only` the server refuses writes."""
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"}
    options |= {"postgresql_readonly": True} if read_only else {}  # False would ask a standby to write
    with database_session(settings) as session:
        session.connection(execution_options=options)
        yield session


@contextmanager
def _out(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    with complete_file(path) as file, TextIOWrapper(file, encoding="utf-8", newline="") as out:
        yield out


def _writer(out: TextIO) -> Any:
    return csv.writer(out, delimiter=";", lineterminator="\n")


def _write_csv(rows: Iterable[LedgerRow], out: TextIO) -> None:
    from clearing.ledger.load.ledger import COLUMNS

    writer = _writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in rows)


def _write_journal(rows: Iterable[LedgerRow], out: TextIO) -> None:
    """Write a journal for hledger, with one journal transaction for each ledger transaction."""
    out.write("commodity 1000.00 EUR\n")
    for number, rows_of_transaction in groupby(rows, key=lambda row: row.transaction):
        postings = list(rows_of_transaction)
        first = postings[0]
        out.write(f"\n{first.at.date().isoformat()} * ({number}) {first.event}\n")
        for row in postings:
            amount = format_hundredths(row.amount_cents)
            comment = f"  ; charge:{row.charge_id}" if row.charge_id is not None else ""
            out.write(f"    {row.from_account}  -{amount} EUR{comment}\n    {row.to_account}  {amount} EUR\n")
