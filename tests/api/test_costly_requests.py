"""Requests that ask for much with little: refused early, and answered in few words."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from foundation.database.tables.providers import Provider
from provider_portal.load.file_work import MOST_WAITING
from tests.api.test_charge_files import row, table
from tests.builders.api import NO_KEY
from tests.builders.client_api import ClientApi
from tests.builders.provider_api import ProviderApi

LATER = "respond-async"


@pytest.mark.parametrize("depth", [101, 900, 963, 966, 969, 1_100, 5_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_json_that_is_nested_deeply_is_unreadable(
    provider_api: ProviderApi, depth: int, opening: str, closing: str
) -> None:
    inner = "0" if opening != "[" else ""
    body = '{"note": ' + opening * depth + inner + closing * depth + "}"
    headers = provider_api.headers(provider_api.owner_key) | {"Content-Type": "application/json"}
    for path in ("/api/v1/charges", "/api/v1/my/prices"):
        answer = provider_api.web.post(path, data=body, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (400, "body_unreadable")


def test_many_unknown_fields_are_few_reasons_with_the_count_of_the_rest(provider_api: ProviderApi) -> None:
    names = {f"x{number:05}" + "y" * 200: 1 for number in range(3_000)}
    answer = provider_api.post("/charges?check=true", provider_api.charge() | names)
    reasons = [reason for reason in answer.get_json()["reasons"] if reason["code"] == "field_unknown"]
    assert len(reasons) == 20
    assert "(+2980)" in reasons[-1]["detail"]
    assert len(answer.data) < 30_000


def test_an_answer_has_few_reasons_and_the_count_of_the_rest(provider_api: ProviderApi) -> None:
    bad = {"quantity": "x", "service_day": "x", "unit_price": "x"}
    rows = (row(provider_api, number, **bad) for number in range(700))
    body = provider_api.send_file(table(*rows)).get_json()
    page = provider_api.get(f"/charge-files/{body['id']}?page=350&page_size=2").get_json()
    assert sum(len(result["reasons"]) for result in body["results"]) == 666 * 3 + 2 + 33
    assert [result["reasons_left_out"] for result in body["results"][665:668]] == [0, 1, 2]
    assert body["reasons_left_out"] == 1 + 33 * 2
    assert (len(page["results"][0]["reasons"]), page["reasons_left_out"]) == (3, 0)


def test_the_bytes_of_a_file_are_limited_before_it_is_read(provider_api: ProviderApi) -> None:
    answer = provider_api.send_file(b";" * 25_000_001)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "file_too_large")


def test_only_so_many_files_of_a_provider_wait(provider_api: ProviderApi) -> None:
    files = [table(row(provider_api, number)) for number in range(MOST_WAITING + 1)]
    answers = [provider_api.send_file(data, Prefer=LATER) for data in files]
    assert [answer.status_code for answer in answers] == [202] * MOST_WAITING + [429]
    assert answers[-1].get_json()["code"] == "too_many_files_waiting"
    assert answers[-1].headers["Retry-After"] == "60"
    assert provider_api.send_file(files[0], Prefer=LATER).status_code == 202


def test_metrics_name_no_method_that_a_sender_made_up(provider_api: ProviderApi) -> None:
    for number in range(3):
        provider_api.web.open("/health/live", method=f"A{number}" + "B" * 1_000)
    text = provider_api.web.get("/metrics").text
    assert 'method="other"' in text
    assert "BBB" not in text


def test_decomposed_letters_find_what_composed_ones_find(client_api: ClientApi) -> None:
    client_api.session.execute(update(Provider).values(name="Hämäläinen Oy"))
    client_api.session.commit()
    composed = client_api.read("/offerings?q=h%C3%A4m%C3%A4l%C3%A4inen", key=NO_KEY)
    decomposed = client_api.read("/offerings?q=ha%CC%88ma%CC%88la%CC%88inen", key=NO_KEY)
    assert composed == decomposed
    assert composed["total"] > 0


def test_decomposed_letters_of_a_charge_are_composed(provider_api: ProviderApi) -> None:
    first = provider_api.post("/charges", provider_api.charge(note="Töölö"))
    again = provider_api.post("/charges", provider_api.charge(note="To\u0308o\u0308lo\u0308"))
    assert (first.status_code, again.status_code, again.get_json()["duplicate"]) == (201, 200, True)
