"""`omatori db`: migrations."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from commands.options import json_option
from commands.runtime import database_url, report_progress, with_settings
from config import Settings


@click.group("db")
def database() -> None:
    """Run, undo and check database migrations."""


@database.command()
@click.option("--to", "revision", default="head", show_default=True, help="Revision to upgrade to.")
@with_settings
def upgrade(settings: Settings, revision: str) -> None:
    """Run the pending migrations. Safe to repeat, and to run from several processes at once."""
    from foundation.database import migrate

    url = database_url(settings)
    _run(migrate.upgrade, url, revision)
    report_progress(f"The database is at {migrate.status(url).current}.")


@database.command()
@click.option("--to", "revision", default="-1", show_default=True, help="Revision, or steps back.")
@click.confirmation_option(prompt="Downgrading deletes data. Continue?")
@with_settings
def downgrade(settings: Settings, revision: str) -> None:
    """Undo migrations, by default the last one. The data of the removed tables is lost."""
    from foundation.database import migrate

    url = database_url(settings)
    _run(migrate.downgrade, url, revision)
    report_progress(f"The database is at {migrate.status(url).current or 'the beginning'}.")


@database.command()
@json_option
@with_settings
def status(settings: Settings, as_json: bool) -> None:
    """Print the revision of the database. Exit with 1 if migrations are pending."""
    from foundation.database import migrate

    state = migrate.status(database_url(settings))
    if as_json:
        click.echo(
            json.dumps({"current": state.current, "newest": state.newest, "up_to_date": state.up_to_date})
        )
    else:
        click.echo(f"The database is at {state.current or 'the beginning'}; the newest is {state.newest}.")
    if not state.up_to_date:
        click.get_current_context().exit(1)


def _run(step: Callable[[str, str], None], url: str, revision: str) -> None:
    from alembic.util import CommandError

    try:
        step(url, revision)
    except CommandError as error:
        raise click.ClickException(str(error)) from error
