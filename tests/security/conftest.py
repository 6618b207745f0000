"""The application on the small world, and browsers of its people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.people import ApiKey
from foundation.vocabulary.roles import Role
from foundation.web.identity.sessions import store_session
from tests.builders.api import application_on, sessions_on
from tests.builders.county import NOW
from tests.builders.seeded_world import SeededWorld, seeded_world
from tests.scratch_database import ScratchServer

CONVERTER = re.compile("<[^:>]+:")
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@dataclass(frozen=True)
class SmallWorld:
    """The application on a seeded world. What a test changes, the next one of the module sees."""

    app: Flask
    world: SeededWorld
    sessions: sessionmaker[Session]

    def headers(self, role: str, **fields: str) -> dict[str, str]:
        """Return the headers with the key of the first person of a role."""
        return {"Authorization": f"Bearer {self.world.api_key(role, **fields)}"}

    def browser(self, role: Role | None, now: datetime = NOW, **fields: str) -> FlaskClient:
        """Return the browser of the first person of a role, logged in; of a visitor without a role."""
        return self.browser_by_key(None if role is None else self.world.api_key(role, **fields), now)

    def browser_by_key(self, key: str | None, now: datetime = NOW) -> FlaskClient:
        """Return the browser of the person who has this API key, logged in."""
        web = self.app.test_client()
        if key is not None:
            with self.sessions.begin() as session:
                digest = sha256(key.encode()).hexdigest()
                holder = session.scalars(select(ApiKey).where(ApiKey.key_sha256 == digest)).one()
                token = store_session(session, holder.person_id, holder.role_grant_id, now)
            with web.session_transaction() as cookie:
                cookie.update({"person": holder.person_id, "token": token})
        return web

    def pages(self) -> set[str]:
        """Return every route outside the API: `GET /tarjonta/<offering_id>`."""
        return {
            f"{method} {CONVERTER.sub('<', rule.rule)}"
            for rule in self.app.url_map.iter_rules()
            if not rule.rule.startswith("/api/v1/")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }


def token_of(web: FlaskClient) -> str:
    """Return a CSRF token that this browser's forms carry."""
    found = TOKEN.search(web.get("/asetukset").get_data(as_text=True))
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def small_world(
    scratch_server: ScratchServer, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallWorld]:
    """The small world and the application on it."""
    var_dir = tmp_path_factory.mktemp("var")
    with (
        seeded_world(scratch_server, "small", f"small_{worker_name}_{var_dir.name}") as world,
        sessions_on(world.database_url) as sessions,
    ):
        yield SmallWorld(application_on(sessions, var_dir), world, sessions)
