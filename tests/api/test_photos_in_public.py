"""The bytes of a photo: to everybody while its service is in public, else to its provider and the county."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import Client, TestResponse

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.photos import Photo
from foundation.database.tables.providers import Offering
from foundation.vocabulary.roles import Actor, Role
from tests.api.test_own_photos import send
from tests.builders.client_api import a_place
from tests.builders.county import a_county
from tests.builders.funding import a_client
from tests.builders.people import a_person
from tests.builders.provider import a_provider
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in


@pytest.fixture(params=["offering", "place"])
def path(provider_api: ProviderApi, request: pytest.FixtureRequest) -> str:
    """A photo of an offering, or of the place where it is."""
    session, of = provider_api.session, dict[str, Any]()
    if request.param == "place":
        of = {"place": a_place(session, provider_api.provider_id, 61.7)}
        session.execute(update(Offering).values(unit_id=of["place"]))
        session.commit()
    return f"/kuvat/{send(provider_api, **of).get_json()['id']}/pieni.webp"


def take_back(provider_api: ProviderApi) -> None:
    provider_api.session.execute(update(Offering).values(published=False))
    provider_api.session.commit()


def browser(provider_api: ProviderApi, actor: Actor | None = None) -> Client:
    web = provider_api.web.application.test_client()
    return web if actor is None else logged_in(web, provider_api.session, actor).web


def test_everybody_sees_it_while_its_service_is_in_public(provider_api: ProviderApi, path: str) -> None:
    seen = browser(provider_api).get(path)
    assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "public, max-age=3600")
    take_back(provider_api)
    assert browser(provider_api).get(path).status_code == 404


def test_then_its_provider_and_the_county_see_it_and_nobody_keeps_it(
    provider_api: ProviderApi, path: str
) -> None:
    take_back(provider_api)
    session = provider_api.session
    county = session.scalars(select(Offering.county_id)).one()
    worker = a_person(session, Role.WORKER, county_id=county)
    session.commit()
    for actor in (provider_api.biller, provider_api.owner, worker):
        seen = browser(provider_api, actor).get(path)
        assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "no-store")


def test_strangers_do_not(provider_api: ProviderApi, path: str) -> None:
    take_back(provider_api)
    session = provider_api.session
    elsewhere = a_county(session, "91")
    other = a_provider(session, elsewhere, business_id="3456789-3")
    strangers = [
        a_person(session, Role.PROVIDER_OWNER, provider_id=other.id),
        a_person(session, Role.WORKER, county_id=elsewhere.id),
        a_person(session, Role.CLIENT, client_id=a_client(session, elsewhere).id),
    ]
    session.commit()
    found = [browser(provider_api, actor).get(path).status_code for actor in strangers]
    assert found == [404, 404, 404]


def change(api: ProviderApi, read: dict[str, Any], **texts: str) -> TestResponse:
    """Change the words of a photo as they were read."""
    headers = {"If-Match": f'"{read["version"]}"'}
    return api.send("PATCH", f"/my/photos/{read['id']}", texts, **headers)


def test_words_that_changed_since_they_were_read_stay(provider_api: ProviderApi) -> None:
    read = send(provider_api, text_sv="En bred dörr").get_json()
    first = change(provider_api, read, text_fi="Matala kynnys")
    assert (first.status_code, first.headers["ETag"]) == (200, f'"{first.get_json()["version"]}"')
    late = change(provider_api, read, text_fi="Leveä ovi")
    assert (late.status_code, late.get_json()["code"]) == (412, "stale")
    assert late.headers["ETag"] == first.headers["ETag"]
    blind = provider_api.send("PATCH", f"/my/photos/{read['id']}", {"text_fi": "Leveä ovi"})
    assert (blind.status_code, blind.get_json()["code"]) == (428, "if_match_missing")
    assert provider_api.read("/my/photos")["items"] == [first.get_json()]
    both = change(provider_api, first.get_json(), text_sv="En låg tröskel").get_json()
    assert (both["text_fi"], both["text_sv"]) == ("Matala kynnys", "En låg tröskel")


def test_its_words_are_changed_by_its_provider(provider_api: ProviderApi) -> None:
    photo = send(provider_api, text_sv="En bred dörr").get_json()
    path = f"/my/photos/{photo['id']}"
    changed = change(provider_api, photo, text_fi=" Matala kynnys ")
    body = changed.get_json()
    assert body == {**photo, "text_fi": "Matala kynnys", "version": body["version"]}
    assert provider_api.read("/my/photos")["items"] == [changed.get_json()]
    nothing = change(provider_api, changed.get_json(), text_fi="", text_sv=" ")
    assert (nothing.status_code, nothing.get_json()["errors"][0]["code"]) == (422, "text_missing")
    stranger = provider_api.send("PATCH", path, {"text_fi": "Minun"}, key=provider_api.stranger_key)
    assert stranger.status_code == 404
    assert provider_api.session.scalars(select(Photo.text_fi)).one() == "Matala kynnys"
    acts = select(AuditEvent.act).where(AuditEvent.subject_kind == "photo").order_by(AuditEvent.id)
    assert provider_api.session.scalars(acts).all() == ["photo.add", "photo.change_words"]
