"""`omatori import`: import prices, decisions and providers from a file, row by row."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from commands.import_files import english, read_import, refused_as_json, write_refused_file
from commands.lookup import provider_with_business_id
from commands.options import EXISTING_FILE, county_option, dry_run_option, json_option, mapping_option
from commands.runtime import clock, database_session, report_progress, with_settings
from config import Settings
from foundation.tabular.import_report import ImportReport
from foundation.tabular.table import Layout, Table
from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.roles import Actor
from marketplace.labels import note_text

PROGRAM = Actor(None, None, "omatori import")
Import = Callable[[Session, Table], ImportReport]


@click.command("import")
@click.argument("what", type=click.Choice(["prices", "decisions", "providers", "opening"]))
@click.argument("file", type=EXISTING_FILE)
@county_option
@click.option(
    "--provider", "business_id", help="Import this provider's prices instead of the county's values."
)
@click.option(
    "--over-appropriation", is_flag=True, help="Grant decisions that go over the appropriation too."
)
@click.option(
    "--opens-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Opening balances: the day from which Omatori pays; default: today.",
)
@click.option(
    "--as", "log_in", help="Opening balances: who submits them; default: the operator of this machine."
)
@mapping_option
@dry_run_option
@json_option
@with_settings
def imports(
    settings: Settings,
    what: str,
    file: Path,
    county_code: str,
    business_id: str | None,
    over_appropriation: bool,
    opens_on: datetime | None,
    log_in: str | None,
    mapping: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import FILE row by row; refused rows go to FILE.refused.csv with reasons.

    Importing the same file again changes nothing. Correct the refused rows and import that file.

    Opening balances (vouchers in use of an earlier system) come in together or not at all, when a second
    person has accepted them: `omatori opening accept`.
    """
    if business_id is not None and what != "prices":
        raise click.UsageError("--provider can only be used with prices.")
    if what == "opening":
        from commands.openings import Submission, import_opening

        day = opens_on.date() if opens_on else None
        import_opening(settings, Submission(file, county_code, day, log_in, mapping, dry_run, as_json))
        return
    now = clock(settings)
    with database_session(settings) as session:
        options = (dry_run, over_appropriation)
        layout, take_in = _import_of(session, what, county_code, business_id, options, settings, now)
        table = read_import(file, layout, mapping)
        report_progress(f"Reading {table.row_count} rows …")
        report = take_in(session, table)
    refused_file = write_refused_file(file, report)
    _print_json(report, refused_file, dry_run) if as_json else _print_text(report, refused_file, dry_run)


def _import_of(
    session: Session,
    what: str,
    county_code: str,
    business_id: str | None,
    options: tuple[bool, bool],
    settings: Settings,
    now: datetime,
) -> tuple[Layout, Import]:
    """Return the layout of the file, and the action that imports it.

    Args:
        options: Whether to store nothing, and whether to grant decisions that go over the appropriation.
    """
    from marketplace.actions.import_provider_prices import import_provider_prices
    from marketplace.actions.import_providers import import_providers
    from marketplace.actions.import_values import import_values
    from marketplace.load.register import county_id_of
    from marketplace.rules.price_rows import PRICE_LAYOUT, VALUE_LAYOUT
    from marketplace.rules.provider_rows import PROVIDER_LAYOUT

    county_id = county_id_of(session, county_code)
    if county_id is None:
        raise click.ClickException(f"There is no county {county_code}.")
    dry_run, over_appropriation = options
    common: dict[str, Any] = {"dry_run": dry_run, "actor": PROGRAM, "now": now}
    if what == "decisions":
        hash_code = partial(hash_identity_code, keys=settings.keys(KeyPurpose.IDENTITY))
        return _import_of_decisions(
            common | {"hash_code": hash_code, "county": county_code}, over_appropriation
        )
    common["county_id"] = county_id
    if what == "providers":
        return PROVIDER_LAYOUT, partial(import_providers, **common)
    if business_id is None:
        return VALUE_LAYOUT, partial(import_values, **common)
    provider_id = provider_with_business_id(session, business_id)
    return PRICE_LAYOUT, partial(import_provider_prices, provider_id=provider_id, **common)


def _import_of_decisions(common: dict[str, Any], over_appropriation: bool) -> tuple[Layout, Import]:
    from clearing.grants.actions.import_decisions import import_decisions
    from clearing.grants.reading.decision_rows import DECISION_LAYOUT
    from clearing.grants.rules.grant_warnings import OVER_APPROPRIATION

    acknowledged = [OVER_APPROPRIATION] if over_appropriation else []
    options: dict[str, Any] = {"random_bits": secrets.randbits, "acknowledged": acknowledged}
    return DECISION_LAYOUT, partial(import_decisions, **common, **options)


def _print_json(report: ImportReport, refused_file: Path | None, dry_run: bool) -> None:
    answer = {
        "rows": report.rows,
        "taken": report.imported,
        "unchanged": report.unchanged,
        "refused": [refused_as_json(row) for row in report.refused],
        "refused_file": str(refused_file) if refused_file else None,
        "notes": [
            {"code": note.code, **note.values, "text": note_text(note, english)} for note in report.notes
        ],
        "dry_run": dry_run,
    }
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def _print_text(report: ImportReport, refused_file: Path | None, dry_run: bool) -> None:
    verb = "would be taken in" if dry_run else "taken in"
    click.echo(
        f"{report.rows} rows: {report.imported} {verb}, {report.unchanged} unchanged, "
        f"{len(report.refused)} refused."
    )
    for note in report.notes:
        click.echo(f"Note: {note_text(note, english)}")
    if refused_file is not None:
        click.echo(f"Refused rows with reasons: {refused_file}")
