"""A new password by a link in a mail."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.password_resets import PasswordReset
from foundation.database.tables.people import Person, WebSession
from foundation.vocabulary.roles import Role
from foundation.web.identity.passwords import password_is_right
from tests.builders import NOW, a_county, a_person
from tests.builders.api import application_on
from tests.builders.passwords import hashed
from tests.pages.strict import StrictClient, strict_client

FORGOTTEN = "/kirjaudu/unohtui"
LINK = re.compile(r"http://localhost(/kirjaudu/uusi-salasana/\S+)")
OLD, NEW = "vanha salasana täällä", "uusi kirves laulaa hiljaa"


@pytest.fixture
def whole(sessions: sessionmaker[Session], var_dir: Path) -> Flask:
    """The whole application, on a worker with a password and one without."""
    with sessions.begin() as session:
        county_id = a_county(session).id
        for email, password in (("tiina@example.fi", OLD), ("kaisa@example.fi", None)):
            person = a_person(session, Role.WORKER, name="Tiina Työ", county_id=county_id)
            password_hash = None if password is None else hashed(password)
            session.execute(
                update(Person)
                .where(Person.id == person.person_id)
                .values(email=email, password_hash=password_hash)
            )
    return application_on(sessions, var_dir)


def asked(client: StrictClient, email: str = "Tiina@example.fi", lang: str = "fi") -> str:
    """Ask for a link; return the text of the answer."""
    return client.send(client.page(FORGOTTEN, lang=lang), {"email": email}).texts("main")


def links(sessions: sessionmaker[Session]) -> list[str]:
    """Return the paths of the links that were mailed."""
    with sessions() as session:
        bodies = session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id)).all()
    return [found[1] for body in bodies if (found := LINK.search(body["text"]))]


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_every_page_is_right_in_every_language(
    whole: Flask, sessions: sessionmaker[Session], language: str
) -> None:
    client = strict_client(whole)
    assert client.page("/kirjaudu", lang=language).one(f"main//a[@href='{FORGOTTEN}']") is not None
    client.send(client.page(FORGOTTEN, lang=language), {"email": "tiina"}, status=422)
    asked(client, lang=language)
    (link,) = links(sessions)
    page = client.page(link, lang=language)
    for password in ("", "lyhyt", "Salasana2026", "tiina@example.fi"):
        client.send(page, {"password": password}, status=422)
    assert client.send(page, {"password": NEW}).path == "/kirjaudu"
    client.page(link, lang=language, status=404)


def test_the_answer_is_the_same_for_every_address(whole: Flask, sessions: sessionmaker[Session]) -> None:
    texts = {
        asked(strict_client(whole), email)
        for email in ("tiina@example.fi", "kaisa@example.fi", "nobody@example.fi")
    }
    assert len(texts) == 1
    assert len(links(sessions)) == 1


def test_a_new_password_ends_the_old_one(whole: Flask, sessions: sessionmaker[Session]) -> None:
    asked(strict_client(whole))
    client = strict_client(whole)
    client.send(client.page(links(sessions)[0]), {"password": NEW})
    with sessions() as session:
        person = session.scalars(select(Person).where(Person.email == "tiina@example.fi")).one()
        assert password_is_right(person.password_hash, NEW)
        assert not password_is_right(person.password_hash, OLD)
        assert session.scalars(select(AuditEvent.act)).all() == ["password.reset"]
        assert session.scalars(select(PasswordReset)).all() == []
        subjects = [body["subject"] for body in session.scalars(select(OutboxMessage.body))]
    assert "salasana on vaihdettu" in subjects[-1]


def test_open_sessions_end_with_the_old_password(whole: Flask, sessions: sessionmaker[Session]) -> None:
    client = strict_client(whole)
    forms = client.page("/kirjaudu")
    own = client.send(forms, {"email": "tiina@example.fi", "password": OLD})
    assert own.path == "/tt"
    other = strict_client(whole)
    asked(other)
    other.send(other.page(links(sessions)[0]), {"password": NEW})
    assert client.web.get("/tt").status_code == 302
    with sessions() as session:
        assert session.scalars(select(WebSession.ended_at)).all() == [NOW]


def test_a_link_works_for_an_hour_and_until_a_newer_one(
    whole: Flask, sessions: sessionmaker[Session]
) -> None:
    client = strict_client(whole)
    asked(client)
    asked(client)
    assert len(links(sessions)) == 1, "a second mail only after five minutes"
    earlier = NOW - timedelta(minutes=6)
    with sessions.begin() as session:
        session.execute(update(PasswordReset).values(made_at=earlier, expires_at=NOW + timedelta(minutes=1)))
        session.execute(update(OutboxMessage).values(key="earlier"))
    asked(client)
    first, second = links(sessions)
    client.page(first, status=404)
    client.page(second)
    with sessions.begin() as session:
        session.execute(update(PasswordReset).values(made_at=NOW - timedelta(hours=1), expires_at=NOW))
    client.page(second, status=404)
    with pytest.raises(IntegrityError, match="ck_password_reset_open"), sessions.begin() as session:
        session.execute(update(PasswordReset).values(expires_at=NOW + timedelta(seconds=1)))


def test_guessing_links_and_asking_for_many_is_stopped(whole: Flask) -> None:
    web = whole.test_client()
    statuses = [web.get(f"/kirjaudu/uusi-salasana/{number}").status_code for number in range(12)]
    assert statuses == [404] * 10 + [429] * 2
    client = strict_client(whole)
    page = client.page(FORGOTTEN)
    for _attempt in range(10):
        client.send(page, {"email": "nobody@example.fi"})
    client.send(page, {"email": "tiina@example.fi"}, status=429)
