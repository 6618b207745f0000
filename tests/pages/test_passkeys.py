"""Passkeys as the second factor: added, used at a log-in and for weighty acts, and removed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.passkeys import Passkey
from foundation.database.tables.people import Person, WebSession
from foundation.vocabulary.roles import Actor, Role
from marketplace.write.accounts import delete_second_factor
from tests.builders import NOW
from tests.builders.authenticator import Authenticator
from tests.builders.second_factor import an_app
from tests.pages.conftest import PASSWORD, build_app, kept_shell
from tests.pages.served import served
from tests.pages.strict import StrictClient, StrictPage, strict_client

LOG_IN = {"email": "worker@example.test", "password": PASSWORD}
WAYS, CONFIRM = "/kirjautumistavat", "/kirjaudu/vahvistus"
BrowserAt = Callable[..., StrictClient]


@pytest.fixture
def worker(app: Flask, sessions: sessionmaker[Session]) -> Actor:
    """A worker who uses an app."""
    with sessions.begin() as session:
        session.execute(update(Person).values(is_demo=False))
        person = session.scalars(select(Person).where(Person.email == LOG_IN["email"])).one()
        actor = Actor(person.id, Role.WORKER, person.name)
        an_app(app, session, actor, NOW - timedelta(days=1))
    return actor


@pytest.fixture
def browser_at(app: Flask, sessions: sessionmaker[Session], worker: Actor) -> BrowserAt:
    """Return a browser of the shell at so many minutes from now."""

    def build(minutes: int = 0) -> StrictClient:
        settings = app.extensions["omatori"].settings
        clock: datetime = NOW + timedelta(minutes=minutes)
        return strict_client(kept_shell(dataclasses.replace(settings, clock=clock), sessions))

    return build


def asked(client: StrictClient) -> StrictPage:
    """Log in with the password; return the page that asks for the second factor."""
    forms = len(client.page("/kirjaudu").root.xpath("//main//form"))
    page = client.send(client.page("/kirjaudu"), LOG_IN, form=forms - 1)
    assert page.path == CONFIRM
    return page


def confirmed(client: StrictClient, sessions: sessionmaker[Session], at: datetime = NOW) -> None:
    """Log in, and confirm it in the database."""
    asked(client)
    with sessions.begin() as session:
        session.execute(update(WebSession).values(second_factor_at=at))


def options_of(page: StrictPage, kind: str) -> str:
    return str(page.one(f"form[@data-passkey='{kind}']").get("data-options"))


def with_passkey(
    browser_at: BrowserAt, sessions: sessionmaker[Session], device: Authenticator | None = None
) -> Authenticator:
    """Add a passkey; return its device."""
    client, device = browser_at(), device or Authenticator()
    confirmed(client, sessions)
    page = client.page(WAYS)
    answer = device.created(options_of(page, "create"))
    added = client.send(page, {"name": "Puhelin", "response": answer}, form=-1)
    assert "Puhelin" in added.texts("main")
    return device


def test_a_passkey_is_added_used_and_removed(browser_at: BrowserAt, sessions: sessionmaker[Session]) -> None:
    device = with_passkey(browser_at, sessions)
    client = browser_at(1)
    page = asked(client)
    assert client.web.get("/lomake").status_code == 302
    client.send(page, {"response": device.used(options_of(page, "get"))}, form=0)
    client.page("/lomake")
    with sessions() as session:
        stored = session.scalars(select(Passkey)).one()
        assert (stored.sign_count, stored.used_at) == (1, NOW + timedelta(minutes=1))
    for language in ("sv", "en"):
        client.page(WAYS, lang=language)
    assert client.send(client.page(WAYS, lang="fi"), form=0).path == WAYS
    with sessions() as session:
        assert session.scalars(select(Passkey)).all() == []
        acts = session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts == ["second_factor.enrol", "passkey.add", "passkey.remove"]


def refused(client: StrictClient, page: StrictPage, response: str) -> bool:
    client.send(page, {"response": response}, form=0, status=422)
    return client.web.get("/lomake").status_code == 302


def test_wrong_answers_confirm_nothing(browser_at: BrowserAt, sessions: sessionmaker[Session]) -> None:
    device = with_passkey(browser_at, sessions)
    own = dataclasses.replace
    wrong: list[Callable[[str], str]] = [
        own(device, origin="https://omatori.example.attacker").used,
        own(device, rp_id="attacker.example").used,
        own(device, key=Authenticator().key).used,
        Authenticator().used,
    ]
    for number, answer in enumerate(wrong, 1):
        client = browser_at(number * 11)
        page = asked(client)
        assert refused(client, page, answer(options_of(page, "get"))), number
    client = browser_at(60)
    page = asked(client)
    for text in ("", "x", "[]", '{"rawId": "%"}', '{"response": {"clientDataJSON": "e30"}}'):
        assert refused(client, page, text), text


def test_a_replayed_challenge_an_old_one_and_that_of_another_session(
    browser_at: BrowserAt, sessions: sessionmaker[Session]
) -> None:
    device = with_passkey(browser_at, sessions)
    client = browser_at(1)
    page = asked(client)
    answer = device.used(options_of(page, "get"))
    client.send(page, {"response": answer}, form=0)
    with sessions.begin() as session:
        session.execute(update(WebSession).values(second_factor_at=None))
    assert refused(client, client.page(CONFIRM), answer)
    other = browser_at(2)
    page = asked(other)
    assert refused(other, page, device.used(options_of(asked(browser_at(2)), "get")))
    late = browser_at(8)
    late.web.set_cookie("omatori", other.web.get_cookie("omatori").value)  # type: ignore[union-attr]
    assert refused(late, page, device.used(options_of(page, "get")))
    late.send(late.page(CONFIRM), {"response": device.used(options_of(late.page(CONFIRM), "get"))}, form=0)
    late.page("/lomake")


def test_a_counter_that_goes_back_is_a_copy(browser_at: BrowserAt, sessions: sessionmaker[Session]) -> None:
    device = with_passkey(browser_at, sessions, Authenticator(count=5))
    device.count = 3
    client = browser_at(1)
    page = asked(client)
    assert refused(client, page, device.used(options_of(page, "get")))


def test_another_persons_passkey_confirms_nothing(
    browser_at: BrowserAt, sessions: sessionmaker[Session]
) -> None:
    device = with_passkey(browser_at, sessions)
    client = browser_at(1)
    page = asked(client)
    options = options_of(page, "get")
    with sessions.begin() as session:
        other = session.scalars(select(Person.id).where(Person.email == "auditor@example.test")).one()
        session.execute(update(Passkey).values(person_id=other))
    assert refused(client, page, device.used(options))


def test_a_passkey_is_not_added_twice_nor_with_a_wrong_answer(
    browser_at: BrowserAt, sessions: sessionmaker[Session]
) -> None:
    device = with_passkey(browser_at, sessions)
    client = browser_at(1)
    confirmed(client, sessions, NOW)
    for wrong in (device, Authenticator(origin="https://attacker.example"), Authenticator(rp_id="x")):
        page = client.page(WAYS)
        answer = wrong.created(options_of(page, "create"))
        client.send(page, {"name": "Toinen", "response": answer}, form=-1, status=422)
    client.send(client.page(WAYS), {"name": "", "response": "{}"}, form=-1, status=422)
    with sessions() as session:
        assert session.scalars(select(Passkey.name)).all() == ["Puhelin"]


def test_adding_and_removing_need_a_fresh_factor_and_an_app(
    browser_at: BrowserAt, sessions: sessionmaker[Session], worker: Actor
) -> None:
    client = browser_at()
    confirmed(client, sessions, NOW - timedelta(minutes=11))
    assert client.web.get(WAYS).location.startswith(CONFIRM)
    with sessions.begin() as session:
        session.execute(update(WebSession).values(second_factor_at=NOW))
        assert worker.person_id is not None
        assert delete_second_factor(session, worker.person_id)
    page = client.page(WAYS)
    assert page.root.xpath("//main//form") == []
    token = page.root.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "name": "x", "response": "{}"}
    client.web.post(f"{WAYS}/avaimet", data=data)
    with sessions() as session:
        assert session.scalars(select(Passkey)).all() == []


def test_a_reset_takes_the_passkeys_away(
    browser_at: BrowserAt, sessions: sessionmaker[Session], worker: Actor
) -> None:
    with_passkey(browser_at, sessions)
    with sessions.begin() as session:
        delete_second_factor(session, worker.person_id or 0)
        assert session.scalars(select(Passkey)).all() == []


@pytest.mark.browser
def test_in_chromium_with_a_virtual_authenticator(
    app: Flask, sessions: sessionmaker[Session], worker: Actor, page: Page
) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    settings = dataclasses.replace(app.extensions["omatori"].settings, clock=None)
    with served(build_app(settings, sessions)) as address:
        host = address.replace("127.0.0.1", "localhost")  # a passkey needs a name
        _type_password(page, host)
        with sessions.begin() as session:
            session.execute(update(WebSession).values(second_factor_at=WebSession.begun_at))
        page.goto(f"{host}{WAYS}")
        page.locator("main [name=name]").fill("Puhelin")
        page.get_by_role("button", name="Lisää avain").click()
        expect(page.locator("main")).to_contain_text("Avain on käytössä.")
        page.locator("header form[action='/ulos'] button").click()
        page.wait_for_url(f"{host}/")
        _type_password(page, host)
        assert page.url.startswith(f"{host}{CONFIRM}")
        page.get_by_role("button", name="Käytä avainta").click()
        page.wait_for_url(f"{host}/lomake")


def _type_password(page: Page, host: str) -> None:
    page.goto(f"{host}/kirjaudu?next=/lomake")
    page.locator("main form [name=email]").fill(LOG_IN["email"])
    page.locator("main form [type=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main form:has([type=password]) button[type=submit]").click()
