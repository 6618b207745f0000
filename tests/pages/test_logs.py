"""The log: one line of JSON for each answer, with the request's id and without personal data."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from foundation.web.identity import public
from foundation.web.logs import PrivateJsonFormatter, add_request, requests_log
from tests.builders.county import NOW
from wsgi import create_app

TOKEN = "m" * 40
SECRET_NAME = "Salla Salainen"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings("development", "s" * 32, tmp_path, clock=NOW, metrics_token=TOKEN)


@pytest.fixture
def web(session: Session, settings: Settings) -> FlaskClient:
    """A client of an application with one address that fails, and names a person in its error."""
    app = create_app(settings, sessionmaker(session.get_bind(), join_transaction_mode="create_savepoint"))

    @public
    def breaks(name: str) -> str:
        raise RuntimeError(f"cannot pay {name}")

    app.add_url_rule("/breaks/<name>", "breaks", breaks)
    return app.test_client()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the process logs as JSON."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(PrivateJsonFormatter())
    handler.addFilter(add_request)
    level = requests_log.level
    root.addHandler(handler)
    requests_log.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    requests_log.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_each_answer_is_a_line_with_the_id_that_the_reader_gets(web: FlaskClient, log: io.StringIO) -> None:
    answer = web.get(f"/kirjaudu?next=/oma&email={SECRET_NAME}")
    (line,) = lines(log)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["route"], line["status"], line["level"]) == ("GET /kirjaudu", 200, "INFO")
    assert line["milliseconds"] >= 0
    assert "Salla" not in log.getvalue()
    assert web.get("/").headers["X-Request-ID"] != line["request_id"]


def test_an_error_is_logged_by_its_kind_and_place_without_its_words(
    web: FlaskClient, log: io.StringIO
) -> None:
    answer = web.get(f"/breaks/{SECRET_NAME}")
    failed, answered = lines(log)
    assert answer.status_code == answered["status"] == 500
    assert failed["error"][0]["kind"] == "builtins.RuntimeError"
    assert "breaks" in failed["error"][0]["lines"][-1]
    assert failed["route"] == "GET /breaks/<name>"
    assert failed["request_id"] == answered["request_id"]
    assert "Salainen" not in log.getvalue()
    assert answered["request_id"] in answer.text


def test_an_error_of_the_database_is_logged_by_its_state(session: Session) -> None:
    with pytest.raises(DataError) as failed, session.begin_nested():
        session.execute(text("SELECT CAST(:name AS text)::uuid"), {"name": SECRET_NAME})
    facts = PrivateJsonFormatter().formatException((failed.type, failed.value, failed.tb))
    assert facts[0]["sqlstate"] == "22P02"
    assert "Salainen" not in json.dumps(facts)


def test_an_address_that_is_not_there_is_not_written(web: FlaskClient, log: io.StringIO) -> None:
    web.get(f"/asiakas/{SECRET_NAME}")
    assert [(line["route"], line["status"]) for line in lines(log)] == [("GET unknown", 404)]


def test_the_calls_of_a_monitor_are_not_logged(web: FlaskClient, log: io.StringIO) -> None:
    assert web.get("/health/live").headers["X-Request-ID"]
    assert lines(log) == []


def test_metrics_need_their_token(web: FlaskClient, session: Session, settings: Settings) -> None:
    refused = web.get("/metrics")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="metrics"')
    assert web.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 401
    assert "omatori_answers_total" in web.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    closed = replace(settings, environment="production", metrics_token=None)
    app = create_app(closed, sessionmaker(session.get_bind(), join_transaction_mode="create_savepoint"))
    assert app.test_client().get("/metrics", base_url="https://localhost").status_code == 404
