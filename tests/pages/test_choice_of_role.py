"""A person with several roles chooses one at each log-in; nobody is put into the first one silently."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.people import Person, RoleGrant, WebSession
from foundation.vocabulary.roles import Role
from tests.builders import NOW, a_provider
from tests.builders.county import a_county
from tests.pages.conftest import PASSWORD
from tests.pages.strict import StrictClient, StrictPage, strict_client

EMAIL = "worker@example.test"
ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def roles(app: Flask, sessions: sessionmaker[Session]) -> dict[Role, int]:
    """Maija's three roles: an auditor first, then a worker, then the owner of a provider."""
    with sessions.begin() as session:
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        worker = session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
        worker.role = Role.AUDITOR
        provider = a_provider(session, a_county(session, "77"), name="Kotiapu Kaisla Oy")
        scopes: dict[Role, dict[str, int | None]] = {
            Role.WORKER: {"county_id": worker.county_id},
            Role.PROVIDER_OWNER: {"provider_id": provider.id},
        }
        found = {Role.AUDITOR: worker.id}
        for role, scope in scopes.items():
            grant = RoleGrant(person_id=person.id, role=role, valid=worker.valid, **scope)
            session.add(grant)
            session.flush()
            found[role] = grant.id
        return found


def with_password(client: StrictClient, path: str = "/kirjaudu", lang: str = "en") -> StrictPage:
    page = client.page(path, lang=lang)
    forms = page.root.xpath("//main//form")
    return client.send(page, {"email": EMAIL, "password": PASSWORD}, form=len(forms) - 1)


@pytest.mark.parametrize("lang", ["fi", "sv", "en", "selko"])
def test_who_has_several_roles_is_shown_them_all(
    client: StrictClient, roles: dict[Role, int], lang: str
) -> None:
    page = with_password(client, lang=lang)
    values = page.root.xpath("//main//button[@name='role_grant']/@value")
    assert [int(value) for value in values] == list(roles.values())
    assert "Kotiapu Kaisla Oy" in page.texts("main")


def test_the_chosen_role_is_the_one_that_acts(client: StrictClient, roles: dict[Role, int]) -> None:
    page = with_password(client)
    after = client.send(page, {"role_grant": str(roles[Role.WORKER])}, form=1)
    assert after.path == "/lomake"
    assert client.page("/lomake", lang="en").texts("span[@class='om-who__role']") == "Case worker"


def test_the_page_from_before_the_log_in_is_opened_in_the_chosen_role(
    client: StrictClient, roles: dict[Role, int]
) -> None:
    page = with_password(client, "/kirjaudu?next=/lomake?a%3D1")
    answer = client.web.post(
        "/rooli",
        data=dict(page.form(1).form_values()) | {"role_grant": str(roles[Role.WORKER])},
    )
    assert (answer.status_code, answer.location) == (303, "/lomake?a=1")


def test_nobody_continues_without_having_chosen(client: StrictClient, roles: dict[Role, int]) -> None:
    with_password(client)
    assert client.web.get("/alku").location == "/rooli"
    assert "Choose" in client.page("/rooli", lang="en").texts("main")


def test_typed_answers_are_kept_over_the_choice(
    client: StrictClient, roles: dict[Role, int], sessions: sessionmaker[Session]
) -> None:
    client.send(with_password(client), {"role_grant": str(roles[Role.WORKER])}, form=1)
    page = client.page("/lomake", lang="en")
    with sessions.begin() as session:
        session.execute(update(WebSession).values(ended_at=NOW))
    values = {**dict(page.form().form_values()), "name": "Åke", "sum_cents": "36,50"}
    again = client.checked(client.web.post("/lomake", data=values, headers=ORIGIN), "/kirjaudu", 401)
    count = len(again.root.xpath("//main//form"))
    choice = client.send(again, {"email": EMAIL, "password": PASSWORD}, form=count - 1)
    held = client.send(choice, {"role_grant": str(roles[Role.WORKER])}, form=1)
    assert "Åke" in "".join(held.root.xpath("//main//form//input/@value"))


def test_another_persons_role_is_not_taken(app: Flask, client: StrictClient, roles: dict[Role, int]) -> None:
    page = with_password(client)
    with_password(strict_client(app))
    refused = client.send(page, {"role_grant": "999999999"}, form=1)
    assert refused.path == "/rooli"
    assert client.web.get("/alku").location == "/rooli"


def test_one_role_is_not_asked_about(client: StrictClient) -> None:
    assert with_password(client).path == "/lomake"
