"""Bring a database's tables to the wanted revision. Safe to run by several processes at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from foundation.database.session import make_engine
from foundation.database.tables import Base

ONE_AT_A_TIME = 7_241_001
"""Advisory lock: two processes that start together do not migrate together."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a database stands: its revision, the newest one, and whether they are the same."""

    current: str | None
    newest: str | None

    @property
    def up_to_date(self) -> bool:
        """Whether nothing is left to run."""
        return self.current == self.newest


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings, with the scripts that lie beside this file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    _locked(url, lambda connection: command.upgrade(configuration(connection), revision))


def downgrade(url: str, revision: str = "-1") -> None:
    """Undo migrations down to `revision` (default: one step)."""
    _locked(url, lambda connection: command.downgrade(configuration(connection), revision))


def status(url: str) -> Status:
    """The database's revision beside the newest."""
    engine = make_engine(url)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return Status(current, ScriptDirectory.from_config(configuration()).get_current_head())


def differences(connection: Connection) -> list[object]:
    """What the tables in code have that the database has not, and the other way round (empty: they agree)."""
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def _locked(url: str, run: Callable[[Connection], None]) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        run(connection)
    engine.dispose()
