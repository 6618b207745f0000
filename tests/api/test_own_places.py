"""/my/places: read, added, changed with ETags, and closed; another provider's place is not there."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from tests.builders.client_api import a_place
from tests.builders.provider_api import ProviderApi

NEW: dict[str, Any] = {
    "name": "Torin toimisto",
    "street": "Torikatu 2",
    "municipality": "Mikkeli",
    "access": {"step_free": True, "lift": None, "door_width_cm": 85, "measured_on": "2026-10-01"},
}


def change(api: ProviderApi, path: str, body: dict[str, Any], **headers: str) -> TestResponse:
    return api.web.patch(f"/api/v1{path}", json=body, headers=api.headers(None) | headers)


def test_a_place_is_added_changed_and_closed(provider_api: ProviderApi) -> None:
    added = provider_api.post("/my/places", NEW)
    body = added.get_json()
    measured = {"step_free": True, "door_width_cm": 85, "measured_on": "2026-10-01"}
    assert (added.status_code, body["municipality"], body["access"]) == (201, "491", measured)
    path, etag = f"/my/places/{body['id']}", added.headers["ETag"]
    assert provider_api.read("/my/places")["items"] == [body]
    edited = change(provider_api, path, {"street": "Torikatu 3"}, **{"If-Match": etag})
    assert edited.get_json() == body | {"street": "Torikatu 3", "version": 2}
    assert change(provider_api, path, {"street": "x"}, **{"If-Match": etag}).status_code == 412
    offering = f"/my/offerings/{provider_api.offering_id}"
    assert change(provider_api, offering, {"place": body["id"]}).get_json()["place"] == body["id"]
    headers = provider_api.headers(None)
    refused = provider_api.web.delete(f"/api/v1{path}", headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "place_in_use")
    assert change(provider_api, offering, {"place": None}).get_json()["place"] is None
    stale = headers | {"If-Match": etag}
    assert provider_api.web.delete(f"/api/v1{path}", headers=stale).status_code == 412
    assert provider_api.web.delete(f"/api/v1{path}", headers=headers).status_code == 204
    assert provider_api.read("/my/places")["items"] == []


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"municipality": "Mikeli"}, "municipality", "municipality_unknown"),
        ({"latitude": 61.7}, "longitude", "coordinate_missing"),
        ({"latitude": 27.3, "longitude": 27.3}, "latitude", "coordinate_outside"),
        ({"access": {"step_free": True}}, "access.measured_on", "measured_day_missing"),
        ({"access": {"measured_on": "2026-12-24", "lift": True}}, "access.measured_on", "measured_in_future"),
        (
            {"access": {"door_width_cm": 1, "measured_on": "2026-10-01"}},
            "access.door_width_cm",
            "door_width_impossible",
        ),
        ({"access": {"ramp": True}}, "access.ramp", "field_unknown"),
        ({"name": ""}, "name", "field_too_short"),
    ],
)
def test_a_wrong_place_names_its_field(
    provider_api: ProviderApi, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = provider_api.post("/my/places", NEW | changes)
    found = [(error["field"], error["code"]) for error in answer.get_json()["errors"]]
    assert (answer.status_code, found) == (422, [(field, code)])


def test_an_offering_is_never_at_a_place_of_another_provider(provider_api: ProviderApi) -> None:
    session = provider_api.session
    stranger = session.scalar(
        text("SELECT min(id) FROM provider WHERE id <> :own"), {"own": provider_api.provider_id}
    )
    place_id = a_place(session, stranger, 61.7)
    session.commit()
    answer = change(provider_api, f"/my/offerings/{provider_api.offering_id}", {"place": place_id})
    found = [(error["field"], error["code"]) for error in answer.get_json()["errors"]]
    assert (answer.status_code, found) == (422, [("place", "place_unknown")])
    with pytest.raises(IntegrityError, match="fk_offering_unit_id_provider"):
        session.execute(text("UPDATE offering SET unit_id = :place"), {"place": place_id})
    session.rollback()
