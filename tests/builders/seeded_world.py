"""A made-up world as `omatori seed` writes it: filled once in a test run, and copied for each test."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli import omatori as command_line
from tests.scratch_database import ScratchServer

CLOCK = "2026-11-21T12:00+02:00"
TODAY = "2026-11-21"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SeededWorld:
    """The report of `omatori seed --json`, where the world is stored, and the file of log-ins."""

    report: Json
    database_url: str
    log_ins: str = ""
    log_ins_mode: int = 0

    def person(self, role: str, **fields: str) -> Json:
        """Return the first person of a role, with these values of `county`, `client` or `provider`."""
        return next(
            person
            for person in self.report["people"]
            if person["role"] == role and all(person.get(name) == code for name, code in fields.items())
        )

    def api_key(self, role: str, **fields: str) -> str:
        """Return the API key of the first such person."""
        return str(self.person(role, **fields)["api_key"])

    def funding(self, external_id: str) -> Json:
        """Return a funding of the world by its name."""
        return next(funding for funding in self.report["fundings"] if funding["external_id"] == external_id)

    def provider_with_pending_approval(self) -> str:
        """Return the business id of a provider whose application is pending. Raises LookupError."""
        for provider in self.report["providers"]:
            for approval in provider["approvals"]:
                if approval["states"][-1]["state"] == "pending":
                    return str(provider["business_id"])
        raise LookupError


@contextmanager
def seeded_world(scratch_server: ScratchServer, world: str, database: str) -> Iterator[SeededWorld]:
    """Copy a seeded world into a new database of that name, which is dropped at the end.

    Args:
        world: `small` or `demo`.
    """
    template = f"world_{world}"
    seeded = json.loads(scratch_server.once(template, lambda database_url: _seed(world, database_url)))
    yield SeededWorld(database_url=scratch_server.new_database(database, template=template), **seeded)
    scratch_server.drop_database(database)


def _seed(world: str, database_url: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"DATABASE_URL": database_url, "OMATORI_VAR": folder, "OMATORI_CLOCK": CLOCK}
        result = CliRunner().invoke(command_line, ["seed", "--world", world, "--json"], env=environment)
        assert result.exit_code == 0, result.output
        file = Path(folder) / "log-ins.txt"
        log_ins = {"log_ins": file.read_text("utf-8"), "log_ins_mode": file.stat().st_mode}
    return json.dumps({"report": json.loads(result.stdout), **log_ins})
