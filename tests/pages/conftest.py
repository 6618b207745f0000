"""The shell with the sample face on it, and a client for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from foundation.database.tables.people import ApiKey, Person, RoleGrant
from foundation.vocabulary.roles import Role
from foundation.web.api.openapi import make_api
from foundation.web.application import make_application
from foundation.web.identity.limit_window import DatabaseWindow
from foundation.web.state import shell
from tests.builders import NOW, a_county, a_person
from tests.builders.fake_issuer import FakeIssuer, fake_issuer
from tests.builders.kept_applications import kept_application
from tests.builders.passwords import hashed
from tests.builders.row_security import request_sessions
from tests.pages import sample
from tests.pages.strict import StrictClient, strict_client

KEY = "omk_sample-key-of-the-worker"
PASSWORD = "salasana salasana"


@pytest.fixture
def sessions(engine: Engine) -> Iterator[sessionmaker[Session]]:
    """Sessions whose commits are savepoints of one transaction, rolled back after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        outer.rollback()


@pytest.fixture(scope="session")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the prepared static files lie, the same for all tests."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def app(sessions: sessionmaker[Session], var_dir: Path) -> Flask:
    """The shell, in development, with a worker and an auditor of one county."""
    with sessions.begin() as session:
        county = a_county(session)
        for role, name in ((Role.WORKER, "Maija Mäkinen"), (Role.AUDITOR, "Tarja Tarkka")):
            actor = a_person(session, role, name=name, county_id=county.id)
            person = session.get_one(Person, actor.person_id)
            person.is_demo, person.about, person.email = True, "Esittelyhenkilö.", f"{role}@example.test"
        _make_worker(session)
    return kept_shell(Settings("development", "s" * 32, var_dir, clock=NOW), sessions)


def _make_worker(session: Session) -> None:
    worker = session.query(Person).filter_by(email="worker@example.test").one()
    worker.password_hash = hashed(PASSWORD)
    grant = session.query(RoleGrant).filter_by(person_id=worker.id).one()
    digest = sha256(KEY.encode()).hexdigest()
    key = ApiKey(
        person_id=worker.id, role_grant_id=grant.id, label="x", key_sha256=digest, hint="…", created_at=NOW
    )
    session.add(key)


def build_app(settings: Settings, sessions: sessionmaker[Session]) -> Flask:
    """The shell with the sample face."""
    sample.effects.clear()
    app = make_application(settings, request_sessions(sessions), sessions)
    api = make_api(app)
    app.register_blueprint(sample.pages)
    api.register_blueprint(sample.api)
    with app.app_context():
        shell().navigation.extend(sample.navigation)
    return app


def kept_shell(settings: Settings, sessions: sessionmaker[Session]) -> Flask:
    """The shell with the sample face, built once in a process for these settings."""
    sample.effects.clear()
    return kept_application(build_app, settings, request_sessions(sessions), sessions, DatabaseWindow())


@pytest.fixture
def client(app: Flask) -> StrictClient:
    """A strict reader."""
    return strict_client(app)


@pytest.fixture
def web(app: Flask) -> FlaskClient:
    """Flask's own client, for the API."""
    return app.test_client()


@pytest.fixture
def log_in(client: StrictClient) -> Callable[[str], None]:
    """Log in as a demo person by name."""

    def as_person(name: str) -> None:
        page = client.page("/kirjaudu")
        buttons = [form for form in page.root.xpath("//main//form") if name in form.text_content()]
        button = buttons[0].xpath(".//button")[0]
        data = {**dict(buttons[0].form_values()), "role_grant": button.get("value")}
        assert client.web.post("/kirjaudu", data=data).status_code == 303

    return as_person


@pytest.fixture
def issuer() -> Iterator[FakeIssuer]:
    """A county's directory, or a broker."""
    with fake_issuer() as issuer:
        yield issuer


@pytest.fixture
def reader(app: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer) -> StrictClient:
    """The browser of a visitor of a shell that uses the issuer as its directory, which knows the worker."""
    from tests.pages.openid_reader import reader_with

    return reader_with(app, sessions, issuer)
