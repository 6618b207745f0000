"""A running instance of the program for a check: a durable database with the small world, and a server."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import psutil
import psycopg
from psycopg.rows import TupleRow

from benchmarks.programme.api_client import SECONDS, ApiClient, Json
from benchmarks.programme.failure import require
from clearing.ledger.rules.postings import Account
from foundation.database.embedded import attach
from tests.processes import LiveServer, OmatoriProcesses

CLOCK = "2026-11-21T12:00+02:00"
TODAY = "2026-11-21"
ROOT = Path(__file__).parents[2]
_SUMS = """
SELECT account, sum(cents) FROM posting, LATERAL (VALUES (to_account, amount_cents),
  (from_account, -amount_cents)) AS moved (account, cents) GROUP BY account"""


class Instance:
    """The program in processes of its own, run as an operator does: `omatori db upgrade`, `seed`, `serve`.

    It must be back within `seconds` after a kill.
    """

    def __init__(self, folder: Path, seconds: float = SECONDS) -> None:
        self.folder, self.seconds = folder, seconds
        self.processes = OmatoriProcesses(ROOT, var_dir=folder)
        self.processes.open_fork_server()
        self.database = attach(folder / "postgres")
        self.server: LiveServer | None = None
        self.command("db", "upgrade")
        self.seed_report: Json = json.loads(self.command("seed", "--world", "small", "--json"))
        self.start()

    def command(self, *words: str, failpoint: str | None = None) -> str:
        """Run `omatori …`, and return what it printed. Raises CheckFailedError if it fails."""
        environment = {"OMATORI_FAILPOINT": failpoint} if failpoint else {}
        done = self.processes.run(*words, database_url=None, clock=CLOCK, **environment)
        require(done.returncode == 0, f"omatori {' '.join(words)}: {done.returncode} {done.stderr[-600:]}")
        return done.stdout

    def start(self, failpoint: str | None = None) -> None:
        """Start the server, with a fail point if given, and return when it answers."""
        environment = {"OMATORI_FAILPOINT": failpoint} if failpoint else {}
        self.server = self.processes.serve(None, clock=CLOCK, **environment)

    def url(self) -> str:
        """Return the address where the program is served, or was served last."""
        assert self.server is not None
        return self.server.url

    def is_dead(self) -> bool:
        """Return whether the server process has exited."""
        assert self.server is not None
        return self.server.process.poll() is not None

    def kill(self) -> None:
        """Kill the server with SIGKILL."""
        assert self.server is not None
        self.server.kill()

    def restart(self, failpoint: str | None = None) -> None:
        """Stop the server and start it again."""
        assert self.server is not None
        self.server.stop()
        self.start(failpoint)

    def postmaster(self) -> int:
        """Return the process id of the database server."""
        return int((self.database.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def backends(self) -> list[int]:
        """Return the ids of the database processes that serve the program's connections."""
        children = psutil.Process(self.postmaster()).children()
        return [child.pid for child in children if _serves_the_program(child)]

    def kill_database(self, number: int) -> None:
        """Kill a database process with SIGKILL; after a backend the postmaster restarts all backends."""
        os.kill(number, signal.SIGKILL)

    def connect(self) -> psycopg.Connection[TupleRow]:
        """Open another connection to the program's database."""
        return self.database.connect("omatori")

    def person(self, role: str, **where: str) -> Json:
        """Return the first person of a role, by county, client or provider."""
        for person in self.seed_report["people"]:
            if person["role"] == role and all(person.get(name) == code for name, code in where.items()):
                return dict(person)
        raise LookupError(role, where)

    def api(self, role: str, **where: str) -> ApiClient:
        """Return an API client of the first person of a role, by county, client or provider."""
        return ApiClient(self.url, str(self.person(role, **where)["api_key"]), self.seconds)

    def verify(self) -> None:
        """Run `omatori verify`. Raises CheckFailedError if it finds a difference."""
        self.command("verify")

    def accounts(self) -> dict[str, int]:
        """Return the sums of the accounts payable, transit and bank in whole cents, from the postings."""
        with self.connect() as connection:
            sums: dict[int, int] = dict(connection.execute(_SUMS).fetchall())
        accounts = {"payable": Account.PAYABLE, "transit": Account.TRANSIT, "bank": Account.BANK}
        return {name: int(sums.get(account.value, 0)) for name, account in accounts.items()}

    def close(self) -> None:
        """Stop the processes, and remove the folder and the database."""
        self.processes.stop_all()
        self.database.detach()
        shutil.rmtree(self.database.socket_folder, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _serves_the_program(child: psutil.Process) -> bool:
    try:
        return "omatori omatori" in " ".join(child.cmdline())
    except psutil.Error:  # it has ended meanwhile
        return False


@contextmanager
def running_instance(seconds: float = SECONDS) -> Iterator[Instance]:
    """Run an instance in a folder of its own, and remove it afterwards."""
    instance = Instance(Path(tempfile.mkdtemp(prefix="omatori-instance-")), seconds)
    try:
        yield instance
    finally:
        instance.close()


def cents_of(amount: Any) -> int:
    """Return an amount such as `"-12.30"` in whole cents."""
    whole, _, part = str(amount).partition(".")
    require(len(part) in (0, 2), f"{amount} is not an amount")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole)) * 100 + int(part or 0))


class Deadline:
    """The moment when a check stops early; never if `minutes` is None."""

    def __init__(self, minutes: float | None) -> None:
        self.ends = None if minutes is None else monotonic() + 60 * minutes

    def is_over(self) -> bool:
        """Return whether the time is over."""
        return self.ends is not None and monotonic() > self.ends
