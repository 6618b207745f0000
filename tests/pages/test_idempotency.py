"""The same request again: one effect, the same answer."""

import io
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import DeadlockDetected
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from clearing.upkeep.write.idempotency import delete_old_keys
from foundation.database.tables.idempotency import IdempotencyKey
from foundation.database.tables.people import Person
from foundation.web.api.idempotency import body_sha256
from tests.builders import NOW
from tests.pages import sample
from tests.pages.conftest import KEY

BEARER = {"Authorization": f"Bearer {KEY}"}


def post(web: FlaskClient, key: str, name: str = "a", path: str = "/api/v1/things") -> Any:
    return web.post(path, json={"name": name}, headers={**BEARER, "Idempotency-Key": key})


def test_one_effect_and_the_same_answer(web: FlaskClient) -> None:
    first, second = post(web, "k1"), post(web, "k1")
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert first.content_type == second.content_type
    assert second.headers["Idempotent-Replay"] == "true"
    assert sample.effects == ["a"]


def test_a_refusal_that_was_kept_is_kept(web: FlaskClient) -> None:
    first, second = post(web, "k1", "refused"), post(web, "k1", "refused")
    assert first.status_code == second.status_code == 422
    assert first.data == second.data
    assert sample.effects == ["refused"]


def test_another_request_under_the_same_key_is_refused(web: FlaskClient) -> None:
    post(web, "k1")
    for answer in (post(web, "k1", "b"), post(web, "k1", "a", "/api/v1/things?check=true")):
        assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")
    assert sample.effects == ["a"]


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "a" * 256])
def test_malformed_keys(web: FlaskClient, key: str) -> None:
    answer = post(web, key)
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_malformed")


def test_a_key_that_another_request_holds(
    web: FlaskClient, engine: Engine, sessions: sessionmaker[Session]
) -> None:
    with sessions() as session:
        owner = session.scalars(select(Person.id).where(Person.email == "worker@example.test")).one()
    with engine.connect() as other:
        taken = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, :owner))")
        other.execute(taken, {"key": "k1", "owner": owner})
        answer = post(web, "k1")
        assert (answer.status_code, answer.json["code"]) == (409, "idempotency_key_running")
        other.rollback()
    assert post(web, "k1").status_code == 201


def test_an_answer_is_kept_a_day(web: FlaskClient, sessions: sessionmaker[Session]) -> None:
    post(web, "k1")
    with sessions.begin() as session:
        session.execute(update(IdempotencyKey).values(created_at=NOW - timedelta(hours=24, seconds=1)))
    assert post(web, "k1", "b").status_code == 201
    assert sample.effects == ["a", "b"]


def test_old_answers_are_forgotten(web: FlaskClient, sessions: sessionmaker[Session]) -> None:
    post(web, "k1")
    with sessions.begin() as session:
        delete_old_keys(session, now=NOW + timedelta(hours=25))
        assert session.scalars(select(IdempotencyKey)).all() == []


@pytest.mark.parametrize("is_plain", [False, True])
def test_the_view_runs_again_after_a_deadlock(web: FlaskClient, is_plain: bool) -> None:
    def fail() -> None:
        deadlock = DeadlockDetected()
        raise deadlock if is_plain else OperationalError("x", None, deadlock)

    sample.failures.append(fail)
    assert post(web, "k1").status_code == 201
    assert sample.effects == ["a", "a"]


LOST = psycopg.InternalError("received 2 results from command 'COMMIT'")
STANDBY = psycopg.errors.ReadOnlySqlTransaction()


@pytest.mark.parametrize("error", [LOST, STANDBY], ids=["lost_in_commit", "standby"])
@pytest.mark.parametrize("is_plain", [False, True])
def test_a_database_that_fails_over_is_answered_503(
    web: FlaskClient, error: psycopg.InternalError, is_plain: bool
) -> None:
    def fail() -> None:
        raise error if is_plain else InternalError("x", None, error)

    sample.failures.append(fail)
    answer = post(web, "k1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert post(web, "k1").status_code == 201


def test_parts_count_and_their_boundary_does_not(app: Flask) -> None:
    digests = set()
    for content in (b"1", b"1", b"2"):
        with app.test_request_context(
            "/", method="POST", data={"a": "x", "file": (io.BytesIO(content), "f.csv")}
        ):
            digests.add(body_sha256())
    assert len(digests) == 2
