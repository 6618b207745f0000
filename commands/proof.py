"""`omatori verify`, `omatori ledger export`, `omatori audit export`: for those who check."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from sqlalchemy.orm import Session

from commands.book import book, clock, inform, with_settings
from config import Settings
from foundation.vocabulary.money import format_hundredths

if TYPE_CHECKING:
    from clearing.ledger.load.ledger import LedgerRow
    from clearing.ledger.load.proof_fundings import Difference
    from clearing.upkeep.actions.verify_books import BooksReport

output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File; else standard output."
)
county_option = click.option("--county", "county_code", help="Code of a county; else all.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print for a program.")
@click.option(
    "--anchor",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File with values of the audit chain that earlier runs printed.",
)
@with_settings
def verify(settings: Settings, as_json: bool, anchor: Path | None) -> None:
    """Recompute balances, totals and the audit chain; exit 1 and name the first difference."""
    from clearing.upkeep.actions.verify_books import BooksReport, verify_step_by_step

    checked, found = [], []
    with _one_moment(settings) as session:
        for name, differences in verify_step_by_step(session):
            checked.append(name)
            found += differences
            if not as_json:
                inform(f"{name}: {'differs' if differences else 'agrees'}")
        if anchor is not None:
            checked.append("audit_anchor")
            found += _against(session, anchor)
    report = BooksReport(tuple(checked), tuple(found))
    chain = _sealed(settings)
    if as_json:
        click.echo(json.dumps(_as_json(report) | {"audit_chain": chain}))
    elif report.agrees:
        click.echo(f"The books agree: {len(checked)} checks. The audit chain ends with {chain}.")
    if not report.agrees:
        first = report.differences[0]
        inform(f"{first.check}: {first.name} should be {first.expected} and is {first.found}")
        click.get_current_context().exit(1)


def _against(session: Session, anchor: Path) -> list[Difference]:
    """What of the kept values no longer stands in the chain; a file without one proves nothing."""
    from clearing.ledger.load.audit_chain import anchors_against_chain

    values = re.findall(r"\b[0-9a-f]{64}\b", anchor.read_text(encoding="utf-8"))
    if not values:
        raise click.ClickException(f"{anchor} holds no value of the audit chain.")
    return anchors_against_chain(session, values)


def _sealed(settings: Settings) -> str:
    """Link the log's new rows; the value that the chain ends with, to be kept elsewhere."""
    from clearing.ledger.load.audit_chain import chain_end
    from clearing.upkeep.actions.seal_audit import MOST_AT_ONCE, seal_audit

    linked = MOST_AT_ONCE
    value = b""
    while linked == MOST_AT_ONCE:
        with book(settings) as session:
            linked = seal_audit(session, now=clock(settings))
            value = chain_end(session).value
    return value.hex()


def _as_json(report: BooksReport) -> dict[str, Any]:
    rows = [
        {"check": one.check, "name": one.name, "expected": one.expected, "found": one.found}
        for one in report.differences
    ]
    return {"agrees": report.agrees, "checked": list(report.checked), "differences": rows}


@click.group("ledger")
def ledger() -> None:
    """The postings, for checking elsewhere."""


@ledger.command("export")
@click.option("--format", "form", type=click.Choice(["csv", "hledger"]), default="csv", show_default=True)
@county_option
@output_option
@with_settings
def export_ledger(settings: Settings, form: str, county_code: str | None, output: Path | None) -> None:
    """Write every posting, oldest first."""
    from clearing.ledger.load.ledger import ledger_rows

    with _one_moment(settings) as session, _out(output) as out:
        rows = ledger_rows(session, county_code)
        (_write_csv if form == "csv" else _write_journal)(rows, out)


@click.group("audit")
def audit() -> None:
    """Who did what, to whose data, and why."""


@audit.command("export")
@county_option
@output_option
@with_settings
def export_audit(settings: Settings, county_code: str | None, output: Path | None) -> None:
    """Write the audit log as CSV, oldest first."""
    from clearing.ledger.load.audit_log import COLUMNS, AuditFilter, audit_rows
    from clearing.payments.load.payers import paying_county

    with _one_moment(settings) as session, _out(output) as out:
        county = None if county_code is None else paying_county(session, county_code)
        if county_code is not None and county is None:
            raise click.ClickException(f"There is no county {county_code}.")
        writer = _writer(out)
        writer.writerow(COLUMNS)
        wanted = AuditFilter(county_id=county.id if county else None)
        writer.writerows(row.cells() for row in audit_rows(session, wanted))


@contextmanager
def _one_moment(settings: Settings) -> Iterator[Session]:
    """A session that sees the book as it is at this moment, whatever is written meanwhile."""
    with book(settings) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


@contextmanager
def _out(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8", newline="") as out:
        yield out
    draft.replace(path)


def _writer(out: TextIO) -> Any:
    return csv.writer(out, delimiter=";", lineterminator="\n")


def _write_csv(rows: Iterable[LedgerRow], out: TextIO) -> None:
    from clearing.ledger.load.ledger import COLUMNS

    writer = _writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in rows)


def _write_journal(rows: Iterable[LedgerRow], out: TextIO) -> None:
    """The same as a journal for hledger: one transaction of the book is one of the journal."""
    out.write("commodity 1000.00 EUR\n")
    for number, some in groupby(rows, key=lambda row: row.transaction):
        postings = list(some)
        first = postings[0]
        out.write(f"\n{first.at.date().isoformat()} * ({number}) {first.event}\n")
        for row in postings:
            amount = format_hundredths(row.amount_cents)
            told = f"  ; charge:{row.charge_id}" if row.charge_id is not None else ""
            out.write(f"    {row.from_account}  -{amount} EUR{told}\n    {row.to_account}  {amount} EUR\n")
