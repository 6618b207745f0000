"""Bring a database's tables to the wanted revision. Safe to run by several processes at once.

Alembic is imported only when there is something to run: it would cost every start most of a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from foundation.database.session import make_engine

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
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
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    if revision == "head" and status(url).up_to_date:
        return
    from alembic import command

    _locked(url, lambda connection: command.upgrade(configuration(connection), revision))


def downgrade(url: str, revision: str = "-1") -> None:
    """Undo migrations down to `revision` (default: one step)."""
    from alembic import command

    _locked(url, lambda connection: command.downgrade(configuration(connection), revision))


def status(url: str) -> Status:
    """The database's revision beside the newest."""
    engine = make_engine(url)
    with engine.connect() as connection:
        begun = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
        current = connection.scalar(text("SELECT version_num FROM alembic_version")) if begun else None
    engine.dispose()
    return Status(current, newest_revision())


def newest_revision() -> str:
    """Revisions are numbered in one line, and a migration's file begins with its number."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def differences(connection: Connection) -> list[object]:
    """What the tables in code have that the database has not, and the other way round (empty: they agree)."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from foundation.database.tables import Base

    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def _locked(url: str, run: Callable[[Connection], None]) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        run(connection)
    engine.dispose()
