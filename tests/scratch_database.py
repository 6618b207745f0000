"""The PostgreSQL of one test run: thrown away after it, fast because a crash may lose everything."""

import fcntl
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import time

from psycopg import sql

from foundation.database.embedded import FOR_TESTS, attach, discard
from foundation.database.migrate import upgrade

TEMPLATE = "omatori_template"
SURELY_OVER_SECONDS = 60  # a run has attached to its folder within this time


class ScratchServer:
    """The run's server; every worker makes one of these on the same folder."""

    def __init__(self, folder: Path) -> None:
        self.server = attach(folder, settings=FOR_TESTS)
        self.once(TEMPLATE, _migrate, template="template1")

    def once(self, name: str, fill: Callable[[str], str], template: str = TEMPLATE) -> str:
        """What `fill(its address)` told when it filled the template of that name: once in a run."""
        told = self.server.folder / f"{name}.told"
        with told.with_suffix(".lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not told.exists():
                text = fill(self.new_database(name, template=template))
                told.write_text(text, "utf-8")
        return told.read_text("utf-8")

    def new_database(self, name: str, template: str = TEMPLATE) -> str:
        """A copy of the template, file by file (some 70 ms; through the log it takes five times as long)."""
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        with self.server.connect() as connection:
            connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
        return self.server.url(name)

    def drop_database(self, name: str) -> None:
        """Drop it even while a stray connection holds it."""
        with self.server.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def leave(self) -> None:
        """Let go; the last worker stops the server."""
        self.server.detach()


def _migrate(database_url: str) -> str:
    upgrade(database_url)
    return ""


def remove_abandoned(own: Path) -> None:
    """Delete this run's folder and the folders of runs that were killed (nobody holds their lock)."""
    for folder in Path(tempfile.gettempdir()).glob("omatori-test-*"):
        with suppress(FileNotFoundError):  # another run that ends just now sweeps too
            about = folder.stat()
            mine_and_old = about.st_uid == os.geteuid() and time() - about.st_mtime > SURELY_OVER_SECONDS
            if folder == own or mine_and_old:
                discard(folder)
