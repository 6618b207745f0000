"""A provider gives the address of a remote visit; its client opens it until the visit ends."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from clearing.plans.write.visit_links import delete_dead_links
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.plans import VisitLink
from foundation.database.tables.providers import Offering
from tests.builders import a_choice
from tests.builders.client_api import BILLER, CLIENT, STRANGER, WATCHER, WORKER, ClientApi
from tests.builders.planned_visits import plan_visits
from tests.pages.logged_in import logged_in_by_key

LINK = "https://video.example.com/room/7?key=secret"
WEEK = "from=2026-11-23&to=2026-11-29"


@pytest.fixture
def choice(client_api: ClientApi) -> Choice:
    """Two hours on Mondays and Thursdays at 17, by video."""
    funding = client_api.session.get_one(Funding, client_api.funding_id)
    offering = client_api.session.get_one(Offering, client_api.near)
    offering.remote = True
    found = a_choice(client_api.session, funding, offering, starts_on=date(2026, 11, 15))
    plan_visits(client_api.session, found)
    client_api.session.commit()
    return found


def give(
    client_api: ClientApi, choice: Choice, link: object = LINK, day: str = "20261123"
) -> tuple[int, str | None]:
    """Give the link by the API; return the status and the code of a refusal, or the link."""
    answer = client_api.post(f"/visits/{choice.id}-{day}-1/video-link", {"video_link": link}, key=BILLER)
    document = answer.get_json()
    return answer.status_code, document.get("code") or document.get("video_link")


def links(client_api: ClientApi, path: str, key: str) -> list[object]:
    """Return the links of the visits that a key lists."""
    return [each["video_link"] for each in client_api.get(path, key=key).get_json()["items"]]


def test_the_link_is_given_on_a_page_and_opened_on_the_clients_week(
    client_api: ClientApi, choice: Choice
) -> None:
    biller = logged_in_by_key(client_api.web, client_api.session, BILLER)
    for language in ("fi", "sv", "en"):
        biller.page("/t/kaynnit?viikko=2026-11-23", lang=language)
        biller.page(f"/t/kaynnit/{choice.id}-20261123-1/videolinkki", lang=language)
    page = biller.page(f"/t/kaynnit/{choice.id}-20261123-1/videolinkki", lang="en")
    wrong = biller.send(page, {"video_link": "http://example.com"}, status=422)
    assert "Enter an address that begins with https://" in wrong.texts("main")
    after = biller.send(page, {"video_link": f" {LINK} "})
    assert "The client now sees the video link." in after.texts("main")
    assert "Change the video link" in after.texts("main")
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    for language in ("fi", "sv", "en", "selko"):
        client.page("/kaynnit?viikko=2026-11-23", lang=language)
    [button] = client.page("/kaynnit?viikko=2026-11-23", lang="fi").root.xpath(f"//a[@href='{LINK}']")
    assert "Avaa videokäynti" in button.text_content()
    assert button.get("rel") == "noopener noreferrer"
    event = client_api.session.query(AuditEvent).filter_by(act="visit.video_link").one()
    assert "secret" not in str(event.detail)


def test_only_the_client_its_helpers_and_the_provider_see_it(client_api: ClientApi, choice: Choice) -> None:
    assert give(client_api, choice) == (200, LINK)
    for key in (CLIENT, WATCHER):
        assert links(client_api, f"/me/visits?{WEEK}", key) == [LINK, None]
    assert links(client_api, f"/visits?{WEEK}", BILLER) == [LINK, None]
    assert links(client_api, f"/me/visits?{WEEK}", STRANGER) == []
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    desk = worker.web.get(f"/tt/asiakas/{client_api.client_id}", follow_redirects=True)
    assert "secret" not in desk.text
    path = f"/visits/{choice.id}-20261123-1/video-link"
    assert client_api.post(path, {"video_link": LINK}, key=CLIENT).status_code == 403


@pytest.mark.parametrize("link", ["http://example.com", "https://localhost/x", "https://a@b.example.com"])
def test_an_address_that_is_none_is_refused(client_api: ClientApi, choice: Choice, link: str) -> None:
    assert give(client_api, choice, link) == (422, "video_link_malformed")


def test_only_a_remote_visit_to_come_has_one(client_api: ClientApi, choice: Choice) -> None:
    assert give(client_api, choice, day="20261119") == (409, "visit_not_remote")
    client_api.session.get_one(Offering, client_api.near).remote = False
    client_api.session.commit()
    assert give(client_api, choice) == (409, "visit_not_remote")


def test_the_link_dies_with_the_visit(client_api: ClientApi, choice: Choice) -> None:
    session = client_api.session
    assert give(client_api, choice) == (200, LINK)
    client_api.post(f"/visits/{choice.id}-20261123-1/cancel")
    assert session.query(VisitLink).count() == 0
    client_api.post(f"/visits/{choice.id}-20261123-1/restore")
    assert links(client_api, f"/me/visits?{WEEK}", CLIENT) == [None, None]
    assert give(client_api, choice) == (200, LINK)
    assert give(client_api, choice, None) == (200, None)
    assert session.query(VisitLink).count() == 0
    assert give(client_api, choice) == (200, LINK)
    session.execute(text("UPDATE plan_pattern SET start_minute = 0, length_minutes = 1"))
    session.execute(text("UPDATE visit_link SET day = '2026-11-19'"))
    session.commit()
    assert links(client_api, "/me/visits?from=2026-11-16&to=2026-11-22", CLIENT) == [None, None]
    assert delete_dead_links(session, date(2026, 11, 19)) == 0
    assert delete_dead_links(session, date(2026, 11, 20)) == 1
