"""/my/photos: added with words, shown to clients, hidden by a county, removed; nobody else's."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from foundation.database.tables.photos import Photo
from foundation.database.tables.providers import Offering
from foundation.vocabulary.roles import Role
from marketplace.actions.hide_photo import hide_photo, show_photo
from marketplace.rules.photos import PHOTO_UNKNOWN, WHY_MISSING
from tests.builders import NOW
from tests.builders.client_api import a_place
from tests.builders.people import a_person
from tests.builders.photos import a_bomb, a_picture
from tests.builders.provider_api import ProviderApi

SMALL = a_picture(width=400, height=300)


def send(
    api: ProviderApi, data: bytes | None = SMALL, *, key: str | None = None, **fields: Any
) -> TestResponse:
    of = {"offering": api.offering_id} if "place" not in fields else {}
    values: dict[str, Any] = {**of, "text_fi": "Leveä ovi ilman kynnystä", **fields}
    if data is not None:
        values["file"] = (BytesIO(data), "kuva.jpg")
    headers = {"Authorization": f"Bearer {key or api.own_key}"}
    return api.web.post("/api/v1/my/photos", data=values, headers=headers)


def stored(api: ProviderApi) -> list[Photo]:
    api.session.rollback()
    return list(api.session.scalars(select(Photo).order_by(Photo.id)))


def test_a_photo_is_added_served_and_removed(provider_api: ProviderApi) -> None:
    added = send(provider_api, text_sv="En bred dörr")
    body = added.get_json()
    assert (added.status_code, body["offering"], body["text_sv"], body["width"]) == (
        201, provider_api.offering_id, "En bred dörr", 400,
    )  # fmt: skip
    assert provider_api.read("/my/photos")["items"] == [body]
    for size in ("pieni", "suuri"):
        answer = provider_api.web.get(f"/kuvat/{body['id']}/{size}.webp")
        assert (answer.status_code, answer.content_type) == (200, "image/webp")
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert "Set-Cookie" not in answer.headers
        seen = {"If-None-Match": answer.headers["ETag"]}
        assert provider_api.web.get(f"/kuvat/{body['id']}/{size}.webp", headers=seen).status_code == 304
    assert provider_api.web.get(f"/kuvat/{body['id']}/valtava.webp").status_code == 404
    path, headers = f"/api/v1/my/photos/{body['id']}", provider_api.headers(None)
    stranger = {"Authorization": f"Bearer {provider_api.stranger_key}"}
    assert provider_api.web.delete(path, headers=stranger).status_code == 404
    assert provider_api.web.delete(path, headers=headers).status_code == 204
    assert provider_api.web.delete(path, headers=headers).status_code == 404
    assert provider_api.web.get(f"/kuvat/{body['id']}/pieni.webp").status_code == 404


@pytest.mark.parametrize(
    ("data", "fields", "field", "code"),
    [
        (b"%PDF-1.7", {}, "file", "photo_unreadable"),
        (a_bomb(), {}, "file", "photo_too_many_pixels"),
        (b"\xff" * 8_000_001, {}, "file", "photo_too_large"),
        (SMALL, {"text_fi": ""}, "text_fi", "text_missing"),
        (SMALL, {"text_fi": "   "}, "text_fi", "text_missing"),
        (SMALL, {"text_sv": "x" * 301}, "text_sv", "field_too_long"),
        (SMALL, {"offering": 999_999}, "offering", "not_own"),
        (SMALL, {"offering": "eka"}, "offering", "field_malformed"),
        (SMALL, {"colour": "red"}, "colour", "field_unknown"),
    ],
)
def test_what_is_wrong_names_its_field(
    provider_api: ProviderApi, data: bytes, fields: dict[str, Any], field: str, code: str
) -> None:
    answer = send(provider_api, data, **fields)
    found = [(error["field"], error["code"]) for error in answer.get_json()["errors"]]
    assert (answer.status_code, found) == (422, [(field, code)])
    assert stored(provider_api) == []


def test_a_photo_is_sent_as_a_file_of_a_form(provider_api: ProviderApi) -> None:
    assert send(provider_api, None).status_code == 415
    fields = {"text_fi": "Ovi", "kuva": (BytesIO(SMALL), "kuva.jpg")}
    headers = {"Authorization": f"Bearer {provider_api.own_key}"}
    wrong = provider_api.web.post("/api/v1/my/photos", data=fields, headers=headers)
    found = [(error["field"], error["code"]) for error in wrong.get_json()["errors"]]
    assert found == [("kuva", "field_unknown"), ("file", "field_required")]


def test_a_seventh_photo_of_a_service_is_not_taken(provider_api: ProviderApi) -> None:
    for _ in range(6):
        assert send(provider_api).status_code == 201
    seventh = send(provider_api)
    assert seventh.get_json()["errors"][0]["code"] == "too_many_photos"
    place = a_place(provider_api.session, provider_api.provider_id, 61.7)
    provider_api.session.commit()
    assert send(provider_api, place=place).status_code == 201
    assert len(stored(provider_api)) == 7


def test_a_photo_is_never_without_words_nor_of_another_provider(provider_api: ProviderApi) -> None:
    assert send(provider_api, key=provider_api.stranger_key).get_json()["errors"][0]["code"] == "not_own"
    assert send(provider_api).status_code == 201
    for change, rule in (
        ("text_fi = ''", "ck_photo_text"),
        ("offering_id = NULL", "ck_photo_of"),
        ("provider_id = provider_id + 1", "fk_photo_offering_id_provider"),
        ("hidden_why = 'x'", "ck_photo_hidden"),
    ):
        with pytest.raises(IntegrityError, match=rule):
            provider_api.session.execute(text(f"UPDATE photo SET {change}"))
        provider_api.session.rollback()


def test_a_county_hides_a_photo_with_a_reason(provider_api: ProviderApi) -> None:
    photo_id = send(provider_api).get_json()["id"]
    session = provider_api.session
    county_id = session.get_one(Offering, provider_api.offering_id).county_id
    worker = a_person(session, Role.WORKER, county_id=county_id)
    assert hide_photo(session, photo_id, "  ", actor=worker, now=NOW) == WHY_MISSING
    assert hide_photo(session, photo_id + 1, "Väärä kuva.", actor=worker, now=NOW) == PHOTO_UNKNOWN
    assert hide_photo(session, photo_id, "Kuvassa on asiakas.", actor=worker, now=NOW) is None
    session.commit()
    assert provider_api.web.get(f"/kuvat/{photo_id}/pieni.webp").status_code == 404
    assert provider_api.read("/my/photos")["items"][0]["hidden_why"] == "Kuvassa on asiakas."
    assert show_photo(session, photo_id, actor=worker, now=NOW) is None
    session.commit()
    assert provider_api.web.get(f"/kuvat/{photo_id}/pieni.webp").status_code == 200
