"""A seeded small world for a journey, its command line, and the program served on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli import omatori as command_line
from tests.journeys.desk import CLOCK, Api, SmallWorld


@dataclass(frozen=True, slots=True)
class Seeded:
    """The small world in a database of its own; `run` is the command line, in this process."""

    database_url: str
    world: SmallWorld
    run: Callable[..., str]


@dataclass(frozen=True, slots=True)
class Journey:
    """A served program, the world in it, and its command line."""

    url: str
    world: SmallWorld
    run: Callable[..., str]

    def api(self, role: str, **where: str) -> Api:
        """The API as a person of the world."""
        return Api(self.url, self.world.person(role, **where)["api_key"])


@pytest.fixture
def seeded(fresh_database: str, tmp_path: Path) -> Seeded:
    """The small world and the command line."""

    def run(*arguments: str, exit_code: int = 0) -> str:
        environment = {"DATABASE_URL": fresh_database, "OMATORI_VAR": str(tmp_path), "OMATORI_CLOCK": CLOCK}
        done = CliRunner().invoke(command_line, arguments, env=environment)
        assert done.exit_code == exit_code, (arguments, done.output, done.exception)
        return done.stdout

    world = SmallWorld.read(run("seed", "--world", "small", "--json"))
    return Seeded(fresh_database, world, run)


@pytest.fixture
def journey(seeded: Seeded, server: Any) -> Journey:
    """The small world, served."""
    live = server(seeded.database_url, clock=CLOCK)
    return Journey(live.url, seeded.world, seeded.run)
