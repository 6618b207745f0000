"""What a check is played on: a durable database of its own, the small world in it, and the program served."""

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

from benchmarks.programme.broken import BrokenError, hold
from benchmarks.programme.caller import Caller, Json
from clearing.ledger.rules.postings import Account
from foundation.database.embedded import attach
from tests.processes import LiveServer, OmatoriProcesses

CLOCK = "2026-11-21T12:00+02:00"
TODAY = "2026-11-21"
ROOT = Path(__file__).parents[2]
_SUMS = """
SELECT account, sum(cents) FROM posting, LATERAL (VALUES (to_account, amount_cents),
  (from_account, -amount_cents)) AS moved (account, cents) GROUP BY account"""


class Stage:
    """The program in processes of its own, run as an operator would: `omatori db upgrade`, `seed`, `serve`"""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes = OmatoriProcesses(ROOT, var_dir=folder)
        self.processes.open_nursery()
        self.database = attach(folder / "postgres")
        self.server: LiveServer | None = None
        self.command("db", "upgrade")
        self.told: Json = json.loads(self.command("seed", "--world", "small", "--json"))
        self.start()

    def command(self, *words: str, failpoint: str | None = None) -> str:
        """What `omatori …` printed; BrokenError where it does not end well."""
        environment = {"OMATORI_FAILPOINT": failpoint} if failpoint else {}
        done = self.processes.run(*words, database_url=None, clock=CLOCK, **environment)
        hold(done.returncode == 0, f"omatori {' '.join(words)}: {done.returncode} {done.stderr[-600:]}")
        return done.stdout

    def start(self, failpoint: str | None = None) -> None:
        """Serve, with one fail point armed if asked; returns once it answers."""
        environment = {"OMATORI_FAILPOINT": failpoint} if failpoint else {}
        self.server = self.processes.serve(None, clock=CLOCK, **environment)

    def url(self) -> str:
        """Where the program is served, or was served last."""
        assert self.server is not None
        return self.server.url

    def is_dead(self) -> bool:
        """Whether the program was killed."""
        assert self.server is not None
        return self.server.process.poll() is not None

    def kill(self) -> None:
        """kill -9 of the program."""
        assert self.server is not None
        self.server.kill()

    def restart(self, failpoint: str | None = None) -> None:
        """Stop and start."""
        assert self.server is not None
        self.server.stop()
        self.start(failpoint)

    def postmaster(self) -> int:
        """The process number of the database server."""
        return int((self.database.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def backends(self) -> list[int]:
        """The database's processes that serve the program's connections."""
        found = psutil.Process(self.postmaster()).children()
        return [one.pid for one in found if "omatori omatori" in " ".join(one.cmdline())]

    def kill_database(self, number: int) -> None:
        """kill -9 of the postmaster or of one backend (which makes the postmaster start all anew)."""
        os.kill(number, signal.SIGKILL)

    def connect(self) -> psycopg.Connection[TupleRow]:
        """An onlooker's connection to the program's database."""
        return self.database.connect("omatori")

    def person(self, role: str, **where: str) -> Json:
        """The first person of a role, by county, client or provider."""
        for one in self.told["people"]:
            if one["role"] == role and all(one.get(name) == code for name, code in where.items()):
                return dict(one)
        raise LookupError(role, where)

    def caller(self, role: str, **where: str) -> Caller:
        """That person on the line."""
        return Caller(self.url, str(self.person(role, **where)["api_key"]))

    def verify(self) -> None:
        """`omatori verify` finds nothing."""
        self.command("verify")

    def accounts(self) -> dict[str, int]:
        """Whole cents that providers are owed, that are under way, and that have left, by the postings."""
        with self.connect() as connection:
            sums: dict[int, int] = dict(connection.execute(_SUMS).fetchall())
        accounts = {"payable": Account.PAYABLE, "transit": Account.TRANSIT, "bank": Account.BANK}
        return {name: int(sums.get(account.value, 0)) for name, account in accounts.items()}

    def close(self) -> None:
        """Stop everything and remove it."""
        self.processes.stop_all()
        self.database.detach()
        shutil.rmtree(self.database.socket_folder, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def a_stage() -> Iterator[Stage]:
    """A stage in a folder of its own, cleared away afterwards."""
    stage = Stage(Path(tempfile.mkdtemp(prefix="omatori-stage-")))
    try:
        yield stage
    finally:
        stage.close()


def cents_of(amount: Any) -> int:
    """`"-12.30"` as whole cents."""
    whole, _, part = str(amount).partition(".")
    hold(len(part) in (0, 2), f"{amount} is not an amount")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole)) * 100 + int(part or 0))


class Deadline:
    """When to stop early; `minutes` None: never."""

    def __init__(self, minutes: float | None) -> None:
        self.ends = None if minutes is None else monotonic() + 60 * minutes

    def is_over(self) -> bool:
        """Whether the time is used up."""
        return self.ends is not None and monotonic() > self.ends


__all__ = ["CLOCK", "TODAY", "BrokenError", "Deadline", "Stage", "a_stage", "cents_of"]
