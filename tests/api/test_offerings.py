"""GET /offerings and its kin: what is public, my price beside, filters, order, others' vouchers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.api import NO_KEY
from tests.builders.client_api import BILLER, CLIENT, FAR_WORKER, STRANGER, WORKER, ClientApi

MIKKELI = "near=61.69,27.28"


def ids(body: dict[str, Any]) -> list[int]:
    """The offerings' ids in their order."""
    return [item["id"] for item in body["items"]]


def test_a_visitor_sees_approved_offerings_without_a_price_of_their_own(client_api: ClientApi) -> None:
    body = client_api.read("/offerings", key=NO_KEY)
    assert ids(body) == [client_api.cheap, client_api.near, client_api.dear]
    assert (body["total"], body["items"][1]["unit_price"]) == (3, "36.00")
    assert "you_pay" not in body["items"][0]


def test_with_a_voucher_each_offering_has_the_clients_price(client_api: ClientApi) -> None:
    body = client_api.read(f"/offerings?voucher={client_api.voucher}&sort=own_share")
    assert ids(body) == [client_api.cheap, client_api.near, client_api.dear]
    near = body["items"][1]
    assert (near["you_pay"], near["county_pays"], near["units_money_gives"]) == ("6.00", "30.00", "33.33")
    assert (near["eligible"], near["reasons"]) == (True, [])
    assert body["items"][0]["you_pay"] == "0.00"


def test_a_hole_in_the_countys_table_is_no_share_and_a_reason(client_api: ClientApi) -> None:
    client_api.pay_by_class(evening=3000)
    body = client_api.read(f"/offerings?voucher={client_api.voucher}&sort=own_share")
    assert ids(body) == [client_api.cheap, client_api.near, client_api.dear]
    near = body["items"][1]
    assert (near["unit_price"], near["you_pay"], near["county_pays"]) == ("36.00", None, None)
    assert (near["eligible"], near["units_money_gives"]) == (True, None)
    assert [reason["code"] for reason in near["reasons"]] == ["no_time_class"]


def test_a_price_for_evenings_is_shared_by_the_value_of_evenings(client_api: ClientApi) -> None:
    client_api.pay_by_class(weekday=2000, evening=4400)
    client_api.price_by_class(client_api.dear, "evening", 4500)
    body = client_api.read(f"/offerings?voucher={client_api.voucher}&sort=own_share")
    shares = [(item["id"], item["you_pay"], item["county_pays"]) for item in body["items"]]
    assert shares == [
        (client_api.dear, "1.00", "44.00"),
        (client_api.cheap, "8.00", "20.00"),
        (client_api.near, "16.00", "20.00"),
    ]


@pytest.mark.parametrize(
    ("key", "status"),
    [(NO_KEY, 401), ("omk_unknown", 401), (STRANGER, 404), (BILLER, 404), (FAR_WORKER, 404)],
)
def test_a_voucher_of_somebody_else_is_not_there(client_api: ClientApi, key: str, status: int) -> None:
    client_api.read(f"/offerings?voucher={client_api.voucher}", key=key, status=status)


def test_the_countys_worker_may_ask_for_the_client(client_api: ClientApi) -> None:
    assert client_api.read(f"/offerings?voucher={client_api.voucher.lower()}", key=WORKER)["total"] == 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=kaisla", ["near"]),
        ("q=apu", ["cheap", "near", "dear"]),
        ("q=kotiapu%20home", ["near"]),
        ("service=PERSONAL_ASSISTANCE&max_price=36.00", ["cheap", "near"]),
        ("service=HOME_CARE", []),
        (f"{MIKKELI}&within_km=10", ["near", "dear"]),
        (f"{MIKKELI}&within_km=10&sort=distance", ["near", "dear"]),
        (f"{MIKKELI}&sort=distance", ["near", "dear", "cheap"]),
        ("language=sv", ["dear"]),
        ("remote=true", []),
        ("municipality=491", ["cheap", "near", "dear"]),
        ("municipality=913", []),
        ("free_within_days=0", ["dear"]),
        ("free_within_days=10", ["near", "dear"]),
        ("sort=soonest", ["dear", "near", "cheap"]),
        ("access=step_free", ["dear"]),
        ("page=2&page_size=2", ["dear"]),
        ("q=%27%3B%20%26%20%7C%20%21", ["cheap", "near", "dear"]),
    ],
)
def test_filters_and_order(client_api: ClientApi, query: str, expected: list[str]) -> None:
    assert ids(client_api.read(f"/offerings?{query}", key=NO_KEY)) == [
        getattr(client_api, name) for name in expected
    ]


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("near=here", "near", "field_malformed"),
        ("near=91,0", "near", "field_malformed"),
        ("within_km=-1", "within_km", "field_too_small"),
        ("max_price=1,5", "max_price", "field_malformed"),
        ("sort=best", "sort", "field_malformed"),
        ("colour=red", "colour", "field_unknown"),
    ],
)
def test_a_wrong_condition_is_named(client_api: ClientApi, query: str, field: str, code: str) -> None:
    errors = client_api.read(f"/offerings?{query}", key=NO_KEY, status=422)["errors"]
    assert [(error["field"], error["code"]) for error in errors] == [(field, code)]


def test_an_offering_has_its_dated_prices_and_the_clients_price(client_api: ClientApi) -> None:
    body = client_api.read(f"/offerings/{client_api.near}?voucher={client_api.voucher}")
    assert body["prices"] == [{"time_class": "any", "unit_price": "36.00", "from": "2026-01-01", "to": None}]
    assert (body["you_pay"], body["provider"]) == ("6.00", "1234567-1")
    assert "you_pay" not in client_api.read(f"/offerings/{client_api.near}", key=NO_KEY)
    client_api.read("/offerings/999999", key=NO_KEY, status=404)


def test_a_provider_lists_its_offerings(client_api: ClientApi) -> None:
    body = client_api.read("/providers/1234567-1", key=NO_KEY)
    assert (body["name"], [item["id"] for item in body["offerings"]]) == (
        "Kotiapu Kaisla Oy",
        [client_api.near],
    )
    client_api.read("/providers/0000000-0", key=NO_KEY, status=404)
    client_api.read("/providers/nobody", key=NO_KEY, status=404)


def test_the_catalogue_is_public(client_api: ClientApi) -> None:
    services = client_api.read("/services", key=NO_KEY)["items"]
    assert {"PERSONAL_ASSISTANCE", "SPORT"} <= {item["code"] for item in services}
    assert client_api.read("/municipalities?page_size=1", key=CLIENT)["total"] == 2
