"""The application on the small world, copied once for a module of tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from foundation.vocabulary.roles import Role
from tests.builders.api import application_on, sessions_on
from tests.builders.seeded_world import SeededWorld, seeded_world
from tests.scratch_database import ScratchServer


@dataclass(frozen=True)
class SeededApp:
    """The application on a seeded world."""

    app: Flask
    world: SeededWorld

    def headers(self, role: Role | None) -> dict[str, str]:
        """Return the headers with the key of the first person of a role; None for a visitor."""
        return {} if role is None else {"Authorization": f"Bearer {self.world.api_key(role.value)}"}


@pytest.fixture(scope="module")
def seeded_app(
    scratch_server: ScratchServer, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SeededApp]:
    """The small world and the application. What a test changes, the next one of the module sees."""
    var_dir = tmp_path_factory.mktemp("var")
    with (
        seeded_world(scratch_server, "small", f"small_{worker_name}_{var_dir.name}") as world,
        sessions_on(world.database_url) as sessions,
    ):
        yield SeededApp(application_on(sessions, var_dir), world)
