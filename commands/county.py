"""`omatori county`: create a county from a file, change its settings, and print them as a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from commands.acting import operator_acting
from commands.options import EXISTING_FILE, county_option, json_option
from commands.runtime import clock, database_session, report_progress, with_settings
from config import Settings
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role

if TYPE_CHECKING:
    from county_desk.rules.county_changes import SetupChange
    from county_desk.rules.county_setup import CountySetup

OPERATOR = operator_acting(Role.ADMIN, "omatori county", None)


@click.group("county")
def county() -> None:
    """Create a county, and change its settings by the same file."""


@county.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change and store nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before a stored county is changed.")
@json_option
@with_settings
def create(settings: Settings, file: Path, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Create the county of FILE, or change its settings to those of FILE.

    The same file again changes nothing. A changed file says what it changes and asks first.
    """
    from county_desk.actions.set_up_county import set_up_county

    setup = _read(file, as_json)
    now = clock(settings)
    with database_session(settings) as session:
        report = set_up_county(session, setup, actor=OPERATOR, now=now, dry_run=True)
        if report.faults:
            _refuse(report.faults, as_json)
        if not as_json:
            _print_changes(report.changes)
        if dry_run or not report.changes:
            _conclude(report.changes, as_json, done=False)
            return
        is_stored = any(change.path == "code" for change in report.changes) is False
        if is_stored and not yes and not _confirmed():
            raise click.Abort
        set_up_county(session, setup, actor=OPERATOR, now=now)
    _conclude(report.changes, as_json, done=True)
    if is_stored and any(change.path.startswith("bank.") for change in report.changes):
        report_progress("Once a voucher is granted, an administrator confirms the account on a page.")


@county.command()
@county_option
@with_settings
def show(settings: Settings, county_code: str) -> None:
    """Print the settings of a county as a file for `county create`."""
    from county_desk.load.county_setup import newest_setup
    from county_desk.reading.county_file_text import county_file_text

    with database_session(settings) as session:
        setup = newest_setup(session, county_code)
    if setup is None:
        raise click.ClickException(f"There is no county {county_code}.")
    click.echo(county_file_text(setup), nl=False)


def _read(file: Path, as_json: bool) -> CountySetup:
    from county_desk.reading.county_file import LARGEST_FILE, read_county_file

    if file.stat().st_size > LARGEST_FILE:
        raise click.ClickException(f"{file.name} is larger than {LARGEST_FILE} bytes.")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not UTF-8: save it as UTF-8.") from error
    setup = read_county_file(text)
    if isinstance(setup, tuple):
        _refuse(setup, as_json)
    return setup


def _confirmed() -> bool:
    return click.confirm("Change the stored county?", default=False, err=True)


def _print_changes(changes: Iterable[SetupChange]) -> None:
    for change in changes:
        if change.before is None:
            click.echo(f"+ {change.path}: {change.after}")
        elif change.after is None:
            click.echo(f"- {change.path}: {change.before}")
        else:
            click.echo(f"~ {change.path}: {change.before} -> {change.after}")


def _conclude(changes: tuple[SetupChange, ...], as_json: bool, *, done: bool) -> None:
    if as_json:
        rows = [{"path": change.path, "before": change.before, "after": change.after} for change in changes]
        click.echo(json.dumps({"changed": done, "changes": rows}, ensure_ascii=False))
    elif done:
        report_progress(f"{len(changes)} settings stored.")
    else:
        report_progress("Nothing to change." if not changes else "Nothing was stored.")


def _refuse(faults: Iterable[Refusal], as_json: bool) -> NoReturn:
    """End the command with every fault.

    Raises:
        click.exceptions.Exit: Always, with code 1.
    """
    from county_desk.rules.setup_texts import setup_text

    rows = [{"field": fault.field, "code": fault.code, "detail": setup_text(fault)} for fault in faults]
    if as_json:
        click.echo(json.dumps({"changed": False, "errors": rows}, ensure_ascii=False))
    for row in rows:
        click.echo(f"{row['field'] or 'file'}: {row['detail']} ({row['code']})", err=True)
    raise click.exceptions.Exit(1)
