"""The county invites a client by a letter or a mail; the client chooses a password and logs in by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.client_invitations import ClientInvitation
from foundation.database.tables.clients import Client
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person, RoleGrant, WebSession
from foundation.vocabulary.roles import Role
from tests.builders.client_api import STRANGER, ClientApi
from tests.builders.county import NOW
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage
from tests.pages.test_guardians import worker
from tests.pages.test_invitations import invited, opened, visitor

LANGUAGES = ("fi", "sv", "en", "selko")
PASSWORD = "neljä sanaa on hyvä"
BEFORE = "viisi muuta sanaa tässä"


def a_new_client(client_api: ClientApi) -> int:
    """Add a client of the county who has never logged in; return its id."""
    own = client_api.session.get_one(Client, client_api.client_id)
    row = Client(
        county_id=own.county_id,
        number="C-900",
        name="Onni Ömähki",
        municipality_code=own.municipality_code,
        language="fi",
    )
    client_api.session.add(row)
    client_api.session.commit()
    return row.id


@pytest.fixture
def new_client(client_api: ClientApi) -> int:
    """A client of the county who has never logged in; its id."""
    return a_new_client(client_api)


def sent(api: ClientApi, client_id: int, *, status: int = 200, **values: object) -> StrictPage:
    """Make a code for the client as a worker; return the page that answers."""
    browser = worker(api)
    page = browser.page(f"/tt/asiakas/{client_id}", lang="en")
    if page.root.xpath("//main//input[@name='reason']"):
        browser.send(page, {"reason": "handling"})
    page = browser.page(f"/tt/asiakas/{client_id}/tunnus", lang="en")
    return browser.send(page, values, form=len(page.root.xpath("//main//form")) - 1, status=status)


def letter_code(api: ClientApi, client_id: int) -> str:
    """Return the code of a letter to the client."""
    return sent(api, client_id, way="letter").texts("p[@class='om-balance__free']/code")


def mailed_link(api: ClientApi, address: str) -> str:
    """Return the path of the newest link that waits in the outbox for an address."""
    api.session.expire_all()
    rows = api.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).all()
    mail = next(row.body["text"] for row in rows if row.body["to"] == address)
    line = next(line for line in mail.splitlines() if "/kutsu/tili/" in line)
    return "/" + str(line).split("/", 3)[3]


def chosen(api: ClientApi, code: str, **values: object) -> StrictClient:
    """Choose a password with the code; return the browser of the client, at its page about the log-in."""
    browser = visitor(api)
    page = browser.send(opened(browser, code), {"password": PASSWORD, **values})
    assert page.path == "/kutsu/valmis"
    return browser


def logged_in(api: ClientApi, name: str, password: str, *, status: int = 200) -> StrictPage:
    """Log in with the password in another browser; return the page after it."""
    browser = visitor(api)
    page = browser.page("/kirjaudu", lang="en")
    form = len(page.root.xpath("//main//form")) - 1
    return browser.send(page, {"email": name, "password": password}, form=form, status=status)


def fields_of(page: StrictPage, form: int | None = None) -> dict[str, str]:
    """Return what a form of the page would send."""
    return {str(name): str(value) for name, value in page.form(form).form_values()}


def user_name(api: ClientApi, client_id: int) -> str:
    api.session.expire_all()
    query = select(ClientInvitation.user_name).where(ClientInvitation.client_id == client_id)
    return str(api.session.scalars(query.order_by(ClientInvitation.id.desc())).first())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_right_in_every_language(client_api: ClientApi, new_client: int, language: str) -> None:
    code = letter_code(client_api, new_client)
    browser = visitor(client_api)
    page = opened(browser, code, lang=language)
    assert "Onni Ömähki" in page.texts("h1")
    browser.send(page, {"password": "lyhyt"}, status=422)
    browser.send(page, {"password": PASSWORD, "email": "ei osoite"}, status=422)
    client = chosen(client_api, code)
    client.page("/kutsu/valmis", lang=language)
    client.page("/oma", lang=language)
    opened(visitor(client_api), code, status=422, lang=language)
    visitor(client_api).page("/kutsu/tili/abc", status=404, lang=language)
    worker(client_api).page(f"/tt/asiakas/{new_client}/tunnus", lang=language.replace("selko", "fi"))


def test_a_client_without_an_address_logs_in_with_the_user_name_of_the_letter(
    client_api: ClientApi, new_client: int
) -> None:
    page = chosen(client_api, letter_code(client_api, new_client)).page("/kutsu/valmis", lang="en")
    name = user_name(client_api, new_client)
    assert name.startswith("onni")
    assert f"Write your user name {name}." in page.texts("main")
    assert logged_in(client_api, f" {name.upper()} ", PASSWORD).path == "/oma"
    logged_in(client_api, name, "väärä salasana tässä", status=422)
    person = client_api.session.scalars(select(Person).where(Person.user_name == name)).one()
    role = client_api.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
    assert (person.email, person.name, role.role, role.client_id) == (
        None,
        "Onni Ömähki",
        Role.CLIENT,
        new_client,
    )


def test_a_client_with_an_address_logs_in_with_either(client_api: ClientApi, new_client: int) -> None:
    chosen(client_api, letter_code(client_api, new_client), email="Onni@Example.fi")
    for name in ("onni@example.fi", user_name(client_api, new_client)):
        assert logged_in(client_api, name, PASSWORD).path == "/oma"


def test_a_mailed_link_works_once(client_api: ClientApi, new_client: int) -> None:
    assert sent(client_api, new_client, way="mail", email="Onni@example.fi").path.endswith("/tunnus")
    path = mailed_link(client_api, "onni@example.fi")
    browser = visitor(client_api)
    page = browser.page(path, lang="en")
    assert browser.send(page, {"password": PASSWORD}).path == "/kutsu/valmis"
    assert logged_in(client_api, "onni@example.fi", PASSWORD).path == "/oma"
    assert "too old or has been used" in visitor(client_api).page(path, status=404, lang="en").texts("main")


def test_a_lost_letter_is_replaced_or_withdrawn(client_api: ClientApi, new_client: int) -> None:
    lost = letter_code(client_api, new_client)
    found = letter_code(client_api, new_client)
    assert "too old or has been used" in opened(visitor(client_api), lost, status=422).texts("main")
    browser = worker(client_api)
    browser.send(browser.page(f"/tt/asiakas/{new_client}/tunnus", lang="en"), form=0)
    assert "too old or has been used" in opened(visitor(client_api), found, status=422).texts("main")


def test_a_code_ends_after_its_days(client_api: ClientApi, new_client: int) -> None:
    code = letter_code(client_api, new_client)
    begun = {"made_at": NOW - timedelta(days=30), "expires_at": NOW}
    client_api.session.execute(update(ClientInvitation).values(begun))
    client_api.session.commit()
    opened(visitor(client_api), code, status=422)
    browser = visitor(client_api)
    form = {"csrf_token": opened(browser, invited(client_api)).form().fields["csrf_token"], "code": code}
    answer = browser.web.post("/kutsu/tili", data={**form, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/kutsu")
    assert client_api.session.scalars(select(Person).where(Person.user_name.is_not(None))).all() == []


def test_guessing_stops_after_ten(client_api: ClientApi, new_client: int) -> None:
    browser = visitor(client_api)
    for number in range(10):
        opened(browser, f"ABCD-EFGH-234{'ABCDEFGHJK'[number]}", status=422)
    opened(browser, letter_code(client_api, new_client), status=429)


def test_a_new_letter_changes_the_password_and_ends_every_session(
    client_api: ClientApi, new_client: int
) -> None:
    first = chosen(client_api, letter_code(client_api, new_client), email="onni@example.fi", password=BEFORE)
    code = letter_code(client_api, new_client)
    browser = visitor(client_api)
    page = opened(browser, code)
    assert "Your old password stops working." in page.texts("main")
    browser.send(page, {"password": PASSWORD})
    assert first.web.get("/oma").location.startswith("/kirjaudu")
    logged_in(client_api, "onni@example.fi", BEFORE, status=422)
    assert logged_in(client_api, "onni@example.fi", PASSWORD).path == "/oma"
    client_api.session.expire_all()
    keys = client_api.session.scalars(select(OutboxMessage.key).order_by(OutboxMessage.id)).all()
    assert [key.partition(":")[0] for key in keys] == ["client_letter", "password_changed"]
    people = client_api.session.scalars(select(RoleGrant).where(RoleGrant.client_id == new_client)).all()
    assert len(people) == 1


def test_somebody_who_is_logged_in_becomes_the_client_too(client_api: ClientApi, new_client: int) -> None:
    code = letter_code(client_api, new_client)
    stranger = logged_in_by_key(client_api.web.application.test_client(), client_api.session, STRANGER)
    assert stranger.send(opened(stranger, code)).path == "/kutsu/valmis"
    roles = client_api.session.scalars(select(RoleGrant.role).where(RoleGrant.client_id == new_client)).all()
    assert roles == [Role.CLIENT]


def test_the_code_is_stored_nowhere_and_each_act_is_in_the_clients_log(
    client_api: ClientApi, new_client: int
) -> None:
    code = letter_code(client_api, new_client)
    chosen(client_api, code)
    tables = ("client_invitation", "outbox", "audit_event", "web_session")
    stored = "".join(
        str(row)
        for table in tables
        for row in client_api.session.execute(text(f"SELECT to_jsonb({table}) FROM {table}"))
    )
    assert code not in stored
    assert code.replace("-", "") not in stored
    assert PASSWORD not in stored
    acts = client_api.session.scalars(
        select(AuditEvent.act)
        .where(AuditEvent.client_id == new_client, AuditEvent.subject_kind == "client_invitation")
        .order_by(AuditEvent.id)
    ).all()
    assert [act for act in acts if act != "client.look"] == ["client.invite", "client.accept_invitation"]
    assert client_api.session.scalars(select(WebSession)).all()
