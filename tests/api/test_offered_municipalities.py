"""The municipalities of an offering: codes and names of its county, an ended one as its successor."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from foundation.database.tables.counties import County, Municipality
from tests.builders import a_county
from tests.builders.provider_api import ProviderApi

NEW = {"county": "12", "service": "HOME_CARE"}


@pytest.fixture
def merged(provider_api: ProviderApi) -> ProviderApi:
    """The API of a provider in a county in which Pertunmaa became part of Mäntyharju."""
    session = provider_api.session
    county_id = session.scalars(select(County.id).where(County.code == "12")).one()
    place: dict[str, Any] = {"county_id": county_id, "latitude": 61.4, "longitude": 26.9}
    session.add(Municipality(code="507", name_fi="Mäntyharju", name_sv="Mäntyharju", **place))
    session.flush()
    ended = {"ended_on": date(2024, 12, 31), "successor_code": "507"}
    session.add(Municipality(code="588", name_fi="Pertunmaa", name_sv="Pertunmaa", **place, **ended))
    far = place | {"county_id": a_county(session, "13").id}
    session.add(Municipality(code="179", name_fi="Jyväskylä", name_sv="Jyväskylä", **far))
    session.commit()
    return provider_api


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ([], []),
        (["491"], ["491"]),
        (["588", "507"], ["507"]),
        (["pertunmaa ", "Mikkeli"], ["507", "491"]),
    ],
)
def test_a_code_or_name_is_stored_as_the_code_in_force(
    merged: ProviderApi, sent: list[str], stored: list[str]
) -> None:
    added = merged.post("/my/offerings", NEW | {"municipalities": sent}).get_json()
    assert added["municipalities"] == stored
    edited = patched(merged, added["id"], sent)
    assert (edited.status_code, edited.get_json()["municipalities"]) == (200, stored)


@pytest.mark.parametrize("unknown", ["999", "Mikeli", "179"])
def test_an_unknown_one_or_one_of_another_county_is_an_error_of_its_field(
    merged: ProviderApi, unknown: str
) -> None:
    added = merged.post("/my/offerings", NEW | {"municipalities": ["491", unknown]})
    edited = patched(merged, merged.offering_id, ["491", unknown])
    for answer in (added, edited):
        found = [(error["field"], error["code"]) for error in answer.get_json()["errors"]]
        assert (answer.status_code, found) == (422, [("municipalities", "municipality_unknown")])
    assert merged.read("/my/offerings")["total"] == 1


def patched(api: ProviderApi, offering_id: int, municipalities: list[str]) -> Any:
    path = f"/api/v1/my/offerings/{offering_id}"
    etag = api.web.get(path, headers=api.headers(None)).headers["ETag"]
    headers = api.headers(None) | {"If-Match": etag}
    return api.web.patch(path, json={"municipalities": municipalities}, headers=headers)
