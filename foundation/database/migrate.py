"""Migrate a database to a revision. Several processes can safely do this at the same time.

Alembic is imported only if there is a migration to run, because importing it takes most of a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from foundation.database.session import make_engine

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_LINKS = ("revision", "down_revision")
MIGRATION_LOCK = 7_241_001
"""The advisory lock of the process that migrates."""


@dataclass(frozen=True, slots=True)
class Status:
    """The revision of a database, and the newest revision."""

    current: str | None
    newest: str | None

    @property
    def up_to_date(self) -> bool:
        """Return whether there is no migration to run."""
        return self.current == self.newest


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, with the scripts in the folder of this file."""
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
    """Return the revision of a database, and the newest revision."""
    engine = make_engine(url)
    with engine.connect() as connection:
        has_version = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
        current = connection.scalar(text("SELECT version_num FROM alembic_version")) if has_version else None
    engine.dispose()
    return Status(current, newest_revision())


def newest_revision() -> str:
    """Return the last revision of the chain: the one on which no other is built.

    The files are read as text, since loading alembic takes longer than many commands.
    """
    texts = [path.read_text("utf-8") for path in (MIGRATIONS / "versions").glob("[0-9]*.py")]
    named = {name: set(re.findall(rf'^{name} = "(\w+)"', "\n".join(texts), re.M)) for name in _LINKS}
    newest: str
    (newest,) = named["revision"] - named["down_revision"]
    return newest


def differences(connection: Connection) -> list[object]:
    """Return the differences between the tables in the code and in the database."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from foundation.database.tables import Base

    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def _locked(url: str, run: Callable[[Connection], None]) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        run(connection)
    engine.dispose()
