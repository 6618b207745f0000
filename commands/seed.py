"""`omatori seed`: write an invented world for development and tests."""

from __future__ import annotations

import json

import click

from commands.options import json_option
from commands.runtime import clock, database_session, report_progress, with_settings
from config import Settings

WORLDS = ("demo", "small", "county")


@click.command()
@click.option(
    "--world", "name", type=click.Choice(WORLDS), default="demo", show_default=True, help="Name of the world."
)
@click.option(
    "--seed",
    "number",
    type=int,
    default=1,
    show_default=True,
    help="Number that the world is generated from.",
)
@click.option("--clients", type=click.IntRange(min=1), help="How many clients the county world has.  [20000]")
@json_option
@click.option("--if-empty", is_flag=True, help="Do nothing if the database is not empty.")
@with_settings
def seed(
    settings: Settings, name: str, number: int, clients: int | None, as_json: bool, if_empty: bool
) -> None:
    """Write a deterministic world into an empty database, and print log-ins, API keys and ids.

    The same seed and clock give the same world. `demo` and `small` take seconds, `county` many minutes.
    The log-ins are stored in OMATORI_VAR/log-ins.txt.
    """
    if clients is not None and name != "county":
        raise click.UsageError("--clients is for --world county.")
    if settings.is_production:
        raise click.ClickException("omatori seed is not available in production: it creates demo log-ins.")
    from worlds.empty_database import NotEmptyError, require_empty

    with database_session(settings, as_owner=True) as session:
        try:
            require_empty(session)
        except NotEmptyError as error:
            if if_empty:
                return
            raise click.ClickException(
                "The database is not empty. Choose an empty one by DATABASE_URL or OMATORI_VAR."
            ) from error
        from worlds.report import log_ins_as_text, world_as_json
        from worlds.writing import write_world

        world = write_world(session, name, number, clock(settings), report_progress, clients=clients)
        report = world_as_json(world)
    log_ins = log_ins_as_text(world, name)
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    settings.log_ins_file.touch(mode=0o600)
    settings.log_ins_file.chmod(0o600)  # an earlier one may be open to others
    settings.log_ins_file.write_text(log_ins, encoding="utf-8")
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else log_ins)
