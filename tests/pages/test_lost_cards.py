"""A worker cancels the card of a client who has called about it, on the page and over the API."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.cards import Card
from foundation.database.tables.clients import Client
from tests.builders.client_api import BILLER, FAR_WORKER, WORKER, ClientApi
from tests.builders.county import TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient


def number_of(api: ClientApi) -> str:
    return api.session.get_one(Client, api.client_id).number


@pytest.fixture
def card(client_api: ClientApi) -> str:
    """Return the reference of a card that finds the client's voucher."""
    sent = {"offering": client_api.near, "starts_on": TODAY.isoformat(), "quantity_per_week": "1"}
    assert client_api.post(f"/fundings/{client_api.voucher}/choices", sent).status_code == 201
    made = client_api.post("/me/cards", {"client": number_of(client_api)})
    reference: str = made.get_json()["reference"]
    return reference


def is_found(api: ClientApi, reference: str) -> bool:
    return api.post("/cards/lookup", {"reference": reference}, key=BILLER).status_code == 200


def worker(api: ClientApi) -> StrictClient:
    """Return the browser of a worker who has said why."""
    browser = logged_in_by_key(api.web.application.test_client(), api.session, WORKER)
    browser.send(browser.page(f"/tt/asiakas/{api.client_id}"), {"reason": "asked"})
    return browser


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_worker_cancels_a_lost_card(client_api: ClientApi, card: str, language: str) -> None:
    browser, path = worker(client_api), f"/tt/asiakas/{client_api.client_id}/kortti"
    assert path in browser.page(f"/tt/asiakas/{client_api.client_id}", lang=language).answer.text
    page = browser.page(path, lang=language)
    assert card not in page.answer.text
    assert is_found(client_api, card)
    browser.send(page)
    assert not is_found(client_api, card)
    assert not browser.page(path, lang=language).root.xpath("//main//form")
    client_api.session.rollback()
    row = client_api.session.scalars(select(Card)).one()
    assert row.cancelled_at is not None
    events = client_api.session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "card")).all()
    assert {(event.act, event.role) for event in events} >= {
        ("client.look", "worker"),
        ("card.cancel", "worker"),
    }


def test_a_worker_who_has_not_said_why_is_asked(client_api: ClientApi, card: str) -> None:
    browser = logged_in_by_key(client_api.web.application.test_client(), client_api.session, WORKER)
    path = f"/tt/asiakas/{client_api.client_id}/kortti"
    answer = browser.web.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/tt/asiakas/{client_api.client_id}")
    assert is_found(client_api, card)


def test_over_the_api(client_api: ClientApi, card: str) -> None:
    sent = {"client": number_of(client_api)}
    far = client_api.post("/cards/cancel", sent, key=FAR_WORKER)
    assert (far.status_code, far.get_json()["errors"][0]["code"]) == (422, "client_unknown")
    assert is_found(client_api, card)
    assert client_api.post("/cards/cancel", sent, key=WORKER).status_code == 204
    assert not is_found(client_api, card)
    again = client_api.post("/cards/cancel", sent, key=WORKER)
    assert (again.status_code, again.get_json()["code"]) == (409, "card_none")
