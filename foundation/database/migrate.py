"""Migrate a database to a revision: all steps in one transaction, or none (docs/decisions/0192).

Several processes can safely do this at the same time. Alembic is imported only if there is a migration to
run, because importing it takes most of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from foundation.database.lost_rows import counted_rows, lost_rows
from foundation.database.others import MIGRATING, OtherConnection, listed, other_connections
from foundation.database.release import OtherReleaseError, known_revisions, newest_revision
from foundation.database.session import make_engine

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_241_001
"""The advisory lock of the process that migrates."""
_TABLES = text("""
SELECT string_agg(format('%I.%I', schemaname, tablename), ', ' ORDER BY tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'alembic_version'
""")
LOCK_SECONDS = 10
LOCK_ATTEMPTS = 6
LEAVING_SECONDS = 2.0
"""A program that has just ended may still be in the server's list for so long."""
_PAUSE_SECONDS = 0.2


class MigrationError(Exception):
    """The migration was not done, and nothing has changed. The message is for the operator."""


class _TrialOverError(Exception):
    """Rolls a trial back."""


@dataclass(frozen=True, slots=True)
class Status:
    """The revision of a database, the newest one, who else is connected, and whether somebody migrates."""

    current: str | None
    newest: str | None
    others: tuple[OtherConnection, ...] = ()
    is_migrating: bool = False

    @property
    def up_to_date(self) -> bool:
        """Return whether there is no migration to run."""
        return self.current == self.newest

    @property
    def is_later(self) -> bool:
        """Return whether a later release than this one has migrated the database."""
        return self.current is not None and self.current not in known_revisions()

    def described(self) -> str:
        """Return where the database is, and what an operator must do if that is not where the program is."""
        if self.up_to_date:
            return f"The database is at {self.current}, as this program is."
        return str(OtherReleaseError(self.current, str(self.newest)))


@dataclass(frozen=True, slots=True)
class Step:
    """A migration: its revision, and the first line of its description."""

    revision: str
    subject: str

    def __str__(self) -> str:
        """Return it as the operator sees it."""
        return f"{self.revision} {self.subject}"


@dataclass(slots=True)
class Watch:
    """Who hears of a migration of these steps, and whether it needs the database for itself.

    `alone`: it is refused while other programs are connected, after `wait_seconds` for them to end.
    Connections of the users in `ignored` do not count.
    """

    on_progress: Callable[[str], None] = lambda _line: None
    alone: bool = False
    wait_seconds: float = 0.0
    ignored: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    is_trial: bool = False
    done: int = 0
    _last_at: float = field(default_factory=monotonic)

    def on_step(self, *, step: Any, **_: object) -> None:
        """Report a step that has been taken; Alembic calls it."""
        now, total = monotonic(), len(self.steps)
        self.done += 1
        number = f"{self.done:>{len(str(total))}}/{total}"
        done = Step(step.up_revision_id, step.up_revision.doc.splitlines()[0])
        self.on_progress(f"{number} {done} ({now - self._last_at:.1f} s)")
        self._last_at = now

    def failed(self, cause: str) -> MigrationError:
        """Return the error of the step that was being taken."""
        revision = self.steps[self.done].revision if self.done < len(self.steps) else ""
        return MigrationError(f"Nothing has changed, because migration {revision} failed: {cause}")


def configuration(connection: Connection | None = None, watch: Watch | None = None) -> Config:
    """Return Alembic's configuration, with the scripts in the folder of this file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "on_step": (watch or Watch()).on_step}
    return config


def upgrade(url: str, revision: str = "head", *, watch: Watch | None = None) -> None:
    """Run the migrations up to `revision`.

    Raises:
        MigrationError: Other programs are connected, or a migration fails; nothing has changed.
    """
    if revision == "head" and status(url).up_to_date:
        return
    from alembic import command

    with _migrating(url, watch or Watch()) as config:
        command.upgrade(config, revision)
    if watch is not None:
        watch.on_progress("Reading statistics of the tables …")
        _read_statistics(url)


def downgrade(url: str, revision: str = "-1", *, watch: Watch | None = None) -> None:
    """Undo migrations down to `revision` (default: one step), and report what is deleted.

    Raises as `upgrade` does. With `watch.is_trial` everything is rolled back.
    """
    from alembic import command

    watch = watch or Watch()
    with suppress(_TrialOverError), _migrating(url, watch) as config:
        connection = config.attributes["connection"]
        before = counted_rows(connection)
        command.downgrade(config, revision)
        watch.on_progress(f"Tables removed with their rows: {lost_rows(connection, before)}")
        if watch.is_trial:
            raise _TrialOverError


def status(url: str) -> Status:
    """Return the revision of a database, the newest revision, and what goes on there."""
    with _connected(url) as connection:
        others = tuple(other_connections(connection))
        is_free = connection.scalar(
            text("SELECT pg_try_advisory_xact_lock_shared(:key)"), {"key": MIGRATION_LOCK}
        )
        return Status(_current(connection), newest_revision(), others, not is_free)


def steps_up(url: str, revision: str = "head") -> list[Step]:
    """Return the migrations that `upgrade` would run, in their order. Raises MigrationError."""
    return _steps(url, lambda current: (revision, current or "base"))[::-1]


def steps_down(url: str, revision: str = "-1") -> list[Step]:
    """Return the migrations that `downgrade` would undo, in their order. Raises MigrationError."""
    return _steps(url, lambda current: (current or "base", revision))


def _steps(url: str, between: Callable[[str | None], tuple[str, str]]) -> list[Step]:
    from alembic.script import ScriptDirectory
    from alembic.script.revision import RevisionError

    with _connected(url) as connection:
        upper, lower = between(_current(connection))
    scripts = ScriptDirectory.from_config(configuration())
    try:
        found = list(scripts.iterate_revisions(upper, lower))
    except RevisionError as error:
        raise MigrationError(str(error)) from error
    return [Step(script.revision, script.doc.splitlines()[0]) for script in found]


def differences(connection: Connection) -> list[object]:
    """Return the differences between the tables in the code and in the database."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from foundation.database.tables import Base

    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = make_engine(url, program=MIGRATING)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _current(connection: Connection) -> str | None:
    if not connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL")):
        return None
    current: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return current


@contextmanager
def _migrating(url: str, watch: Watch) -> Iterator[Config]:
    """Give Alembic's configuration with the one transaction of all steps, every table locked."""
    with _connected(url) as connection, connection.begin():
        _wait_for_turn(connection, watch)
        _refuse_others(connection, watch, max(watch.wait_seconds, LEAVING_SECONDS))
        _lock_tables(connection)
        try:
            yield configuration(connection, watch)
        except DBAPIError as error:
            raise watch.failed(str(error.orig).strip().splitlines()[0]) from error
        _refuse_others(connection, watch, 0.0)


def _read_statistics(url: str) -> None:
    """Let the planner know how large the new tables are; it waits for nobody."""
    with _connected(url) as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _wait_for_turn(connection: Connection, watch: Watch) -> None:
    key = {"key": MIGRATION_LOCK}
    if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), key):
        watch.on_progress("Another process is migrating this database. Waiting until it has ended …")
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)


