"""A seeded world, its command line, and the program served on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from click.testing import CliRunner

from cli import omatori as command_line
from tests.builders.http_api import HttpApi
from tests.builders.seeded_world import CLOCK, SeededWorld
from tests.processes import LiveServer


class CommandLine(Protocol):
    """`command_line("verify")` runs a command and returns what it prints; `exit_code` is what must come."""

    def __call__(self, *arguments: str, exit_code: int = 0) -> str: ...


def command_line_on(world: SeededWorld, var_dir: Path) -> CommandLine:
    """Return the command line on a world, in this process."""

    def run(*arguments: str, exit_code: int = 0) -> str:
        environment = {
            "DATABASE_URL": world.database_url,
            "OMATORI_VAR": str(var_dir),
            "OMATORI_CLOCK": CLOCK,
        }
        result = CliRunner().invoke(command_line, arguments, env=environment)
        assert result.exit_code == exit_code, (arguments, result.output, result.exception)
        return result.stdout

    return run


@dataclass(slots=True)
class ServedWorld:
    """A world with a running server; `start` starts one on the world's database."""

    world: SeededWorld
    run: CommandLine
    start: Callable[[], LiveServer]
    server: LiveServer

    @property
    def url(self) -> str:
        """The server's address."""
        return self.server.url

    def restart(self) -> None:
        """Stop the program and start it again on the same database."""
        self.server.stop()
        self.server = self.start()

    def api(self, role: str, **fields: str) -> HttpApi:
        """Return the API as the first person of a role, found as by `SeededWorld.person`."""
        return HttpApi(self.url, self.world.api_key(role, **fields))
