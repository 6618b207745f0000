"""/hallinta/ihmiset: an administrator invites, changes and ends people of the own county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.columns import days
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.role_invitations import RoleInvitation
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_county, a_person
from tests.builders.api import application_on
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

INVITED = {"email": "Vaino@example.fi", "role": "worker", "granting_limit": "5 000,50"}


@dataclass
class Desk:
    """The application, and an administrator, a worker and another county's administrator."""

    app: Flask
    sessions: sessionmaker[Session]
    people: dict[str, Actor]

    def browser(self, name: str = "admin") -> StrictClient:
        with self.sessions.begin() as session:
            return logged_in(self.app.test_client(), session, self.people[name])

    def grant(self, name: str) -> RoleGrant:
        with self.sessions() as session:
            person_id = self.people[name].person_id
            return session.scalars(select(RoleGrant).where(RoleGrant.person_id == person_id)).one()

    def path(self, name: str) -> str:
        return f"/hallinta/ihmiset/{self.grant(name).id}"


@pytest.fixture
def desk(sessions: sessionmaker[Session], var_dir: Path) -> Desk:
    """County 12 with two people, and county 13 with one."""
    with sessions.begin() as session:
        county, other = a_county(session), a_county(session, "13")
        people = {
            "admin": a_person(session, Role.ADMIN, name="Anna Hallinta", county_id=county.id),
            "worker": a_person(session, Role.WORKER, name="Tiina Työ", county_id=county.id),
            "far": a_person(session, Role.ADMIN, name="Kauko Kaukainen", county_id=other.id),
        }
    app = application_on(sessions, var_dir)
    return Desk(app, sessions, people)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_right_in_every_language(desk: Desk, language: str) -> None:
    admin = desk.browser()
    invite = admin.page("/hallinta/ihmiset/kutsu", lang=language)
    admin.send(invite, {"email": "", "first_day": "", "granting_limit": "x"}, status=422)
    refused = {**INVITED, "role": "auditor", "last_day": "1.1.2020", "substitute_for": "nobody@example.fi"}
    assert len(admin.send(invite, refused, status=422).root.xpath("//p[@class='govuk-error-message']")) == 3
    assert admin.send(invite, INVITED).path == "/hallinta/ihmiset"
    shown = admin.page("/hallinta/ihmiset", lang=language).texts("main")
    assert all(text in shown for text in ("Anna Hallinta", "Tiina Työ", "vaino@example.fi"))
    assert "Kauko" not in shown
    for name in ("worker", "admin"):
        admin.page(desk.path(name), lang=language)
        admin.page(f"{desk.path(name)}/lopeta", lang=language)


def test_an_invitation_is_mailed_with_its_terms_and_withdrawn(desk: Desk) -> None:
    admin = desk.browser()
    admin.send(admin.page("/hallinta/ihmiset/kutsu"), INVITED)
    with desk.sessions() as session:
        row = session.scalars(select(RoleInvitation)).one()
        body = session.scalars(select(OutboxMessage.body)).one()
    assert (row.email, row.granting_limit_cents) == ("vaino@example.fi", 500_050)
    assert row.made_by == desk.people["admin"].person_id
    assert "http://localhost/kutsu/rooli/" in body["text"]
    listed = admin.page("/hallinta/ihmiset")
    assert "/kutsu/rooli/" not in listed.answer.text
    far = desk.browser("far")
    token = far.page("/hallinta/ihmiset/kutsu").root.xpath("//input[@name='csrf_token']/@value")[0]
    path = f"/hallinta/ihmiset/kutsut/{row.id}/peru"
    assert far.web.post(path, data={"csrf_token": token}).status_code == 404
    assert "vaino@example.fi" not in admin.send(listed).texts("main//section")


def test_a_role_is_changed_and_ended_with_a_reason(desk: Desk) -> None:
    admin, worker = desk.browser(), desk.browser("worker")
    assert worker.web.get("/tt").status_code == 200
    changes = {"last_day": "31.12.2026", "granting_limit": "1000"}
    assert admin.send(admin.page(desk.path("worker")), changes).path == "/hallinta/ihmiset"
    grant = desk.grant("worker")
    assert (grant.valid.upper, grant.granting_limit_cents) == (date(2027, 1, 1), 100_000)
    end = admin.page(f"{desk.path('worker')}/lopeta")
    admin.send(end, {"why": ""}, status=422)
    assert admin.send(end, {"why": "Lähti töistä"}).path == "/hallinta/ihmiset"
    assert worker.web.get("/tt").status_code == 302
    with desk.sessions() as session:
        acts = session.execute(select(AuditEvent.act, AuditEvent.why, AuditEvent.actor_name)).all()
    assert [tuple(act) for act in acts if act.act.startswith("role")] == [
        ("role.change", "", "Anna Hallinta"),
        ("role.end", "Lähti töistä", "Anna Hallinta"),
    ]


def test_an_administrator_has_no_way_to_the_own_role(desk: Desk) -> None:
    admin = desk.browser()
    own = desk.path("admin")
    token = admin.page("/hallinta/ihmiset/kutsu").root.xpath("//input[@name='csrf_token']/@value")[0]
    for path, data in ((own, {"last_day": ""}), (f"{own}/lopeta", {"why": "x"})):
        assert admin.page(path).root.xpath("//main//form") == []
        assert admin.web.post(path, data={"csrf_token": token, **data}).status_code == 422
    with desk.sessions() as session:
        email = session.scalars(select(Person.email).where(Person.name == "Anna Hallinta")).one()
    admin.send(admin.page("/hallinta/ihmiset/kutsu"), {**INVITED, "email": email}, status=422)
    assert desk.grant("admin").valid == days(date(2020, 1, 1), None)


def test_another_countys_people_are_not_there(desk: Desk) -> None:
    far = desk.browser("far")
    for path in (desk.path("worker"), f"{desk.path('worker')}/lopeta"):
        assert far.web.get(path).status_code == 404
