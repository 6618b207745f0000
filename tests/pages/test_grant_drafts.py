"""A grant that was begun is kept on the server: not in the cookie, not after a log-out, not for others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from foundation.database.tables.people import Person, WebSession
from foundation.web.identity.sessions import DRAFTS_KEPT, IDLE
from tests.builders import NOW
from tests.builders.passwords import hashed
from tests.pages.strict import StrictClient, StrictPage
from tests.pages.test_worker_pages import ANSWERS, WorkerPages, begun, worker_pages

__all__ = ["worker_pages"]

PASSWORD = "1234-5678-9abc"
NEW_CLIENT = {"number": "C-UUSI", "name": "Uusi Asiakas", "municipality": "491"}
ORIGIN = {"Origin": "http://localhost"}


def cookie_of(browser: StrictClient) -> dict[str, Any]:
    with browser.web.session_transaction() as cookie:
        return dict(cookie)


def quantity_asked(browser: StrictClient) -> StrictPage:
    """Begin a grant for a new client; return the page that asks how much."""
    page = browser.send(begun(browser, NEW_CLIENT["number"]), NEW_CLIENT)
    return browser.send(page, {"services": "HOME_CARE"})


def name_kept(browser: StrictClient) -> str | None:
    """Return the name of the client in the grant that goes on; None if another grant has begun."""
    browser.web.get("/tt/myonna")
    name = browser.page("/tt/myonna/asiakas").one("input[@name='name']").get("value")
    return str(name) if name else None


def set_sessions(pages: WorkerPages, **values: datetime) -> None:
    with pages.sessions.begin() as session:
        session.execute(update(WebSession).values(values))


def drafts(pages: WorkerPages) -> list[dict[str, Any]]:
    with pages.sessions() as session:
        return [found for found in session.scalars(select(WebSession.drafts)) if found]


def expire(pages: WorkerPages, since: timedelta = IDLE) -> None:
    """Let all sessions expire so long ago."""
    used = NOW - since
    set_sessions(pages, begun_at=used - timedelta(hours=1), used_at=used, ends_at=used + timedelta(hours=5))


def test_the_cookie_holds_nothing_of_the_grant(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    page = begun(browser, worker_pages.client_number)
    for _title, answers in ANSWERS:
        page = browser.send(page, answers)
        assert set(cookie_of(browser)) <= {"person", "token", "csrf_token", "language", "_permanent"}
    assert "The voucher is granted" in browser.send(page).texts("h1")
    assert set(cookie_of(browser)) <= {"person", "token", "csrf_token", "language", "_permanent"}
    [kept] = drafts(worker_pages)
    assert set(kept) == {"granted"}, "the grant's draft is gone"


def test_the_longest_answers_are_kept(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    longest = NEW_CLIENT | {"number": "\U0001f642" * 64, "name": "\U0001f642" * 200}
    page = browser.send(begun(browser, "C"), longest)
    for _title, answers in ANSWERS[1:-1]:
        page = browser.send(page, answers)
    decision = {"number": "ä" * 64, "decided_by": "\U0001f642" * 200, "legal_basis": "\U0001f642" * 500}
    assert "Check and grant" in browser.send(page, {**decision, "cost_centre": "4410"}).texts("h1")
    assert name_kept(browser) == longest["name"]


def test_nothing_typed_is_lost_over_an_expired_session(worker_pages: WorkerPages) -> None:
    with worker_pages.sessions.begin() as session:
        known = update(Person).where(Person.id == worker_pages.worker.person_id)
        session.execute(known.values(email="tiina@example.test", password_hash=hashed(PASSWORD)))
    browser = worker_pages.browser(worker_pages.worker)
    page = quantity_asked(browser)
    expire(worker_pages)
    values = {**dict(page.form().form_values()), "quantity": "7"}
    log_in = browser.checked(browser.web.post(page.path, data=values, headers=ORIGIN), page.path, 401)
    held = browser.send(log_in, {"email": "tiina@example.test", "password": PASSWORD}, form=0)
    assert browser.send(held).path == "/tt/myonna/aika"
    amount = browser.page("/tt/myonna/maara")
    assert amount.one("input[@name='quantity']").get("value") == "7"
    assert name_kept(browser) == NEW_CLIENT["name"]


def test_a_log_out_forgets_the_grant_also_after_the_session_expired(worker_pages: WorkerPages) -> None:
    for path in ("/ulos", "/ulos/kaikkialta"):
        browser = worker_pages.browser(worker_pages.worker)
        quantity_asked(browser)
        token = browser.page("/tt").root.xpath("//header//input[@name='csrf_token']/@value")[0]
        assert drafts(worker_pages)
        assert browser.web.post(path, data={"csrf_token": token}).status_code == 303
        assert drafts(worker_pages) == []
    browser = worker_pages.browser(worker_pages.worker)
    quantity_asked(browser)
    token = browser.page("/tt").root.xpath("//header//input[@name='csrf_token']/@value")[0]
    expire(worker_pages)
    browser.web.post("/ulos", data={"csrf_token": token})
    assert drafts(worker_pages) == []


@pytest.mark.parametrize(
    ("since", "is_kept"), [(DRAFTS_KEPT - timedelta(minutes=1), True), (DRAFTS_KEPT, False)]
)
def test_an_expired_session_leaves_its_grant_for_three_days(
    worker_pages: WorkerPages, since: timedelta, is_kept: bool
) -> None:
    quantity_asked(worker_pages.browser(worker_pages.worker))
    expire(worker_pages, since)
    again = worker_pages.browser(worker_pages.worker)
    assert (name_kept(again) is not None) == is_kept
    assert len(drafts(worker_pages)) == 1, "the expired session keeps no copy"


def test_another_person_and_another_device_get_nothing(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    quantity_asked(browser)
    assert name_kept(worker_pages.browser(worker_pages.worker)) is None
    expire(worker_pages)
    assert name_kept(worker_pages.browser(worker_pages.stranger)) is None
