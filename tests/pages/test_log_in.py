"""Logging in and out, roles, held answers, and the limit against guessing."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from foundation.database.tables.people import Person, RoleGrant
from foundation.vocabulary.roles import Role
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


def test_a_wrong_password_and_an_unknown_person_get_the_same_words(client: StrictClient) -> None:
    said = {
        with_password(client, email, "väärä", status=422).texts("div[@role='alert']")
        for email in ("worker@example.test", "nobody@example.test")
    }
    assert len(said) == 1
    assert "Tarkista molemmat" in said.pop()


def test_a_missing_value_is_shown_at_the_field_and_above(client: StrictClient) -> None:
    page = with_password(client, "", "", status=422)
    assert page.texts("title").startswith("Virhe: Kirjaudu")
    assert page.one("a[@href='#email']").text == "Kirjoita sähköpostiosoitteesi"
    assert page.texts("p[@id='email-error']") == "Virhe: Kirjoita sähköpostiosoitteesi"


def test_too_many_wrong_log_ins_have_to_wait(client: StrictClient) -> None:
    for _attempt in range(20):
        with_password(client, "worker@example.test", "väärä", status=422)
    with_password(client, "worker@example.test", PASSWORD, status=429)
    token = client.page("/kirjaudu").root.xpath("//input[@name='csrf_token']/@value")[0]
    answer = client.web.post("/kirjaudu", data={"csrf_token": token})
    assert int(answer.headers["Retry-After"]) > 0


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
        session.execute(update(Person).values(session_stamp=Person.session_stamp + 1))
    assert client.web.get("/lomake").status_code == 302


def test_logging_out_ends_the_session(client: StrictClient, log_in: LogIn) -> None:
    log_in("Maija")
    page = client.page("/lomake")
    token = page.root.xpath("//header//input[@name='csrf_token']/@value")[0]
    assert client.web.post("/ulos", data={"csrf_token": token}).status_code == 303
    assert client.web.get("/lomake").status_code == 302


def test_answers_outlive_a_log_in_that_ended(client: StrictClient, log_in: LogIn) -> None:
    log_in("Maija")
    page = client.page("/lomake")
    client.web.delete_cookie("omatori")
    values = {**dict(page.form().form_values()), "name": "Åke", "sum_cents": "36,50"}
    answer = client.web.post("/lomake", data=values, headers=ORIGIN)
    again = client.checked(answer, "/kirjaudu", 401)
    assert sample.effects == []
    count = len(again.root.xpath("//main//form"))
    held = client.send(again, {"email": "worker@example.test", "password": PASSWORD}, form=count - 1)
    assert held.texts("h1") == "Lähetetäänkö kirjoittamasi tiedot?"
    client.send(held)
    assert sample.effects == ["3650"]


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
