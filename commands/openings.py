"""`omatori import opening` and `omatori opening`: vouchers in use from an earlier system, by two people."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.orm import Session

from commands.acting import operator_acting, person_acting
from commands.import_files import read_import, refused_as_json, write_refused_file
from commands.lookup import county_with_code
from commands.options import county_option, json_option
from commands.runtime import clock, database_session, report_progress, with_settings
from config import Settings
from foundation.tabular.import_report import ImportReport
from foundation.tabular.table import Table
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.money import format_hundredths
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CASEWORK_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from county_desk.actions.open_balances import OpeningReport
    from county_desk.actions.open_vouchers import Openings
    from county_desk.rules.opening import OpeningTotal

ACCEPTERS = (Role.COORDINATOR,)
person_option = click.option(
    "--as", "log_in", required=True, help="Log-in of the person who acts; OMATORI_KEY is a key of theirs."
)


@dataclass(frozen=True, slots=True)
class Submission:
    """What `omatori import opening` was called with."""

    file: Path
    county_code: str
    opens_on: date | None
    log_in: str | None
    mapping: Path | None
    dry_run: bool
    as_json: bool


def import_opening(settings: Settings, submission: Submission) -> None:
    """Check the file, and keep it for a second person if every row is right."""
    from county_desk.actions.open_balances import OpeningFile, submit_opening
    from county_desk.reading.opening_rows import OPENING_LAYOUT

    now = clock(settings)
    opens_on = submission.opens_on or helsinki_day(now)
    table = read_import(submission.file, OPENING_LAYOUT, submission.mapping)
    content = submission.file.read_bytes() if submission.mapping is None else _in_own_columns(table)
    report_progress(f"Reading {table.row_count} rows …")
    with database_session(settings) as session:
        openings = _openings(session, settings, submission.county_code, opens_on)
        if submission.log_in is None:
            actor = operator_acting(Role.COORDINATOR, "omatori import opening", openings.county_id)
        else:
            actor = person_acting(session, settings, submission.log_in, CASEWORK_ROLES, helsinki_day(now))
        report = submit_opening(
            session, OpeningFile(submission.file.name, content, opens_on), openings, table,
            actor=actor, now=now, dry_run=submission.dry_run,
        )  # fmt: skip
    _print(_done(report), submission, table)


def _in_own_columns(table: Table) -> bytes:
    """Return the file as it is read with its mapping: whoever accepts it has no mapping."""
    from county_desk.reading.opening_rows import OPENING_LAYOUT

    text = StringIO()
    writer = csv.DictWriter(text, OPENING_LAYOUT.columns, restval="", extrasaction="ignore", delimiter=";")
    writer.writeheader()
    writer.writerows(row.cells for row in table.rows())
    return text.getvalue().encode()


@click.group("opening")
def openings() -> None:
    """Accept or reject opening balances of an earlier system."""


@openings.command("list")
@county_option
@json_option
@with_settings
def list_openings(settings: Settings, county_code: str, as_json: bool) -> None:
    """List the files of a county, the newest first."""
    from county_desk.load.openings import openings_of

    with database_session(settings) as session:
        found = openings_of(session, county_with_code(session, county_code).id)
    if as_json:
        rows = [
            {"id": each.id, "file": each.file_name, "opens_on": each.opens_on.isoformat()}
            | {"state": each.state.value, "by": each.made_by_name, "totals": _totals(each.totals)}
            for each in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for each in found:
        words = (str(each.id), each.state.value, each.file_name, each.opens_on.isoformat(), each.made_by_name)
        click.echo("  ".join(words))


@openings.command()
@click.argument("opening_id", metavar="OPENING", type=int)
@county_option
@person_option
@json_option
@with_settings
def accept(settings: Settings, opening_id: int, county_code: str, log_in: str, as_json: bool) -> None:
    """Bring everything in that another person has submitted."""
    from county_desk.actions.open_balances import accept_opening
    from county_desk.load.openings import locked_opening

    now = clock(settings)
    with database_session(settings) as session:
        actor = person_acting(session, settings, log_in, ACCEPTERS, helsinki_day(now))
        county_id = county_with_code(session, county_code).id
        stored = locked_opening(session, county_id, opening_id)
        opens_on = stored.opens_on if stored else helsinki_day(now)
        known = _openings(session, settings, county_code, opens_on)
        report = _done(accept_opening(session, opening_id, known, _read, actor=actor, now=now))
    if as_json:
        click.echo(json.dumps({"id": opening_id, "totals": _totals(report.totals)}, ensure_ascii=False))
    else:
        _print_totals(report.totals)
        click.echo(f"Opening balances {opening_id}: {report.rows} vouchers are in the books.")


@openings.command()
@click.argument("opening_id", metavar="OPENING", type=int)
@county_option
@click.option("--why", required=True, help="Why; the person who submitted it reads it.")
@person_option
@with_settings
def reject(settings: Settings, opening_id: int, county_code: str, why: str, log_in: str) -> None:
    """Delete a submitted file, with a reason."""
    from county_desk.actions.open_balances import reject_opening

    now = clock(settings)
    with database_session(settings) as session:
        actor = person_acting(session, settings, log_in, CASEWORK_ROLES, helsinki_day(now))
        county_id = county_with_code(session, county_code).id
        refusal = reject_opening(session, county_id, opening_id, why=why, actor=actor, now=now)
        if refusal is not None:
            raise click.ClickException(f"Refused: {refusal.code}.")
    click.echo(f"Opening balances {opening_id} are rejected; nothing of them is in the books.")


def _openings(session: Session, settings: Settings, county_code: str, opens_on: date) -> Openings:
    from county_desk.actions.open_vouchers import Openings

    county = county_with_code(session, county_code)
    hash_code = partial(hash_identity_code, keys=settings.keys(KeyPurpose.IDENTITY))
    return Openings(county.id, county_code, opens_on, hash_code)


def _read(content: bytes) -> Table:
    from county_desk.reading.opening_rows import OPENING_LAYOUT
    from foundation.tabular.reading import read_table

    return read_table(content, OPENING_LAYOUT)


def _done(report: OpeningReport | Refusal) -> OpeningReport:
    if isinstance(report, Refusal):
        raise click.ClickException(f"Refused: {report.code}.")
    return report


def _print(report: OpeningReport, submission: Submission, table: Table) -> None:
    as_import = ImportReport(table.header, table.delimiter, report.rows, 0, 0, report.refused)
    refused_file = write_refused_file(submission.file, as_import)
    if submission.as_json:
        answer = {
            "rows": report.rows,
            "id": report.opening_id,
            "totals": _totals(report.totals),
            "refused": [refused_as_json(row) for row in report.refused],
            "refused_file": str(refused_file) if refused_file else None,
            "dry_run": submission.dry_run,
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _print_totals(report.totals)
        _print_what_is_next(report, submission, refused_file)
    if report.refused:
        click.get_current_context().exit(1)


def _print_what_is_next(report: OpeningReport, submission: Submission, refused_file: Path | None) -> None:
    if report.refused:
        wrong = f"{len(report.refused)} of {report.rows} rows are wrong"
        click.echo(f"{wrong}, so nothing was stored: {refused_file}")
    elif report.opening_id is None:
        click.echo(f"All {report.rows} rows are right. Nothing was stored.")
    else:
        click.echo(f"All {report.rows} rows are right and wait for a second person.")
        click.echo("Compare the totals with those of the earlier system. Then:")
        click.echo(f"omatori opening accept {report.opening_id} --county {submission.county_code} --as …")


def _print_totals(totals: Iterable[OpeningTotal]) -> None:
    for total in totals:
        click.echo(f"{total.cost_centre}  {total.services}: {total.vouchers} vouchers")
        click.echo(f"  with a provider: {total.choices}")
        for name, cents in (
            ("granted", total.granted_cents),
            ("used", total.used_cents),
            ("left", total.left_cents),
            ("of these booked", total.held_cents),
        ):
            click.echo(f"  {name}: {format_hundredths(cents)} €")
        if total.granted_hundredths:
            granted, used = map(format_hundredths, (total.granted_hundredths, total.used_hundredths))
            click.echo(f"  in units: granted {granted}, used {used}")


def _totals(totals: Iterable[OpeningTotal]) -> list[dict[str, Any]]:
    return [
        {
            "cost_centre": total.cost_centre,
            "services": total.services.split(),
            "vouchers": total.vouchers,
            "choices": total.choices,
            "granted": format_hundredths(total.granted_cents),
            "used": format_hundredths(total.used_cents),
            "held": format_hundredths(total.held_cents),
            "left": format_hundredths(total.left_cents),
            "granted_quantity": format_hundredths(total.granted_hundredths),
            "used_quantity": format_hundredths(total.used_hundredths),
        }
        for total in totals
    ]