def _refuse_others(connection: Connection, watch: Watch, seconds: float) -> None:
    """Raise MigrationError if other programs are still connected after so many seconds.

    A program of the release before would go on writing after it, into tables that it does not know.
    """
    if not watch.alone:
        return
    ends, has_reported = monotonic() + seconds, False
    while others := other_connections(connection, watch.ignored):
        if monotonic() >= ends:
            raise MigrationError(
                f"Nothing has changed: other programs use this database. Stop them, and run this again.\n"
                f"{listed(others)}"
            )
        if not has_reported and seconds > LEAVING_SECONDS:
            watch.on_progress(f"Waiting up to {seconds:.0f} s for other programs to end:\n{listed(others)}")
            has_reported = True
        sleep(_PAUSE_SECONDS)


def _lock_tables(connection: Connection) -> None:
    """Lock every table at once: taken one by one as the steps go, locks would deadlock with open requests."""
    tables = connection.scalar(_TABLES)
    if tables is None:
        return
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
    for attempt in range(1, LOCK_ATTEMPTS + 1):
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
            break
        except OperationalError as error:  # a deadlock or the timeout
            if attempt == LOCK_ATTEMPTS:
                raise MigrationError("Nothing has changed: others hold locks on the tables.") from error
    connection.execute(text("SET LOCAL lock_timeout = 0"))
