"""The application on a test's own database, and requests to its API as the holder of a key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from config import Settings
from foundation.database.session import make_sessions
from foundation.database.tables.people import ApiKey, RoleGrant
from foundation.vocabulary.roles import Actor
from tests.builders.county import NOW
from tests.builders.engines import engine_on, release
from tests.builders.kept_applications import kept_application
from tests.builders.limits import guess_window
from tests.builders.row_security import request_sessions
from wsgi import create_app

NO_KEY = ""
"""The key of a request that carries none."""


@dataclass
class ApiSession:
    """Requests under /api/v1 by the holder of `own_key`, or of another key; answers are in English."""

    web: FlaskClient
    session: Session
    own_key: str

    def headers(self, key: str | None = None, **more: str) -> dict[str, str]:
        """Return the headers of a request; None: with the own key."""
        key = self.own_key if key is None else key
        return {"Accept-Language": "en"} | ({"Authorization": f"Bearer {key}"} if key else {}) | more

    def send(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str
    ) -> TestResponse:
        """Send a request, with JSON if there is a body."""
        sent = {} if body is None else {"json": body}
        return self.web.open(f"/api/v1{path}", method=method, headers=self.headers(key, **headers), **sent)

    def get(self, path: str, *, key: str | None = None) -> TestResponse:
        """GET."""
        return self.send("GET", path, key=key)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> TestResponse:
        """POST JSON."""
        return self.send("POST", path, body, key=key, **headers)

    def post_bytes(
        self, path: str, content: bytes, content_type: str, *, key: str | None = None, **headers: str
    ) -> TestResponse:
        """POST the bare bytes of a file."""
        return self.web.post(
            f"/api/v1{path}", data=content, headers=self.headers(key, **headers), content_type=content_type
        )

    def read(self, path: str, *, key: str | None = None, status: int = 200) -> Any:
        """GET and check the status; return the JSON, or the text of anything else."""
        answer = self.get(path, key=key)
        assert answer.status_code == status, answer.text
        return answer.json if answer.is_json else answer.text

    def count(self, table: Any) -> int:
        """Return how many rows a table has now."""
        self.session.rollback()
        return self.session.scalar(select(func.count()).select_from(table)) or 0


def store_api_key(session: Session, actor: Actor, key: str) -> str:
    """Store an API key of the actor's role; return it."""
    grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == actor.person_id)).one()
    session.add(
        ApiKey(
            person_id=grant.person_id,
            role_grant_id=grant.id,
            label="test",
            key_sha256=sha256(key.encode()).hexdigest(),
            hint=key[-4:],
            created_at=NOW,
        )
    )
    return key


@contextmanager
def sessions_on(database_url: str) -> Iterator[sessionmaker[Session]]:
    """Open sessions on a database; its connections are closed at the end."""
    engine = engine_on(database_url)
    yield make_sessions(engine)
    release(engine)


_var_dirs: list[Path] = []


def application_on(sessions: sessionmaker[Session], var_dir: Path) -> Flask:
    """Return the application with these sessions, its clock frozen at `NOW`.

    It is built once in a process, in the first test's `var_dir`; it counts log-ins in memory.
    """
    if not _var_dirs:
        _var_dirs.append(var_dir)
    settings = Settings("development", "s" * 32, _var_dirs[0], clock=NOW)
    return kept_application(create_app, settings, request_sessions(sessions), sessions, guess_window())
