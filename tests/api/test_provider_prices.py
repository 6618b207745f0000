"""/my/offerings and /my/prices: dated, edited with ETags, and a past price is locked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.api.provider_desk import ProviderDesk, provider_desk


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[ProviderDesk]:
    with provider_desk(fresh_database, tmp_path) as desk:
        yield desk


def patch(desk: ProviderDesk, path: str, body: Any, **headers: str) -> TestResponse:
    return desk.client.patch(f"/api/v1{path}", json=body, headers=desk.headers(**headers))


def price(desk: ProviderDesk, **fields: Any) -> dict[str, Any]:
    whole = {"offering": desk.offering_id, "time_class": "any", "unit_price": "38.50", "from": "2027-01-01"}
    return {**whole, **fields}


def test_a_new_price_ends_the_former_one(desk: ProviderDesk) -> None:
    answer = desk.post("/my/prices", price(desk))
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    listed = desk.get(f"/my/prices?offering={desk.offering_id}")["items"]
    assert [(one["unit_price"], one["from"], one["to"]) for one in listed] == [
        ("36.00", "2026-01-01", "2026-12-31"),
        ("38.50", "2027-01-01", None),
    ]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"from": "2026-11-20"}, 409, "price_locked"),
        ({"from": "2027-01-05", "to": "2027-01-04"}, 422, "window_backwards"),
        ({"from": "2026-11-21"}, 201, None),
        ({"offering": 999}, 422, "offering_unknown"),
        ({"time_class": "teatime"}, 422, "field_not_a_choice"),
        ({"unit_price": "0.00"}, 422, "field_too_small"),
        ({"unit_price": 38.5}, 422, "field_malformed"),
        ({"unit_price": "38.505"}, 422, "field_malformed"),
        ({"colour": "blue"}, 422, "field_unknown"),
    ],
)
def test_what_may_be_published(
    desk: ProviderDesk, fields: dict[str, Any], status: int, code: str | None
) -> None:
    answer = desk.post("/my/prices", price(desk, **fields))
    assert answer.status_code == status, answer.text
    assert code is None or answer.get_json()["errors"][0]["code"] == code


def test_the_same_first_day_twice_overlaps(desk: ProviderDesk) -> None:
    desk.post("/my/prices", price(desk))
    again = desk.post("/my/prices", price(desk, unit_price="39.00"))
    assert (again.status_code, again.get_json()["code"]) == (409, "price_overlaps")


def test_a_price_to_come_may_change_and_one_that_has_begun_only_end(desk: ProviderDesk) -> None:
    first = desk.get("/my/prices")["items"][0]["id"]
    coming = desk.post("/my/prices", price(desk)).get_json()["id"]
    changed = patch(desk, f"/my/prices/{coming}", {"unit_price": "39.00"}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.get_json()["unit_price"], changed.headers["ETag"]) == (
        200,
        "39.00",
        '"2"',
    )
    assert (
        patch(desk, f"/my/prices/{coming}", {"unit_price": "40.00"}, **{"If-Match": '"1"'}).status_code == 412
    )
    locked = patch(desk, f"/my/prices/{first}", {"unit_price": "35.00"})
    assert (locked.status_code, locked.get_json()["code"]) == (409, "price_locked")
    assert patch(desk, f"/my/prices/{first}", {"to": "2026-12-24"}).get_json()["to"] == "2026-12-24"
    assert patch(desk, f"/my/prices/{first}", {"to": "2026-11-19"}).status_code == 409


def test_an_offering_is_added_read_and_edited(desk: ProviderDesk) -> None:
    added = desk.post("/my/offerings", {"county": "12", "service": "HOME_CARE", "languages": ["fi", "sv"]})
    body = added.get_json()
    assert (added.status_code, body["unit"], body["languages"], body["prices"]) == (
        201,
        "hour",
        ["fi", "sv"],
        [],
    )
    path = f"/my/offerings/{body['id']}"
    unchanged = desk.client.get(
        f"/api/v1{path}", headers=desk.headers(**{"If-None-Match": added.headers["ETag"]})
    )
    assert unchanged.status_code == 304
    edited = patch(desk, path, {"title": "Home care with heart"}, **{"If-Match": added.headers["ETag"]})
    assert (edited.status_code, edited.get_json()["title"]) == (200, "Home care with heart")
    assert patch(desk, path, {"title": "x"}, **{"If-Match": added.headers["ETag"]}).status_code == 412
    assert desk.get("/my/offerings")["total"] == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"county": "12", "service": "GARDENING"}, "service_unknown"),
        ({"county": "99", "service": "HOME_CARE"}, "service_unknown"),
        ({"county": "12"}, "field_required"),
        ({"county": "12", "service": "HOME_CARE", "unit": "visit"}, "field_unknown"),
        ({"county": "12", "service": "HOME_CARE", "cancel_share_percent": 101}, "field_too_large"),
        ({"county": "12", "service": "HOME_CARE", "title": ""}, "field_too_short"),
    ],
)
def test_a_wrong_offering_names_its_field(desk: ProviderDesk, body: dict[str, Any], code: str) -> None:
    answer = desk.post("/my/offerings", body)
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, code)


def test_another_provider_sees_and_changes_nothing(desk: ProviderDesk) -> None:
    key, first = desk.stranger_key, desk.get("/my/prices")["items"][0]["id"]
    assert desk.get("/my/offerings", key=key)["total"] == 0
    for path in (f"/my/offerings/{desk.offering_id}", f"/my/prices/{first}"):
        assert desk.get(path, status=404, key=key) == desk.get("/my/prices/999", status=404, key=key)
        headers = desk.headers(Authorization=f"Bearer {key}")
        assert desk.client.patch(f"/api/v1{path}", data="{", headers=headers).status_code == 404
    assert desk.post("/my/prices", price(desk), key=key).get_json()["errors"][0]["code"] == "offering_unknown"
