"""Problems, bodies, paging, entity tags and the description of the API."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from foundation.web.state import EXTENSION
from tests.builders.limits import guess_window
from tests.pages import sample
from tests.pages.conftest import KEY

BEARER = {"Authorization": f"Bearer {KEY}"}


def post(web: FlaskClient, body: Any = None, status: int = 422, **options: Any) -> TestResponse:
    headers = {**BEARER, **options.pop("headers", {})}
    answer = (
        web.post("/api/v1/things", json=body, headers=headers, **options)
        if body is not None
        else web.post("/api/v1/things", headers=headers, **options)
    )
    assert answer.status_code == status, answer.text
    return answer


def codes(answer: TestResponse) -> dict[str, str]:
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    return {error["field"]: error["code"] for error in answer.json["errors"]}


def test_a_right_body(web: FlaskClient) -> None:
    sent = {"name": "a", "price": "103.25", "quantity": "1.50", "day": "2026-11-21", "parts": [{"size": 2}]}
    assert post(web, sent, 201).json == sent


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"name": "field_required"}),
        ({"name": None}, {"name": "field_null"}),
        ({"name": "a", "price": 103.25}, {"price": "field_malformed"}),
        ({"name": "a", "price": 103}, {"price": "field_malformed"}),
        ({"name": "a", "price": "103,25"}, {"price": "field_malformed"}),
        ({"name": "a", "price": "0.00"}, {"price": "field_too_small"}),
        ({"name": "a", "quantity": "1.505"}, {"quantity": "field_malformed"}),
        ({"name": "a", "day": "21.11.2026"}, {"day": "field_malformed"}),
        ({"name": "a", "kind": "c"}, {"kind": "field_not_a_choice"}),
        ({"name": ""}, {"name": "field_too_short"}),
        ({"name": "a" * 21}, {"name": "field_too_long"}),
        ({"name": "a\x00"}, {"name": "field_malformed"}),
        ({"name": "a\x1b"}, {"name": "field_malformed"}),
        ({"name": "\ud800"}, {"name": "field_malformed"}),
        ({"name": 1}, {"name": "field_malformed"}),
        ({"name": "a", "other": 1}, {"other": "field_unknown"}),
        (
            {"name": "a", "parts": [{"size": 1}, {"size": "2"}, {}]},
            {"parts.1.size": "field_malformed", "parts.2.size": "field_required"},
        ),
        ({"name": "a", "parts": [{"size": 10}]}, {"parts.0.size": "field_too_large"}),
        ({"name": "a", "parts": 5}, {"parts": "field_malformed"}),
        ({"name": "a", "parts": [7]}, {"parts.0": "field_malformed"}),
    ],
)
def test_every_wrong_field_is_named(web: FlaskClient, body: Any, wrong: dict[str, str]) -> None:
    assert codes(post(web, body)) == wrong
    assert sample.effects == []


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"{'a': 1}", b"\xff\xfe", b'{"name": NaN}', b'{"name": "a", "name": "b"}', b"[" * 200_000],
)
def test_what_is_no_json_is_unreadable(web: FlaskClient, data: bytes) -> None:
    answer = post(web, None, 400, data=data, content_type="application/json")
    assert answer.json is not None
    assert answer.json["code"] == "body_unreadable"


def test_other_refusals_of_a_body(web: FlaskClient) -> None:
    assert post(web, [1]).json["code"] == "body_not_an_object"  # type: ignore[index]
    post(web, None, 415, data=b"a=1", content_type="application/x-www-form-urlencoded")
    post(web, None, 413, data=b'"' + b"a" * 1_100_000 + b'"', content_type="application/json")


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fi", "Pyynnössä on korjattavaa"),
        ("sv", "Något i begäran måste rättas"),
        ("en", "Something in the request must be corrected"),
        ("fi-x-selko", "Korjaa tiedot ja lähetä uudelleen"),
    ],
)
def test_a_problem_is_in_the_readers_language(web: FlaskClient, language: str, title: str) -> None:
    answer = post(web, {}, headers={"Accept-Language": language})
    assert answer.json is not None
    assert answer.json["title"] == title
    assert answer.headers["Content-Language"] == language
    assert {"type", "status", "code", "title", "detail", "errors"} <= answer.json.keys()


def test_who_may(web: FlaskClient) -> None:
    nobody = web.post("/api/v1/things", json={})
    assert nobody.status_code == 401
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    for header in ("Bearer omk_wrong", "Bearer ", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer omk_ä"):
        assert web.post("/api/v1/things", json={}, headers={"Authorization": header}).status_code == 401


def test_a_session_opens_no_api_and_a_key_no_page(web: FlaskClient) -> None:
    assert web.get("/lomake", headers=BEARER).status_code == 302


def test_addresses_and_methods_that_are_not(web: FlaskClient) -> None:
    for path in ("/api/v1/nothing", "/api/nothing", "/api", "/api/v1/things/8"):
        answer = web.get(path)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    wrong = web.delete("/api/v1/things", headers=BEARER)
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["Allow"]


def test_pages_of_a_list(web: FlaskClient) -> None:
    body = web.get("/api/v1/things?page=2&page_size=100", headers=BEARER).json
    assert body is not None
    assert (len(body["items"]), body["page"], body["pages"], body["total"]) == (20, 2, 2, 120)
    for query in ("page=0", "page=x", "page_size=201", "page=99999999999999999999"):
        assert web.get(f"/api/v1/things?{query}", headers=BEARER).status_code == 422


def test_entity_tags(web: FlaskClient) -> None:
    answer = web.get("/api/v1/things/7")
    assert answer.headers["ETag"] == '"3"'
    assert web.get("/api/v1/things/7", headers={"If-None-Match": '"3"'}).status_code == 304
    body = {"name": "b"}
    assert web.patch("/api/v1/things/7", json=body, headers={**BEARER, "If-Match": '"3"'}).status_code == 200
    stale = web.patch("/api/v1/things/7", json=body, headers={**BEARER, "If-Match": '"2"'})
    assert (stale.status_code, stale.json["code"]) == (412, "stale")  # type: ignore[index]
    assert web.patch("/api/v1/things/7", json=body, headers=BEARER).status_code == 200
    assert web.patch("/api/v1/things/8", json=body, headers=BEARER).status_code == 428


def test_guessers_have_to_wait(app: Flask, web: FlaskClient) -> None:
    """They are counted in memory: the test's own transaction would undo what a refused request counts."""
    app.extensions[EXTENSION].guesses = guess_window()
    for number in (1, 2, 3):
        assert web.get(f"/api/v1/things/{number}").status_code == 404
    answer = web.get("/api/v1/things/7")
    assert (answer.status_code, answer.json["code"]) == (429, "too_many_requests")  # type: ignore[index]
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert web.get("/api/v1/things/7", headers=BEARER).status_code == 200  # somebody else, known by key


def test_the_description(web: FlaskClient) -> None:
    document = web.get("/api/openapi.json").json
    assert document is not None
    made = document["paths"]["/api/v1/things"]["post"]
    assert made["x-roles"] == ["worker"]
    assert "application/json" in made["requestBody"]["content"]
    assert [parameter["name"] for parameter in made["parameters"]] == ["Idempotency-Key"]
    assert document["paths"]["/api/v1/things/{thing_id}"]["get"]["security"] == []
    price = document["components"]["schemas"]["Thing"]["properties"]["price"]
    assert price["type"] == "string"
    assert price["pattern"].startswith("^")
    assert "application/problem+json" in document["components"]["responses"]["DEFAULT_ERROR"]["content"]
