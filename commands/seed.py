"""`omatori seed`: an invented world for development and tests."""

from __future__ import annotations

import json

import click

from commands.book import book, clock, inform, with_settings
from config import Settings

WORLDS = ("demo", "small", "county")


@click.command()
@click.option(
    "--world", "name", type=click.Choice(WORLDS), default="demo", show_default=True, help="Which one."
)
@click.option(
    "--seed", "number", type=int, default=1, show_default=True, help="Another number, another world."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything for a program.")
@click.option("--if-empty", is_flag=True, help="Leave a database that has something in it as it is.")
@with_settings
def seed(settings: Settings, name: str, number: int, as_json: bool, if_empty: bool) -> None:
    """Fill an empty database with a deterministic world; print log-ins, API keys and ids.

    The same seed and clock give the same world. `demo` and `small` take seconds, `county` many minutes.
    The log-ins are kept in OMATORI_VAR/log-ins.txt.
    """
    if settings.is_production:
        raise click.ClickException("Demo people do not belong in production: omatori seed refuses there.")
    from worlds.empty_database import NotEmptyError, require_empty

    with book(settings) as session:
        try:
            require_empty(session)
        except NotEmptyError as error:
            if if_empty:
                return
            raise click.ClickException(
                "The database is not empty. Seed an empty one: another DATABASE_URL, or another OMATORI_VAR."
            ) from error
        from worlds.report import log_ins_as_text, world_as_json
        from worlds.writing import write_world

        world = write_world(session, name, number, clock(settings), inform)
        report = world_as_json(world)
    words = log_ins_as_text(world, name)
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    settings.log_ins_file.write_text(words, encoding="utf-8")
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else words)
