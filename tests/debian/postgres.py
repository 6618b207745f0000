"""A server of Debian's PostgreSQL 15 for a test, set up as docs/operations.md says."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import psutil
import psycopg
from psycopg import OperationalError
from psycopg.rows import TupleRow

from tests.builders.patience import PATIENCE_SECONDS, wait_until
from tests.debian.account import hand_over, run
from tests.processes import free_port

ROLES = """
CREATE ROLE omatori_app NOLOGIN;
CREATE ROLE omatori_system NOLOGIN BYPASSRLS IN ROLE omatori_app;
CREATE ROLE omatori_owner LOGIN REPLICATION IN ROLE omatori_app, omatori_system;
CREATE ROLE omatori LOGIN IN ROLE omatori_app, omatori_system"""
"""As in docs/operations.md, without passwords: the server trusts the loopback interface."""


def make_roles(administrator: psycopg.Connection[TupleRow]) -> None:
    """Create the roles and the database as the administrator of a server."""
    for statement in ROLES.split(";"):
        administrator.execute(statement.encode())
    administrator.execute("CREATE DATABASE omatori OWNER omatori_owner")


@dataclass(slots=True)
class DebianPostgres:
    """A cluster in a folder of its own; `settings` are lines of postgresql.conf."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def create(self) -> None:
        """Make the cluster, start it, and create the roles and the database."""
        hand_over(self.folder)
        trust = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
        run(["initdb", *trust, "-D", self.data])
        own = {"port": str(self.port), "listen_addresses": "127.0.0.1", "timezone": "UTC"}
        own |= {"unix_socket_directories": str(self.folder), "wal_level": "replica"}
        lines = [f"{name} = '{value}'\n" for name, value in (own | self.settings).items()]
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(lines)
        self.start()
        with self.connect() as administrator:
            make_roles(administrator)

    def start(self) -> None:
        """Start it, and wait until it has recovered and accepts writes."""
        log = self.folder / "server.log"
        run(["pg_ctl", "start", "-W", "-D", self.data, "-l", log])
        ends = monotonic() + PATIENCE_SECONDS
        while monotonic() < ends:
            if self._accepts_writes():
                return
            sleep(0.1)
        raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-3000:])

    def kill(self) -> None:
        """Kill the postmaster with SIGKILL, as a power cut does, and wait until its children have gone."""
        postmaster = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(postmaster, signal.SIGKILL)
        # The next server does not start while a child uses the shared memory.
        wait_until(lambda: not self._has_processes(), "a child of the server runs on")

    def _has_processes(self) -> bool:
        """Whether a process, not a zombie, has the data folder as its working directory."""
        return any(process.info["cwd"] == str(self.data) for process in psutil.process_iter(["cwd"]))

    def stop(self) -> None:
        """Stop it if it runs."""
        if (self.data / "postmaster.pid").exists():
            run(["pg_ctl", "stop", "-m", "immediate", "-w", "-D", self.data])

    def lose_data(self) -> None:
        """Delete the data folder, as when the disk is lost."""
        self.kill()
        shutil.rmtree(self.data)

    def connect(self, database: str = "postgres", user: str = "postgres") -> psycopg.Connection[TupleRow]:
        """Connect with each statement in its own transaction."""
        return psycopg.connect(self.url(user, database), autocommit=True)

    def url(self, user: str = "omatori", database: str = "omatori") -> str:
        """Return the address for a user."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def _accepts_writes(self) -> bool:
        try:
            with self.connect() as connection:
                row = connection.execute("SELECT NOT pg_is_in_recovery()").fetchone()
        except OperationalError:
            return False
        return row == (True,)
