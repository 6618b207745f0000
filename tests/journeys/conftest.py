"""A seeded small world for a journey, and the program served on it."""

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
class Journey:
    """A served program, the world in it, and its command line (in this process)."""

    url: str
    world: SmallWorld
    run: Callable[..., str]

    def api(self, role: str, **where: str) -> Api:
        """The API as a person of the world."""
        return Api(self.url, self.world.person(role, **where)["api_key"])


@pytest.fixture
def journey(server: Any, fresh_database: str, tmp_path: Path) -> Journey:
    """The small world, served."""

    def run(*arguments: str, exit_code: int = 0) -> str:
        environment = {"DATABASE_URL": fresh_database, "OMATORI_VAR": str(tmp_path), "OMATORI_CLOCK": CLOCK}
        done = CliRunner().invoke(command_line, arguments, env=environment)
        assert done.exit_code == exit_code, (arguments, done.output, done.exception)
        return done.stdout

    world = SmallWorld.read(run("seed", "--world", "small", "--json"))
    live = server(fresh_database, clock=CLOCK)
    return Journey(live.url, world, run)
