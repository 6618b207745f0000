"""How a command meets the book: its settings, its database, one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import update_wrapper
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from config import Settings
from foundation.database.failpoints import arm

Command = TypeVar("Command", bound=Callable[..., Any])


def with_settings(command: Command) -> Command:
    """Hand the environment's Settings to a command as its first argument, read only when it really runs."""

    def run(*arguments: Any, **options: Any) -> Any:
        settings = Settings.from_environment()
        try:
            arm(settings.failpoint, production=settings.is_production)
        except ValueError as error:
            raise click.ClickException(f"OMATORI_FAILPOINT: {error}") from error
        return command(settings, *arguments, **options)

    return update_wrapper(run, command)  # type: ignore[return-value]


def database_url(settings: Settings) -> str:
    """The address of the database: the one given, else the embedded one, started if it does not run."""
    if settings.database_url:
        return settings.database_url
    from foundation.database.embedded import embedded_database_url

    return embedded_database_url(settings.var_dir / "postgres")


@contextmanager
def book(settings: Settings) -> Iterator[Session]:
    """A session on the settings' database: committed when the block ends well, rolled back otherwise."""
    from foundation.database.session import make_engine, make_sessions

    engine = make_engine(database_url(settings))
    try:
        with make_sessions(engine).begin() as session:
            yield session
    finally:
        engine.dispose()


def clock(settings: Settings) -> datetime:
    """The time in UTC: OMATORI_CLOCK where it is set, which stands still."""
    from foundation.web.clock import read_clock

    return read_clock(settings.clock).astimezone(UTC)


def inform(words: str) -> None:
    """Say how far the work is, on stderr, so that stdout stays readable by a program."""
    click.echo(words, err=True)
