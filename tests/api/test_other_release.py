"""A program and a database of two releases: nothing is read or written, and it says so."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from foundation.database.migrate import downgrade, upgrade
from foundation.database.release import newest_revision
from foundation.database.session import APPLICATION_ROLE, IDLE_SECONDS, make_engine, make_sessions
from tests.builders.api import application_on


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    """The engine of a running program, with a connection in its pool."""
    engine = make_engine(fresh_database, role=APPLICATION_ROLE)
    engine.connect().close()
    yield engine
    engine.dispose()


@pytest.fixture
def web(engine: Engine, tmp_path: Path) -> FlaskClient:
    return application_on(make_sessions(engine), tmp_path).test_client()


def move(url: str, revision: str) -> None:
    """Let the database be at a revision, whatever its tables."""
    owner = make_engine(url)
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    owner.dispose()
    sleep(IDLE_SECONDS + 0.05)  # a connection that was used this recently is not checked


def test_a_pooled_connection_is_not_used_on_tables_of_another_release(
    engine: Engine, fresh_database: str
) -> None:
    move(fresh_database, "0013")
    for _ in ("pooled", "new"):
        with pytest.raises(OperationalError, match=r"at 0013.*Run: omatori db upgrade"):
            engine.connect()
        engine.dispose()
    move(fresh_database, newest_revision())
    engine.connect().close()


def test_a_database_without_tables_is_one_of_another_release(fresh_database: str) -> None:
    downgrade(fresh_database, "base")
    engine = make_engine(fresh_database, role=APPLICATION_ROLE)
    with pytest.raises(OperationalError, match="empty or of an earlier release"):
        engine.connect()
    engine.dispose()
    upgrade(fresh_database)


def test_monitoring_hears_which_release_the_database_is_of(web: FlaskClient, fresh_database: str) -> None:
    assert web.get("/health/ready").status_code == 200
    move(fresh_database, "9999")
    answer = web.get("/health/ready")
    assert answer.status_code == 503
    found = dict(answer.get_json())
    assert "A later release has upgraded the database" in found.pop("advice")
    assert found == {
        "status": "waiting",
        "database": "other_release",
        "database_at": "9999",
        "program_at": newest_revision(),
    }


def test_people_and_programs_are_asked_to_wait(web: FlaskClient, fresh_database: str) -> None:
    move(fresh_database, "9999")
    page = web.get("/etsi/tulokset", headers={"Accept-Language": "en"})
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert "The service is being updated" in page.text
    answer = web.get("/api/v1/services")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "being_updated")
    assert answer.headers["Retry-After"] == "60"
