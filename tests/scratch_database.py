"""The PostgreSQL of one test run: deleted after it, and fast because it need not survive a crash."""

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import time

from psycopg import sql

from foundation.database.embedded import FOR_TESTS, attach, discard
from foundation.database.migrate import upgrade

TEMPLATE = "omatori_template"
END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
ATTACHED_AFTER_SECONDS = 60  # a run has attached to its folder by then


class ScratchServer:
    """The run's server. Every worker creates an object of this class on the same folder."""

    def __init__(self, folder: Path) -> None:
        self.server = attach(folder, settings=FOR_TESTS)
        self._connection = self.server.connect()
        self._ended: list[str] = []
        self.once(TEMPLATE, _migrate, template="template1")

    def once(self, name: str, fill: Callable[[str], str], template: str = TEMPLATE) -> str:
        """Create and fill a template database, once in a run; return what `fill(database_url)` returned."""
        result = self.server.folder / f"{name}.result"
        with result.with_suffix(".lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not result.exists():
                text = fill(self.new_database(name, template=template))
                result.write_text(text, "utf-8")
        return result.read_text("utf-8")

    def new_database(self, name: str, template: str = TEMPLATE) -> str:
        """Copy the template file by file, in about 40 ms; a copy through the log takes five times as long."""
        if name in self._ended:
            self._ended.remove(name)
            self._drop([name])
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
        return self.server.url(name)

    def drop_database(self, name: str) -> None:
        """End the connections to the database now, and drop it at the next call.

        A drop that has to end connections itself waits a tenth of a second for them, once for each test.
        """
        self._connection.execute(END_CONNECTIONS, [name])
        ended, self._ended = self._ended, [name]
        self._drop(ended)

    def _drop(self, names: list[str]) -> None:
        for name in names:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            self._connection.execute(drop.format(sql.Identifier(name)))

    def leave(self) -> None:
        """Detach from the server; the last worker stops it."""
        self._connection.close()
        self.server.detach()


def _migrate(database_url: str) -> str:
    upgrade(database_url)
    return ""


def remove_abandoned(own: Path) -> None:
    """Delete this run's folder and the folders of runs that were killed (nobody holds their lock)."""
    for folder in own.parent.glob("omatori-test-*"):
        with suppress(FileNotFoundError):  # another run may delete it at the same time
            status = folder.stat()
            abandoned = status.st_uid == os.geteuid() and time() - status.st_mtime > ATTACHED_AFTER_SECONDS
            if folder == own or abandoned:
                discard(folder)
