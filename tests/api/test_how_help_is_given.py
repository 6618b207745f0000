"""Ways of communication and home visits: a provider states them by API, and clients search by them."""

from __future__ import annotations

import pytest

from tests.builders.api import NO_KEY
from tests.builders.client_api import ClientApi
from tests.builders.provider_api import ProviderApi

WAYS = ["pictures", "plain_language"]


def test_a_provider_states_how_it_helps(provider_api: ProviderApi) -> None:
    path = f"/my/offerings/{provider_api.offering_id}"
    before = provider_api.get(path)
    assert (before.get_json()["communication"], before.get_json()["home_visits"]) == ([], None)
    body = {"communication": WAYS, "home_visits": True}
    answer = provider_api.send("PATCH", path, body, **{"If-Match": before.headers["ETag"]})
    assert answer.status_code == 200
    public = provider_api.read(f"/offerings/{provider_api.offering_id}", key=NO_KEY)
    assert (public["communication"], public["home_visits"]) == (WAYS, True)


def test_a_way_that_does_not_exist_is_refused(provider_api: ProviderApi) -> None:
    body = {"county": "12", "service": "HOME_CARE", "communication": ["telepathy"]}
    answer = provider_api.post("/my/offerings", body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"].startswith("communication")


def test_clients_search_by_them(client_api: ClientApi) -> None:
    near, dear = client_api.offering(client_api.near), client_api.offering(client_api.dear)
    near.communication, near.home_visits = WAYS, True
    dear.communication, dear.home_visits = ["pictures"], False
    client_api.session.commit()
    for query, found in (
        ("communication=pictures", [client_api.near, client_api.dear]),
        ("communication=plain_language,pictures", [client_api.near]),
        ("home_visits=true", [client_api.near]),
        ("home_visits=false", [client_api.dear]),
    ):
        items = client_api.read(f"/offerings?{query}", key=NO_KEY)["items"]
        assert [item["id"] for item in items] == found, query


@pytest.mark.parametrize("query", ["communication=telepathy", "home_visits=maybe"])
def test_a_search_by_what_does_not_exist_is_refused(client_api: ClientApi, query: str) -> None:
    client_api.read(f"/offerings?{query}", key=NO_KEY, status=422)
