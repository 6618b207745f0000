"""The second factor at a log-in in production: first use, limit, recovery codes, and a new token."""

from __future__ import annotations

import dataclasses
from base64 import b32decode
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from county_desk.actions.change_person import reset_second_factor
from county_desk.rules.people import OWN_ROLE, PERSON_UNKNOWN
from foundation.database.columns import days
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.people import Person, RoleGrant, WebSession
from foundation.database.tables.second_factors import RecoveryCode, SecondFactor
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.totp import code_at, step_of
from tests.builders import NOW, TODAY
from tests.pages import sample
from tests.pages.conftest import PASSWORD, kept_shell
from tests.pages.strict import StrictClient, StrictPage, strict_client

LOG_IN = {"email": "worker@example.test", "password": PASSWORD}
ENROL, CONFIRM = "/kirjaudu/kayttoonotto", "/kirjaudu/vahvistus"
LATER = NOW + timedelta(minutes=11)
ORIGIN = {"Origin": "http://localhost"}
BrowserAt = Callable[..., StrictClient]


@pytest.fixture
def browser_at(app: Flask, sessions: sessionmaker[Session]) -> BrowserAt:
    """Return a browser of the shell in production at a time; with the cookie of another, if one is given."""
    settings = app.extensions["omatori"].settings
    with sessions.begin() as session:
        session.execute(update(Person).values(is_demo=False))

    def build(now: datetime = NOW, like: StrictClient | None = None) -> StrictClient:
        production = kept_shell(dataclasses.replace(settings, environment="production", clock=now), sessions)
        production.config["SESSION_COOKIE_SECURE"] = False
        client = strict_client(production)
        cookie = None if like is None else like.web.get_cookie("omatori")
        if cookie is not None:
            client.web.set_cookie("omatori", cookie.value)
        return client

    return build


def log_in(client: StrictClient) -> StrictPage:
    return client.send(client.page("/kirjaudu"), LOG_IN)


def secret_on(page: StrictPage) -> bytes:
    return b32decode(page.texts("main//p/code").replace(" ", ""))


def enrolled(client: StrictClient) -> tuple[bytes, list[str]]:
    """Log in for the first time; return the secret of the app and the recovery codes."""
    page = log_in(client)
    secret = secret_on(page)
    done = client.send(page, {"code": code_at(secret, step_of(NOW))})
    return secret, done.texts("main//li/code").split()


def logged_in_again(browser_at: BrowserAt, secret: bytes, now: datetime) -> StrictClient:
    client = browser_at(now)
    asked = log_in(client)
    assert asked.path == CONFIRM
    client.send(asked, {"code": code_at(secret, step_of(now))})
    return client


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_first_log_in_takes_an_app_into_use(
    browser_at: BrowserAt, sessions: sessionmaker[Session], language: str
) -> None:
    client = browser_at()
    page = log_in(client)
    assert page.path == ENROL
    assert client.web.get("/lomake").location == f"{CONFIRM}?next=/lomake"
    again = client.page(ENROL, lang=language)
    assert secret_on(again) == secret_on(page)
    client.send(again, {"code": ""}, status=422)
    client.send(again, {"code": "000000"}, status=422)
    done = client.send(again, {"code": code_at(secret_on(page), step_of(NOW))})
    codes = done.texts("main//li/code").split()
    assert len(set(codes)) == 10
    client.page("/lomake")
    with sessions() as session:
        stored = session.scalars(select(RecoveryCode.code_sha256)).all()
        assert not {code.replace("-", "") for code in codes} & set(stored)
        assert session.scalars(select(AuditEvent.act)).all() == ["second_factor.enrol"]
    assert client.web.get(ENROL).location == CONFIRM
    client.page(CONFIRM, lang=language)


def test_a_password_alone_opens_nothing(browser_at: BrowserAt) -> None:
    enrolled(browser_at())
    client = browser_at(LATER)
    token = log_in(client).root.xpath("//main//input[@name='csrf_token']/@value")[0]
    assert client.web.get("/lomake").location == f"{CONFIRM}?next=/lomake"
    assert client.web.get("/rooli").status_code == 302
    refused = client.web.post("/lomake", data={"csrf_token": token, "name": "x"})
    assert refused.status_code == 401
    assert sample.effects == []
    assert client.web.get(ENROL).location == CONFIRM


