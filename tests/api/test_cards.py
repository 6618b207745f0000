"""Cards by the API: one card in force for a client, and the vouchers that a provider finds by it."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from foundation.database.tables.cards import Card
from foundation.database.tables.clients import Client
from tests.builders.api import ApiSession
from tests.builders.client_api import BILLER, HELPER, STRANGER, WATCHER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.builders.mandates import limit_helpers


def number_of(api: ClientApi) -> str:
    return api.session.get_one(Client, api.client_id).number


def as_key(api: ClientApi, key: str) -> ApiSession:
    return ApiSession(api.web, api.session, key)


def a_card(api: ClientApi) -> dict[str, str]:
    answer = api.post("/me/cards", {"client": number_of(api)})
    assert answer.status_code == 201, answer.get_json()
    card: dict[str, str] = answer.get_json()
    return card


def look_up(api: ClientApi, reference: str) -> tuple[int, dict[str, object]]:
    answer = as_key(api, BILLER).post("/cards/lookup", {"reference": reference})
    return answer.status_code, answer.get_json()


def cancel(api: ApiSession, card: dict[str, str]) -> int:
    return api.web.delete(f"/api/v1/me/cards/{card['id']}", headers=api.headers()).status_code


def choose(api: ClientApi) -> None:
    sent = {"offering": api.near, "starts_on": TODAY.isoformat(), "quantity_per_week": "1"}
    assert api.post(f"/fundings/{api.voucher}/choices", sent).status_code == 201


def test_the_chosen_provider_finds_the_vouchers(client_api: ClientApi) -> None:
    choose(client_api)
    card = a_card(client_api)
    status, found = look_up(client_api, card["reference"].lower())
    assert status == 200
    assert found == {
        "client": number_of(client_api),
        "name": "Aino Asiakas",
        "vouchers": [
            {
                "voucher": client_api.voucher,
                "services": ["PERSONAL_ASSISTANCE"],
                "first_day": "2026-01-01",
                "last_day": "2026-12-31",
            }
        ],
    }


def test_a_card_of_a_client_who_has_not_chosen_is_as_unknown_as_any(client_api: ClientApi) -> None:
    card = a_card(client_api)
    assert look_up(client_api, card["reference"]) == look_up(client_api, "K-0000-0000-0000-0000")
    assert look_up(client_api, "nothing")[0] == 404


def test_one_card_is_in_force(client_api: ClientApi) -> None:
    choose(client_api)
    first, second = a_card(client_api), a_card(client_api)
    assert [card["id"] for card in client_api.read("/me/cards")["items"]] == [second["id"]]
    assert look_up(client_api, first["reference"])[0] == 404
    assert look_up(client_api, second["reference"])[0] == 200
    assert cancel(client_api, second) == 204
    assert look_up(client_api, second["reference"])[0] == 404
    assert cancel(client_api, second) == 404


def test_a_helper_needs_the_right_to_choose(client_api: ClientApi) -> None:
    sent = {"client": number_of(client_api)}
    assert as_key(client_api, WATCHER).post("/me/cards", sent).status_code == 403
    assert as_key(client_api, HELPER).post("/me/cards", sent).status_code == 201


def test_a_helper_without_the_right_to_choose_does_not_cancel_it(client_api: ClientApi) -> None:
    card = a_card(client_api)
    assert cancel(as_key(client_api, WATCHER), card) == 403
    assert cancel(as_key(client_api, HELPER), card) == 204


def test_a_helper_for_some_vouchers_neither_sees_makes_nor_cancels_it(client_api: ClientApi) -> None:
    card, helper = a_card(client_api), as_key(client_api, HELPER)
    limit_helpers(client_api)
    assert helper.read("/me/cards")["items"] == []
    assert helper.post("/me/cards", {"client": number_of(client_api)}).status_code == 403
    assert cancel(helper, card) == 404
    assert [kept["id"] for kept in client_api.read("/me/cards")["items"]] == [card["id"]]


def test_another_client_neither_makes_nor_cancels_it(client_api: ClientApi) -> None:
    card, stranger = a_card(client_api), as_key(client_api, STRANGER)
    assert stranger.post("/me/cards", {"client": number_of(client_api)}).status_code == 422
    assert cancel(stranger, card) == 404
    assert stranger.read("/me/cards")["items"] == []


def test_the_database_refuses_a_second_card_in_force(client_api: ClientApi) -> None:
    a_card(client_api)
    first = client_api.session.query(Card).one()
    values = {name: getattr(first, name) for name in ("county_id", "client_id", "first_day", "last_day")}
    client_api.session.add(Card(**values, reference="0" * 16, issued_at=NOW))
    with pytest.raises(IntegrityError, match="ux_card_in_force"):
        client_api.session.flush()
    client_api.session.rollback()
