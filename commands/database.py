"""`omatori db`: migrations."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from commands.book import database_url, inform, with_settings
from config import Settings


@click.group("db")
def database() -> None:
    """Bring the database's tables up to date, or back."""


@database.command()
@click.option("--to", "revision", default="head", show_default=True, help="Revision to go up to.")
@with_settings
def upgrade(settings: Settings, revision: str) -> None:
    """Run the migrations that the database has not seen. Safe to repeat, and by several at once."""
    from foundation.database import migrate

    url = database_url(settings)
    _run(migrate.upgrade, url, revision)
    inform(f"The database is at {migrate.status(url).current}.")


@database.command()
@click.option("--to", "revision", default="-1", show_default=True, help="Revision to go down to, or steps.")
@click.confirmation_option(prompt="Downgrading throws data away. Go on?")
@with_settings
def downgrade(settings: Settings, revision: str) -> None:
    """Undo migrations, one step unless told otherwise. What the undone tables held is lost."""
    from foundation.database import migrate

    url = database_url(settings)
    _run(migrate.downgrade, url, revision)
    inform(f"The database is at {migrate.status(url).current or 'the beginning'}.")


@database.command()
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@with_settings
def status(settings: Settings, as_json: bool) -> None:
    """Say where the database stands. Exit 1 where `omatori db upgrade` has something to do."""
    from foundation.database import migrate

    found = migrate.status(database_url(settings))
    if as_json:
        click.echo(
            json.dumps({"current": found.current, "newest": found.newest, "up_to_date": found.up_to_date})
        )
    else:
        click.echo(f"The database is at {found.current or 'the beginning'}; the newest is {found.newest}.")
    if not found.up_to_date:
        click.get_current_context().exit(1)


def _run(step: Callable[[str, str], None], url: str, revision: str) -> None:
    from alembic.util import CommandError

    try:
        step(url, revision)
    except CommandError as error:
        raise click.ClickException(str(error)) from error
