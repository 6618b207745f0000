"""Log-in and log-out at the certified OpenID provider of npm, in Chromium."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.open_id import ExternalIdentity
from foundation.database.tables.people import Person
from foundation.vocabulary.log_in_services import LogInService
from foundation.web.identity.openid.provider import OpenIdProvider
from tests.builders.certified_provider import certified_provider, new_keys
from tests.builders.fake_issuer import a_service, own_key
from tests.builders.openid_browser import use_service
from tests.pages.conftest import build_app
from tests.pages.served import served
from tests.processes import free_port

pytestmark = pytest.mark.browser
OWN_KEY = own_key()


@dataclasses.dataclass
class Place:
    """The shell served at an address, and where its provider is to listen."""

    app: Flask
    address: str
    port: int

    def client(self, service: LogInService) -> dict[str, Any]:
        """Return what the provider is told about the shell."""
        path = f"{self.address}/kirjaudu/palvelu/{service.name}"
        return {
            "client_id": service.client_id,
            "redirect_uris": [f"{path}/paluu"],
            "post_logout_redirect_uris": [f"{self.address}/"],
            "backchannel_logout_uri": f"{self.address}/api/kirjaudu/{service.name}/ulos",
            "backchannel_logout_session_required": True,
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": OpenIdProvider(service).public_keys(),
        }


@pytest.fixture
def place(app: Flask, sessions: sessionmaker[Session]) -> Iterator[Place]:
    """The shell with a real clock: the provider has one too."""
    port = free_port()
    with sessions.begin() as session:
        worker = session.scalars(select(Person).where(Person.email == "worker@example.test")).one()
        known = {"person_id": worker.id, "issuer": f"http://127.0.0.1:{port}", "subject": "worker-7"}
        session.add(ExternalIdentity(**known, linked_at=datetime.now(UTC)))  # noqa: TID251 - a real clock
    settings = dataclasses.replace(app.extensions["omatori"].settings, clock=None)
    other = build_app(settings, sessions)
    with served(other) as address:
        yield Place(other, address, port)


def go_there(page: Page, place: Place) -> None:
    page.goto(f"{place.address}/kirjaudu?next=/lomake")
    page.get_by_role("button", name="Työtunnus").click()
    page.wait_for_url(f"http://127.0.0.1:{place.port}/interaction/*")


def log_in(page: Page, place: Place) -> None:
    """Log in at the provider, and allow it."""
    go_there(page, place)
    page.locator("[name=login]").fill("worker-7")
    page.locator("[name=password]").fill("any")
    page.locator("button[type=submit]").click()
    page.locator("input[name=prompt][value=consent]").wait_for(state="attached")
    page.locator("button[type=submit]").click()
    page.wait_for_url(f"{place.address}/lomake")


def test_log_in_and_log_out_at_both_ends(page: Page, place: Place) -> None:
    service = a_service(f"http://127.0.0.1:{place.port}", OWN_KEY)
    use_service(place.app, None, service)
    with certified_provider(place.port, place.client(service), new_keys()):
        log_in(page, place)
        page.goto(f"{place.address}/rooli")
        page.locator("header form[action='/ulos'] button").click()
        page.wait_for_url(f"http://127.0.0.1:{place.port}/session/end*")
        page.locator("button[name=logout]").click()
        page.wait_for_url(f"{place.address}/")
        go_there(page, place)  # the provider asks again who it is
        page.get_by_role("link", name="Cancel").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Keskeytit kirjautumisen")


def test_a_rotated_key_a_replayed_answer_and_a_log_out_there(page: Page, place: Place) -> None:
    service = a_service(f"http://127.0.0.1:{place.port}", OWN_KEY)
    use_service(place.app, None, service)
    answers: list[str] = []
    page.on("request", lambda request: answers.append(request.url) if "/paluu?" in request.url else None)
    for _ in range(2):
        page.context.clear_cookies()
        with certified_provider(place.port, place.client(service), new_keys()):
            log_in(page, place)
            page.goto(f"http://127.0.0.1:{place.port}/session/end")
            page.locator("button[name=logout]").click()
            page.wait_for_url(f"http://127.0.0.1:{place.port}/session/end/success*")
            page.goto(f"{place.address}/lomake")
            page.wait_for_url(f"{place.address}/kirjaudu?next=/lomake")
    page.goto(answers[-1])
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Tätä kirjautumista ei aloitettu tässä selaimessa"
    )


def test_a_provider_that_is_away(page: Page, place: Place) -> None:
    use_service(place.app, None, a_service(f"http://127.0.0.1:{place.port}", OWN_KEY))
    page.goto(f"{place.address}/kirjaudu")
    page.get_by_role("button", name="Työtunnus").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirjautumispalvelu ei vastaa")
