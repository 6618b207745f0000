"""/my/offerings and /my/prices: dated, edited with ETags, and a past price is locked."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.builders.provider_api import ProviderApi


def patch(provider_api: ProviderApi, path: str, body: Any, **headers: str) -> TestResponse:
    return provider_api.web.patch(f"/api/v1{path}", json=body, headers=provider_api.headers(**headers))


def price(provider_api: ProviderApi, **fields: Any) -> dict[str, Any]:
    whole = {
        "offering": provider_api.offering_id,
        "time_class": "any",
        "unit_price": "38.50",
        "from": "2027-01-01",
    }
    return {**whole, **fields}


@pytest.fixture(autouse=True)
def as_owner(provider_api: ProviderApi) -> None:
    """Send requests with the owner's key."""
    provider_api.own_key = provider_api.owner_key


def test_a_biller_reads_prices_and_changes_none(provider_api: ProviderApi) -> None:
    """The key of the company's biller is `omk_biller`."""
    first = provider_api.read("/my/prices", key="omk_biller")["items"][0]["id"]
    assert provider_api.post("/my/prices", price(provider_api), key="omk_biller").status_code == 403
    headers = provider_api.headers("omk_biller")
    changed = provider_api.web.patch(f"/api/v1/my/prices/{first}", json={"to": "2026-12-24"}, headers=headers)
    assert changed.status_code == 403
    assert provider_api.post("/charges", provider_api.charge(), key="omk_biller").status_code == 201


def test_a_new_price_ends_the_former_one(provider_api: ProviderApi) -> None:
    answer = provider_api.post("/my/prices", price(provider_api))
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    listed = provider_api.read(f"/my/prices?offering={provider_api.offering_id}")["items"]
    assert [(price["unit_price"], price["from"], price["to"]) for price in listed] == [
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
    provider_api: ProviderApi, fields: dict[str, Any], status: int, code: str | None
) -> None:
    answer = provider_api.post("/my/prices", price(provider_api, **fields))
    assert answer.status_code == status, answer.text
    assert code is None or answer.get_json()["errors"][0]["code"] == code


def test_the_same_first_day_twice_overlaps(provider_api: ProviderApi) -> None:
    provider_api.post("/my/prices", price(provider_api))
    again = provider_api.post("/my/prices", price(provider_api, unit_price="39.00"))
    assert (again.status_code, again.get_json()["code"]) == (409, "price_overlaps")


def test_a_future_price_may_change_and_a_current_price_may_only_end(provider_api: ProviderApi) -> None:
    first = provider_api.read("/my/prices")["items"][0]["id"]
    coming = provider_api.post("/my/prices", price(provider_api)).get_json()["id"]
    changed = patch(provider_api, f"/my/prices/{coming}", {"unit_price": "39.00"}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.get_json()["unit_price"], changed.headers["ETag"]) == (
        200,
        "39.00",
        '"2"',
    )
    assert (
        patch(
            provider_api, f"/my/prices/{coming}", {"unit_price": "40.00"}, **{"If-Match": '"1"'}
        ).status_code
        == 412
    )
    locked = patch(provider_api, f"/my/prices/{first}", {"unit_price": "35.00"})
    assert (locked.status_code, locked.get_json()["code"]) == (409, "price_locked")
    assert patch(provider_api, f"/my/prices/{first}", {"to": "2026-12-24"}).get_json()["to"] == "2026-12-24"
    assert patch(provider_api, f"/my/prices/{first}", {"to": "2026-11-19"}).status_code == 409


def test_an_offering_is_added_read_and_edited(provider_api: ProviderApi) -> None:
    added = provider_api.post(
        "/my/offerings", {"county": "12", "service": "HOME_CARE", "languages": ["fi", "sv"]}
    )
    body = added.get_json()
    assert (added.status_code, body["unit"], body["languages"], body["prices"]) == (
        201,
        "hour",
        ["fi", "sv"],
        [],
    )
    path = f"/my/offerings/{body['id']}"
    unchanged = provider_api.web.get(
        f"/api/v1{path}", headers=provider_api.headers(**{"If-None-Match": added.headers["ETag"]})
    )
    assert unchanged.status_code == 304
    edited = patch(
        provider_api, path, {"title": "Home care with heart"}, **{"If-Match": added.headers["ETag"]}
    )
    assert (edited.status_code, edited.get_json()["title"]) == (200, "Home care with heart")
    assert patch(provider_api, path, {"title": "x"}, **{"If-Match": added.headers["ETag"]}).status_code == 412
    assert provider_api.read("/my/offerings")["total"] == 2


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
def test_a_wrong_offering_names_its_field(provider_api: ProviderApi, body: dict[str, Any], code: str) -> None:
    answer = provider_api.post("/my/offerings", body)
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, code)


def test_another_provider_sees_and_changes_nothing(provider_api: ProviderApi) -> None:
    key, first = provider_api.stranger_key, provider_api.read("/my/prices")["items"][0]["id"]
    assert provider_api.read("/my/offerings", key=key)["total"] == 0
    for path in (f"/my/offerings/{provider_api.offering_id}", f"/my/prices/{first}"):
        assert provider_api.read(path, status=404, key=key) == provider_api.read(
            "/my/prices/999", status=404, key=key
        )
        headers = provider_api.headers(Authorization=f"Bearer {key}")
        assert provider_api.web.patch(f"/api/v1{path}", data="{", headers=headers).status_code == 404
    assert (
        provider_api.post("/my/prices", price(provider_api), key=key).get_json()["errors"][0]["code"]
        == "offering_unknown"
    )
