"""Browsers of a shell that uses a county's directory, a fake issuer."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.open_id import ExternalIdentity
from foundation.database.tables.people import Person
from foundation.web.identity.openid.faults import PAGES
from tests.builders import NOW
from tests.builders.fake_issuer import FakeIssuer, a_service, own_key
from tests.pages.conftest import build_app
from tests.pages.strict import StrictClient, StrictPage, strict_client

BEGIN, BACK = "/kirjaudu/palvelu/directory", "/kirjaudu/palvelu/directory/paluu"
LOG_OUT = "/api/kirjaudu/directory/ulos"
ORIGIN = {"Origin": "http://localhost"}
OWN_KEY = own_key()


def reader_with(
    app: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer, **changes: Any
) -> StrictClient:
    """Return a browser of a shell whose directory has other settings."""
    environment = changes.pop("environment", "development")
    with sessions.begin() as session:
        worker = session.scalars(select(Person).where(Person.email == "worker@example.test")).one()
        session.add(
            ExternalIdentity(person_id=worker.id, issuer=issuer.address, subject="subject-1", linked_at=NOW)
        )
        session.execute(update(Person).values(is_demo=environment == "development"))
    service = a_service(issuer.address, OWN_KEY, **changes)
    settings = app.extensions["omatori"].settings
    settings = dataclasses.replace(settings, openid_services=(service,), environment=environment)
    other = build_app(settings, sessions)
    other.config["SESSION_COOKIE_SECURE"] = False
    issuer.own_public_keys = other.test_client().get(f"{BEGIN}/avaimet.json").get_json()
    return strict_client(other)


def begun(reader: StrictClient, path: str = "/kirjaudu") -> str:
    """Begin a log-in; return the address at the directory."""
    leaving = reader.send(reader.page(path), form=0)
    address = leaving.one("main//a[@role='button']").get("href")
    assert address in leaving.one("meta[@http-equiv='refresh']").get("content")
    return str(address)


def returned(reader: StrictClient, query: dict[str, str], status: int, lang: str | None = None) -> StrictPage:
    more = {} if lang is None else {"lang": lang}
    answer = reader.web.get(BACK, query_string=query | more, follow_redirects=True)
    return reader.checked(answer, answer.request.path, status)


def is_in(reader: StrictClient) -> bool:
    return reader.web.get("/lomake").status_code == 200


def assert_refused(reader: StrictClient, query: dict[str, str], code: str) -> None:
    """The page of a fault answers, and nobody is logged in."""
    status, title, _advice = PAGES[code]
    page = returned(reader, query, status, "en")
    assert page.texts("h1") == title
    assert not is_in(reader)


def logged_in(reader: StrictClient, issuer: FakeIssuer) -> None:
    issuer.claims = {"sid": "s-1"}
    returned(reader, issuer.answer_to(begun(reader, "/kirjaudu?next=/lomake")), 200)
    assert is_in(reader)