def test_a_code_confirms_once(browser_at: BrowserAt) -> None:
    secret, _codes = enrolled(browser_at())
    client = logged_in_again(browser_at, secret, LATER)
    client.page("/lomake")
    other = browser_at(LATER)
    asked = log_in(other)
    replayed = other.send(asked, {"code": code_at(secret, step_of(LATER))}, status=422)
    assert "käytetty" in replayed.texts("div[@role='alert']")
    assert other.web.get("/lomake").status_code == 302


def test_a_recovery_code_works_once_as_people_type_it(
    browser_at: BrowserAt, sessions: sessionmaker[Session]
) -> None:
    _secret, codes = enrolled(browser_at())
    for status in (200, 422):
        client = browser_at(LATER)
        client.send(log_in(client), {"code": f" {codes[0].lower()} "}, status=status)
        assert client.web.get("/lomake").status_code == (200 if status == 200 else 302)
    with sessions() as session:
        assert len(session.scalars(select(RecoveryCode.id).where(RecoveryCode.used_at == LATER)).all()) == 1
        acts = session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts == ["second_factor.enrol", "second_factor.recover"]


def test_five_wrong_codes_stop_the_person_and_nobody_else(browser_at: BrowserAt) -> None:
    secret, _codes = enrolled(browser_at())
    client = browser_at(LATER)
    asked = log_in(client)
    right = code_at(secret, step_of(LATER))
    wrong = "111111" if right != "111111" else "222222"
    for _attempt in range(5):
        client.send(asked, {"code": wrong}, status=422)
    token = asked.root.xpath("//main//input[@name='csrf_token']/@value")[0]
    answer = client.web.post(CONFIRM, data={"csrf_token": token, "code": right})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert client.web.get("/lomake").status_code == 302


def test_who_has_lost_everything_begins_again(browser_at: BrowserAt, sessions: sessionmaker[Session]) -> None:
    client = browser_at()
    secret, _codes = enrolled(client)
    with sessions.begin() as session:
        key = (session.scalars(select(RoleGrant.county_id)).first() or 0, LOG_IN["email"])
        reset = partial(reset_second_factor, session, *key, now=LATER, why="phone lost")
        worker = session.scalars(select(Person.id).where(Person.email == LOG_IN["email"])).one()
        assert reset(actor=Actor(worker, Role.ADMIN, "own")) == OWN_ROLE
        assert reset(actor=Actor(None, Role.ADMIN, "operator")) is None
        assert reset(actor=Actor(None, Role.ADMIN, "operator")) == PERSON_UNKNOWN
    assert client.web.get("/lomake").status_code == 302
    page = log_in(browser_at(LATER))
    assert page.path == ENROL
    assert secret_on(page) != secret


def test_the_secret_is_not_in_the_database(browser_at: BrowserAt, sessions: sessionmaker[Session]) -> None:
    secret, _codes = enrolled(browser_at())
    with sessions() as session:
        factor = session.scalars(select(SecondFactor)).one()
    assert secret not in factor.salt + str(factor.key_version).encode()
    assert factor.last_step == step_of(NOW)


def test_the_session_gets_a_new_token(browser_at: BrowserAt) -> None:
    client = browser_at()
    page = log_in(client)
    seen_before = browser_at(like=client)
    client.send(page, {"code": code_at(secret_on(page), step_of(NOW))})
    client.page("/lomake")
    assert seen_before.web.get("/lomake").status_code == 302


def test_changing_the_role_keeps_the_confirmation(
    browser_at: BrowserAt, sessions: sessionmaker[Session]
) -> None:
    client = browser_at()
    enrolled(client)
    with sessions.begin() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.role == Role.WORKER)).one()
        twin = RoleGrant(
            person_id=grant.person_id,
            role=Role.AUDITOR,
            county_id=grant.county_id,
            valid=days(TODAY, None),
        )
        session.add(twin)
        session.flush()
        twin_id = twin.id
    client.send(client.page("/rooli"), {"role_grant": str(twin_id)}, form=1)
    client.page("/lomake", status=403)
    with sessions() as session:
        newest = session.scalars(select(WebSession).order_by(WebSession.id.desc())).first()
    assert newest is not None
    assert newest.second_factor_at == NOW


def test_development_asks_only_who_uses_one(
    app: Flask, client: StrictClient, browser_at: BrowserAt, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        session.execute(update(Person).values(is_demo=False))
    forms = len(client.page("/kirjaudu").root.xpath("//main//form"))
    assert client.send(client.page("/kirjaudu"), LOG_IN, form=forms - 1).path == "/lomake"
    enrolled(browser_at())
    other = strict_client(app)
    assert other.send(other.page("/kirjaudu"), LOG_IN, form=forms - 1).path == CONFIRM
