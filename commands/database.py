"""`omatori db`: migrations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from commands.options import json_option
from commands.runtime import database_url, report_progress, with_settings
from config import Settings

if TYPE_CHECKING:
    from foundation.database.migrate import Status, Step, Watch

wait_option = click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(0, 3600),
    default=30,
    show_default=True,
    help="Seconds to wait for other programs to end.",
)
ignore_option = click.option(
    "--ignore-user",
    "ignored",
    multiple=True,
    help="Database user, such as a monitor's, whose connections may stay.",
)


@click.group("db")
def database() -> None:
    """Run, undo and check database migrations."""


@database.command()
@click.option("--to", "revision", default="head", show_default=True, help="Revision to upgrade to.")
@click.option("--dry-run", is_flag=True, help="Only list what would be done.")
@wait_option
@ignore_option
@with_settings
def upgrade(
    settings: Settings, revision: str, dry_run: bool, wait_seconds: float, ignored: tuple[str, ...]
) -> None:
    """Run the pending migrations, all of them or none. Stop `omatori serve` everywhere first.

    Safe to repeat, and to run from several machines at once. Refused while other programs are connected.
    """
    from foundation.database import migrate

    url = database_url(settings)
    state = migrate.status(url)
    if state.is_later:
        raise click.ClickException(state.described())
    steps = migrate.steps_up(url, revision)
    if not steps:
        report_progress(f"The database is at {state.current}. There is nothing to do.")
        return
    report_progress(
        f"The database is at {state.current or 'the beginning'}. {_number(steps)} to {steps[-1].revision}"
        " will run in one transaction: all or nothing. Nobody else can use the database meanwhile."
    )
    if dry_run:
        for step in steps:
            click.echo(str(step))
        return
    migrate.upgrade(url, revision, watch=_watch(steps, wait_seconds, ignored))
    report_progress(f"The database is at {migrate.status(url).current}.")


@database.command()
@click.option("--to", "revision", default="-1", show_default=True, help="Revision, or steps back.")
@wait_option
@ignore_option
@click.option("--dry-run", is_flag=True, help="Undo everything and roll back, to see what would be deleted.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@with_settings
def downgrade(
    settings: Settings,
    revision: str,
    wait_seconds: float,
    ignored: tuple[str, ...],
    dry_run: bool,
    is_sure: bool,
) -> None:
    """Undo migrations, by default the last one. The data of the removed tables is lost.

    Stop `omatori serve` everywhere first, also for a dry run. All of the steps are undone, or none.
    """
    from foundation.database import migrate

    url = database_url(settings)
    steps = migrate.steps_down(url, revision)
    if not dry_run and not is_sure:
        click.confirm(f"{_number(steps)} will be undone, which deletes data. Continue?", abort=True, err=True)
    watch = _watch(steps, wait_seconds, ignored)
    watch.is_trial = dry_run
    migrate.downgrade(url, revision, watch=watch)
    report_progress(f"The database is at {migrate.status(url).current or 'the beginning'}.")


@database.command()
@json_option
@with_settings
def status(settings: Settings, as_json: bool) -> None:
    """Print the revision of the database, and who is connected. Exit with 1 if it is not this program's."""
    from foundation.database import migrate
    from foundation.database.others import listed

    state = migrate.status(database_url(settings))
    if as_json:
        click.echo(json.dumps(_as_json(state)))
    else:
        click.echo(state.described())
        if state.is_migrating:
            click.echo("A migration is running.")
        if state.others:
            click.echo(f"Connections of other programs: {len(state.others)}\n{listed(list(state.others))}")
    if not state.up_to_date:
        click.get_current_context().exit(1)


def _number(steps: list[Step]) -> str:
    return "1 migration" if len(steps) == 1 else f"{len(steps)} migrations"


def _as_json(state: Status) -> dict[str, object]:
    return {
        "current": state.current,
        "newest": state.newest,
        "up_to_date": state.up_to_date,
        "is_later": state.is_later,
        "is_migrating": state.is_migrating,
        "connections": len(state.others),
    }


def _watch(steps: list[Step], wait_seconds: float, ignored: tuple[str, ...]) -> Watch:
    from foundation.database.migrate import Watch

    return Watch(report_progress, alone=True, wait_seconds=wait_seconds, ignored=ignored, steps=tuple(steps))
