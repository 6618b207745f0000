"""Whether a database has the tables of this program, or those of another release (docs/decisions/0192).

A program that writes into the tables of another release may store charges without their units or choices
without their plans, and nothing would fail. So its connections look at the revision.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import psycopg
from psycopg import errors
from psycopg.rows import TupleRow

VERSIONS = Path(__file__).parent / "migrations" / "versions"
_LINKS = ("revision", "down_revision")
_REVISION = "SELECT version_num FROM alembic_version"


class OtherReleaseError(psycopg.OperationalError):
    """The database is at another revision than this program; at None if it is empty, or from before 0085.

    SQLAlchemy raises its own OperationalError with this one as `orig`.
    """

    def __init__(self, database_at: str | None, program_at: str) -> None:
        super().__init__()
        self.database_at = database_at
        self.program_at = program_at

    def __str__(self) -> str:
        """Return what an operator must do; it depends on which of the two is newer."""
        place = "empty or of an earlier release" if self.database_at is None else f"at {self.database_at}"
        found = f"The database is {place}, this program at {self.program_at}."
        if self.database_at is None or self.database_at in known_revisions():
            return f"{found} Run: omatori db upgrade"
        return (
            f"{found} A later release has upgraded the database: start that one, or downgrade with it first."
        )


def other_release(error: Exception) -> OtherReleaseError | None:
    """Return the error that SQLAlchemy has wrapped, if it is this one."""
    cause = getattr(error, "orig", error)
    return cause if isinstance(cause, OtherReleaseError) else None


def known_revisions() -> frozenset[str]:
    """Return the revisions that this program knows."""
    return frozenset(_linked()["revision"])


def newest_revision() -> str:
    """Return the last revision of the chain: the one on which no other is built.

    The files are read as text, since loading alembic takes longer than many commands.
    """
    named = _linked()
    newest: str
    (newest,) = named["revision"] - named["down_revision"]
    return newest


@cache
def _linked() -> dict[str, set[str]]:
    """Read the links once: files that a later release puts in their place say nothing about this process."""
    texts = "\n".join(path.read_text("utf-8") for path in VERSIONS.glob("[0-9]*.py"))
    return {name: set(re.findall(rf'^{name} = "(\w+)"', texts, re.M)) for name in _LINKS}


def check_release(connection: psycopg.Connection[TupleRow], program_at: str) -> None:
    """Read the revision in one round trip, outside of any transaction: it serves as a ping too.

    Raises:
        OtherReleaseError: It is not this one.
        psycopg.Error: The connection is dead, or the revision is being changed.
    """
    connection.autocommit = True
    try:
        row = connection.execute(_REVISION, prepare=False).fetchone()
    except (errors.UndefinedTable, errors.InsufficientPrivilege):
        row = None
    finally:
        if not connection.closed:
            connection.autocommit = False
    if row != (program_at,):
        raise OtherReleaseError(None if row is None else str(row[0]), program_at)
