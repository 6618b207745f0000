"""The `small` world in a database of the test module's own, with the application and a key of every role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from config import Settings
from foundation.database.session import make_engine, make_sessions
from foundation.vocabulary.roles import Role
from tests.builders import NOW
from worlds.report import world_as_json
from worlds.writing import write_world
from wsgi import create_app


@dataclass(frozen=True)
class SmallWorld:
    """What `omatori seed --world small --json` prints, and the application on it."""

    app: Flask
    seed_report: dict[str, Any]

    def key(self, role: Role) -> str:
        """The API key of the first person of a role, in the first county where it has one."""
        return next(str(one["api_key"]) for one in self.seed_report["people"] if one["role"] == role.value)

    def headers(self, role: Role | None) -> dict[str, str]:
        """Log in as a role; None for a visitor."""
        return {} if role is None else {"Authorization": f"Bearer {self.key(role)}"}


@contextmanager
def small_world(database_url: str, var_dir: Path) -> Iterator[SmallWorld]:
    """Write the world, commit it, and hand over the application on it."""
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    with sessions() as session:
        seed_report = world_as_json(write_world(session, "small", 1, NOW, lambda _words: None))
        session.commit()
    settings = Settings("development", "s" * 32, var_dir, database_url=database_url, clock=NOW)
    yield SmallWorld(create_app(settings, sessions), seed_report)
    engine.dispose()
