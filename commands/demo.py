"""`omatori demo`: what a person who tries a seeded world needs again."""

from __future__ import annotations

import json

import click

from commands.options import json_option
from commands.runtime import database_session, with_settings
from config import Settings


@click.group("demo")
def demo() -> None:
    """Look up what belongs to a seeded world."""


@demo.command()
@click.option("--seed", "number", type=int, default=1, show_default=True, help="The world's number.")
@json_option
@with_settings
def people(settings: Settings, number: int, as_json: bool) -> None:
    """Print the log-ins and API keys of a seeded world again."""
    if settings.is_production:
        raise click.ClickException("omatori demo is not available in production.")
    from worlds.demo_people import OtherSeedError, demo_people
    from worlds.report import people_as_json, people_as_lines

    with database_session(settings) as session:
        try:
            found = demo_people(session, number)
        except OtherSeedError as error:
            raise click.ClickException(
                "The world was made from another number: name it by --seed."
            ) from error
        if not found:
            raise click.ClickException("The database has no demo people. `omatori seed` makes them.")
        text = (
            json.dumps(people_as_json(found), ensure_ascii=False, indent=1)
            if as_json
            else "\n".join(people_as_lines(found))
        )
    click.echo(text)
