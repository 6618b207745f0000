"""Logging in and out, roles, held answers, and the limit against guessing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from foundation.database.columns import days
from foundation.database.tables.people import Person, RoleGrant, WebSession
from foundation.vocabulary.roles import Role
from foundation.web.identity.sessions import IDLE, LASTS
from tests.builders import NOW
from tests.pages import sample
from tests.pages.conftest import PASSWORD, build_app
from tests.pages.strict import StrictClient, StrictPage, strict_client

LogIn = Callable[[str], None]
ORIGIN = {"Origin": "http://localhost"}


def with_password(
    client: StrictClient, email: str, password: str, status: int = 200, path: str = "/kirjaudu"
) -> StrictPage:
    page = client.page(path)
    forms = page.root.xpath("//main//form")
    return client.send(page, {"email": email, "password": password}, form=len(forms) - 1, status=status)


def test_who_has_not_logged_in_is_led_through_the_log_in(client: StrictClient) -> None:
    answer = client.web.get("/lomake?a=1")
    assert answer.location == "/kirjaudu?next=/lomake?a%3D1"
    assert with_password(client, "WORKER@example.test ", PASSWORD, path=answer.location).path == "/lomake"


def test_a_language_chosen_on_the_page_of_logging_in_stays_and_is_nobody_elses(client: StrictClient) -> None:
    assert client.page("/kirjaudu", lang="sv").root.get("lang") == "sv"
    assert with_password(client, "worker@example.test", PASSWORD).root.get("lang") == "sv"
    assert client.page("/lomake").root.get("lang") == "sv"
    log_out(client)
    assert with_password(client, "worker@example.test", PASSWORD).root.get("lang") == "fi"


def test_a_wrong_password_and_an_unknown_person_get_the_same_words(client: StrictClient) -> None:
    texts = {
        with_password(client, email, "väärä", status=422).texts("div[@role='alert']")
        for email in ("worker@example.test", "nobody@example.test")
    }
    assert len(texts) == 1
    assert "Tarkista ne" in texts.pop()


def test_a_missing_value_is_shown_at_the_field_and_above(client: StrictClient) -> None:
    page = with_password(client, "", "", status=422)
    assert page.texts("title").startswith("Virhe: Kirjaudu")
    assert page.one("a[@href='#email']").text == "Kirjoita sähköpostiosoite tai käyttäjätunnus"
    assert page.texts("p[@id='email-error']") == "Virhe: Kirjoita sähköpostiosoite tai käyttäjätunnus"


def test_too_many_wrong_log_ins_have_to_wait(client: StrictClient) -> None:
    for _attempt in range(10):
        with_password(client, "worker@example.test", "väärä", status=422)
    with_password(client, "Worker@Example.test ", PASSWORD, status=429)
    token = client.page("/kirjaudu").root.xpath("//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "email": "worker@example.test", "password": PASSWORD}
    answer = client.web.post("/kirjaudu", data=sent)
    assert 1 <= int(answer.headers["Retry-After"]) <= 600


def test_the_wrong_role_gets_403(client: StrictClient, log_in: LogIn) -> None:
    log_in("Tarja")
    page = client.page("/lomake", status=403)
    assert "Tarkastaja" in page.texts("main")


def test_navigation_shows_the_pages_of_the_role(client: StrictClient, log_in: LogIn) -> None:
    log_in("Maija")
    assert client.page("/lomake").one("a[@aria-current='page']").get("href") == "/lomake"
    assert client.web.get("/alku").location == "/lomake"


def test_a_role_that_ends_ends_with_the_next_request(
    client: StrictClient, log_in: LogIn, sessions: sessionmaker[Session]
) -> None:
    log_in("Maija")
    client.page("/lomake")
    with sessions.begin() as session:
        session.execute(update(RoleGrant).where(RoleGrant.role == Role.WORKER).values(role=Role.AUDITOR))
    client.page("/lomake", status=403)
    with sessions.begin() as session:
        session.execute(update(RoleGrant).values(valid=days(date(2020, 1, 1), date(2020, 1, 2))))
    assert client.web.get("/lomake").status_code == 302


def log_out(client: StrictClient, path: str = "/ulos") -> None:
    token = client.page("/lomake").root.xpath("//header//input[@name='csrf_token']/@value")[0]
    assert client.web.post(path, data={"csrf_token": token}).status_code == 303


def cookie_of(client: StrictClient) -> str:
    cookie = client.web.get_cookie("omatori")
    assert cookie is not None
    return cookie.value


def test_logging_out_ends_the_session_also_for_a_copy_of_its_cookie(
    client: StrictClient, log_in: LogIn
) -> None:
    log_in("Maija")
    copied = cookie_of(client)
    log_out(client)
    assert client.web.get("/lomake").status_code == 302
    client.web.set_cookie("omatori", copied)
    assert client.web.get("/lomake").status_code == 302


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"used_at": NOW - IDLE + timedelta(minutes=1)}, 200),
        ({"used_at": NOW - IDLE}, 302),
        ({"ends_at": NOW + timedelta(seconds=1)}, 200),
        ({"ends_at": NOW}, 302),
    ],
)
def test_a_session_ends_when_idle_and_in_any_case_after_twelve_hours(
    client: StrictClient,
    log_in: LogIn,
    sessions: sessionmaker[Session],
    changes: dict[str, datetime],
    status: int,
) -> None:
    log_in("Maija")
    with sessions.begin() as session:
        begun = {"begun_at": NOW - LASTS, "used_at": NOW - timedelta(minutes=6)}
        session.execute(update(WebSession).values(begun | changes))
    assert client.web.get("/lomake").status_code == status
    with sessions.begin() as session:
        used_at = session.scalars(select(WebSession.used_at)).one()
    assert (used_at == NOW) == (status == 200)


def test_changing_the_role_does_not_make_a_session_longer(
    client: StrictClient, log_in: LogIn, sessions: sessionmaker[Session]
) -> None:
    log_in("Maija")
    soon = NOW + timedelta(hours=1)
    with sessions.begin() as session:
        session.execute(update(WebSession).values(ends_at=soon))
        grant_id = session.scalars(select(RoleGrant.id).where(RoleGrant.role == Role.WORKER)).one()
    client.send(client.page("/rooli"), {"role_grant": str(grant_id)}, form=0)
    with sessions.begin() as session:
        rows = session.scalars(select(WebSession).order_by(WebSession.id)).all()
    assert [row.ends_at for row in rows] == [soon, soon]
    assert [row.ended_at is None for row in rows] == [False, True]


def test_logging_out_everywhere_ends_the_sessions_of_all_browsers(
    app: Flask, client: StrictClient, log_in: LogIn
) -> None:
    other = strict_client(app)
    log_in("Maija")
    other.web.set_cookie("omatori", cookie_of(client))
    with_password(client, "worker@example.test", PASSWORD, path=_after_log_out(client))
    assert "1 laitteella" in client.page("/rooli").texts("main")
    second = strict_client(app)
    with_password(second, "worker@example.test", PASSWORD)
    assert "2 laitteella" in client.page("/rooli").texts("main")
    log_out(second, "/ulos/kaikkialta")
    for browser in (client, second, other):
        assert browser.web.get("/lomake").status_code == 302


def _after_log_out(client: StrictClient) -> str:
    log_out(client)
    return "/kirjaudu"


def typed_after_the_end(client: StrictClient, sessions: sessionmaker[Session]) -> StrictPage:
    """Send a form after the session has ended; return the log-in page that answers it."""
    page = client.page("/lomake")
    with sessions.begin() as session:
        session.execute(update(WebSession).values(ended_at=NOW))
    values = {**dict(page.form().form_values()), "name": "Åke", "sum_cents": "36,50"}
    answer = client.web.post("/lomake", data=values, headers=ORIGIN)
    assert sample.effects == []
    return client.checked(answer, "/kirjaudu", 401)


def test_answers_outlive_a_log_in_that_ended(
    client: StrictClient, log_in: LogIn, sessions: sessionmaker[Session]
) -> None:
    log_in("Maija")
    again = typed_after_the_end(client, sessions)
    count = len(again.root.xpath("//main//form"))
    held = client.send(again, {"email": "worker@example.test", "password": PASSWORD}, form=count - 1)
    assert held.texts("h1") == "Lähetetäänkö kirjoittamasi tiedot?"
    client.send(held)
    assert sample.effects == ["3650"]


def test_another_person_who_logs_in_next_does_not_read_the_answers(
    client: StrictClient, log_in: LogIn, sessions: sessionmaker[Session]
) -> None:
    log_in("Tarja")
    with sessions.begin() as session:
        session.execute(update(RoleGrant).values(role=Role.WORKER))
    again = typed_after_the_end(client, sessions)
    count = len(again.root.xpath("//main//form"))
    after = client.send(again, {"email": "worker@example.test", "password": PASSWORD}, form=count - 1)
    assert after.path == "/lomake"
    assert "Åke" not in after.answer.text


def test_a_form_from_another_site_is_refused_and_not_kept(client: StrictClient, log_in: LogIn) -> None:
    log_in("Maija")
    answer = client.web.post("/lomake", data={"name": "x"}, headers={"Origin": "https://elsewhere.test"})
    assert answer.status_code == 400
    assert "held" not in client.checked(answer, "/lomake", 400).answer.text
    assert sample.effects == []


def test_next_leads_nowhere_else(client: StrictClient) -> None:
    for path in ("https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test"):
        page = client.page("/kirjaudu", query_string={"next": path})
        assert page.root.xpath("//input[@name='next']") == []


def test_production_knows_no_demo_people(app: Flask, sessions: sessionmaker[Session]) -> None:
    settings = app.extensions["omatori"].settings
    production = build_app(Settings("production", "s" * 32, settings.var_dir, clock=NOW), sessions)
    client = strict_client(production)
    page = client.page("/kirjaudu", base_url="https://localhost")
    assert "Maija" not in page.texts("main")
    assert "Strict-Transport-Security" in page.answer.headers
    token = page.root.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "way": "demo", "role_grant": "1"}
    answer = client.web.post(
        "/kirjaudu", data=data, base_url="https://localhost", headers={"Referer": "https://localhost/"}
    )
    assert answer.status_code == 422


def test_roles_can_be_changed(client: StrictClient, log_in: LogIn, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        tarja = session.query(Person).filter_by(name="Tarja Tarkka").one()
        grant = session.query(RoleGrant).filter_by(person_id=tarja.id).one()
        twin = RoleGrant(person_id=tarja.id, role=Role.WORKER, county_id=grant.county_id, valid=grant.valid)
        session.add(twin)
        session.flush()
        twin_id = twin.id
    log_in("Tarja")
    page = client.page("/rooli")
    after = client.send(page, {"role_grant": str(twin_id)}, form=1)
    assert after.path == "/lomake"
