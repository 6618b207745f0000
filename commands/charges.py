"""`omatori charges`: submit a provider's charge file by the same action as the API and the portal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from sqlalchemy.orm import Session

from commands.lookup import provider_with_business_id
from commands.options import EXISTING_FILE, dry_run_option, json_option, mapping_option
from commands.runtime import clock, database_session, report_progress, sessions_beside, with_settings
from config import Settings
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Actor

if TYPE_CHECKING:
    from clearing.reasons import Finding
    from provider_portal.actions.sent_file import FileAnswer, SentFile
    from provider_portal.load.charge_files import RowAnswer
    from provider_portal.rules.refused_rows import RefusedPart

LANGUAGES = {language.value[:2]: language for language in (Language.FI, Language.SV, Language.EN)}
COUNTS = ("rows", "accepted", "refused", "on_hold", "duplicates")


@click.group("charges")
def charges() -> None:
    """Submit a file of charges for a provider."""


@charges.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--provider", "business_id", required=True, help="Business ID, such as 1234567-1.")
@mapping_option
@dry_run_option
@json_option
@click.option(
    "--language",
    type=click.Choice(sorted(LANGUAGES)),
    default="fi",
    show_default=True,
    help="Language of the reasons.",
)
@with_settings
def submit(
    settings: Settings,
    file: Path,
    business_id: str,
    mapping: Path | None,
    dry_run: bool,
    as_json: bool,
    language: str,
) -> None:
    """Submit the charges in FILE (CSV, XLSX, UBL, Finvoice): refused rows come back beside it.

    Refused rows with their reasons go to FILE.refused.csv, .xlsx or .xml, as FILE is: mend and submit it.

    Submitting the same file again gives the same answer and stores nothing twice. Refused rows do not
    change the exit code.
    """
    from provider_portal.actions.sent_file import SentFile

    mapping_text = mapping.read_text(encoding="utf-8") if mapping else ""
    sent = SentFile(file.read_bytes(), file.name, mapping_text)
    report_progress(f"Reading {file.name} …")
    with database_session(settings) as session:
        answer = _take_in(session, settings, business_id, sent, dry_run)
        refused_file = _write_refused(file, session, answer, LANGUAGES[language])
    _print(answer, refused_file, LANGUAGES[language], as_json, dry_run)


def _take_in(
    session: Session, settings: Settings, business_id: str, sent: SentFile, dry_run: bool
) -> FileAnswer:
    from foundation.tabular.fault_texts import FAULT_TEXTS, values_of
    from foundation.tabular.faults import UnreadableTableError
    from provider_portal.actions.take_in_file import take_in_file

    provider_id = provider_with_business_id(session, business_id)
    actor = Actor(None, None, "omatori charges submit", provider_id=provider_id)
    try:
        return take_in_file(
            session,
            provider_id=provider_id,
            file=sent,
            actor=actor,
            now=clock(settings),
            dry_run=dry_run,
            sessions=sessions_beside(session),
        )
    except UnreadableTableError as error:
        faults = (
            f"{fault.code.value}: {FAULT_TEXTS[fault.code] % values_of(fault)}" for fault in error.faults
        )
        raise click.ClickException("\n".join(faults)) from error


def _write_refused(file: Path, session: Session, answer: FileAnswer, language: Language) -> Path | None:
    """Write FILE.refused.csv, .xlsx or .xml, as the file is, or remove that of an earlier run if no row is
    refused."""
    part = _refused_part(file, session, answer)
    kinds = {kind: file.with_name(f"{file.name}.refused.{kind}") for kind in ("csv", "xlsx", "xml")}
    path = kinds.pop("csv" if part is None else part.kind)
    for other in [*kinds.values(), path]:
        other.unlink(missing_ok=True)
    if not answer.refused:
        return None
    with path.open("wb") as target:
        _write_rows(target, session, answer, part, language)
    return path


def _refused_part(file: Path, session: Session, answer: FileAnswer) -> RefusedPart | None:
    from provider_portal.load.refused_file import refused_as_sent
    from provider_portal.reading.refused_part import refused_part

    if answer.id is not None:
        return refused_as_sent(session, answer.id)
    assert answer.table is not None  # only a repeated answer has none, and that was stored
    rows = [result.row for result in answer.results if result.answer.outcome == "refused"]
    return refused_part(file.read_bytes(), answer.table, rows)


def _write_rows(
    target: BinaryIO, session: Session, answer: FileAnswer, part: RefusedPart | None, language: Language
) -> None:
    from foundation.web.reasons import finding_text
    from provider_portal.actions.refused_file import write_refused_as_sent
    from provider_portal.load.charge_files import names_sent, refused_rows
    from provider_portal.load.refused_file import write_refused_file

    def describe(finding: Finding) -> str:
        return finding_text(finding, language)

    rows: Iterable[RowAnswer] = (row for row in answer.results if row.answer.outcome == "refused")
    if answer.id is not None:
        rows = refused_rows(session, answer.id)
    if part is None:  # of a file that was sent before the form of files was kept
        write_refused_file(target, names_sent(session, answer.id or 0), rows, describe)
    else:
        write_refused_as_sent(target, part, rows, describe)


def _print(
    answer: FileAnswer, refused_file: Path | None, language: Language, as_json: bool, dry_run: bool
) -> None:
    if as_json:
        click.echo(json.dumps(_document(answer, refused_file, language), ensure_ascii=False))
        return
    if answer.state != "done":  # somebody else sent it before, or has just stopped it
        click.echo(
            f"{answer.rows_done} of {answer.rows} rows are decided and stay. The file is {answer.state}."
        )
        return
    counts = {name: getattr(answer, name) for name in COUNTS}
    summary = (
        "{rows} rows: {accepted} accepted, {on_hold} on hold, {refused} refused, {duplicates} duplicates."
    )
    click.echo(summary.format(**counts))
    if answer.is_repeated:
        click.echo("This file was submitted before; this is its first answer.")
    if dry_run:
        click.echo("Nothing was stored (dry run).")
    if refused_file is not None:
        click.echo(f"Refused rows with reasons: {refused_file}")


def _document(answer: FileAnswer, refused_file: Path | None, language: Language) -> dict[str, Any]:
    return {
        "id": answer.id,
        "sha256": answer.sha256,
        "state": answer.state,
        "rows_done": answer.rows_done,
        **{name: getattr(answer, name) for name in COUNTS},
        "refused_file": None if refused_file is None else str(refused_file),
        "results": [_result(result, language) for result in answer.results],
    }


def _result(result: RowAnswer, language: Language) -> dict[str, Any]:
    from provider_portal.api.charge_answers import charge_as_json

    return {"row": result.row, **charge_as_json(result.answer, language)}
