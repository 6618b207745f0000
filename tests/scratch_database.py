"""The PostgreSQL of one test run: thrown away after it, fast because a crash may lose everything."""

import fcntl
import os
import tempfile
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
        with (folder / "template.lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "template.made").exists():
                upgrade(self.server.make_database(TEMPLATE))
                (folder / "template.made").touch()

    def new_database(self, name: str, template: str = TEMPLATE) -> str:
        """A copy of the template (some 30 ms); its address."""
        return self.server.make_database(name, template=template)

    def drop_database(self, name: str) -> None:
        """Drop it even while a stray connection holds it."""
        with self.server.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def leave(self) -> None:
        """Let go; the last worker stops the server."""
        self.server.detach()


def remove_abandoned(own: Path) -> None:
    """Delete this run's folder and the folders of runs that were killed (nobody holds their lock)."""
    for folder in Path(tempfile.gettempdir()).glob("omatori-test-*"):
        with suppress(FileNotFoundError):  # another run that ends just now sweeps too
            about = folder.stat()
            mine_and_old = about.st_uid == os.geteuid() and time() - about.st_mtime > SURELY_OVER_SECONDS
            if folder == own or mine_and_old:
                discard(folder)
