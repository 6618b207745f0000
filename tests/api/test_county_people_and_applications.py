"""The API of a county's applications, people and invitations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from county_desk.actions.invite_person import invite_person
from county_desk.load.people import inviting_county
from county_desk.rules.people import RoleTerms
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.people import ApiKey, RoleGrant
from foundation.database.tables.providers import Provider
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Role
from tests.builders import NOW, TODAY, a_county, a_person
from tests.builders.api import application_on, sessions_on, store_api_key
from tests.builders.application import an_application

FIRST = {"decision": "approve", "from": TODAY.isoformat(), "municipalities": ["491"]}
SERVICE = "services/PERSONAL_ASSISTANCE/decision"


@dataclass
class Desk:
    """The application, an application to county 12, and keys of people of counties 12 and 13."""

    app: Flask
    sessions: sessionmaker[Session]
    keys: Mapping[str, str]
    applied: int
    invited: int
    worker_grant: int
    admin_grant: int

    def call(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """Return the answer; each call has an idempotency key of its own."""
        headers = {"Authorization": f"Bearer {self.keys[who]}", "Idempotency-Key": uuid4().hex}
        address = f"/api/v1/{path}"
        return self.app.test_client().open(address, method=method, json=body, headers=headers)


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[Desk]:
    with sessions_on(fresh_database) as sessions:
        yield a_desk(sessions, tmp_path)


def a_desk(sessions: sessionmaker[Session], var_dir: Path) -> Desk:
    with sessions.begin() as session:
        county, other = a_county(session), a_county(session, "13")
        people = {
            "worker": a_person(session, Role.WORKER, name="Tiina Työ", county_id=county.id),
            "admin": a_person(session, Role.ADMIN, name="Anna Hallinta", county_id=county.id),
            "far worker": a_person(session, Role.WORKER, county_id=other.id),
            "far admin": a_person(session, Role.ADMIN, county_id=other.id),
        }
        keys = {name: store_api_key(session, actor, f"omk_{uuid4().hex}") for name, actor in people.items()}
        applied = an_application(session, county.id, municipalities=["491"])
        inviting = inviting_county(session, county.id)
        assert inviting is not None
        terms = RoleTerms(Role.AUDITOR, TODAY)
        by = {"actor": people["admin"], "now": NOW, "address": None}
        invited = not_refused(invite_person(session, inviting, "uusi@example.fi", terms, **by))  # type: ignore[arg-type]
        grants = dict(session.execute(select(RoleGrant.person_id, RoleGrant.id)).all())
    own = [grants[people[name].person_id or 0] for name in ("worker", "admin")]
    return Desk(application_on(sessions, var_dir), sessions, keys, applied, invited.invitation_id, *own)


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(each["field"], each["code"]) for each in answer.json["errors"]]


def test_applications_are_listed_and_read(desk: Desk) -> None:
    (listed,) = desk.call("worker", "GET", "applications").json["items"]
    read = desk.call("worker", "GET", f"applications/{desk.applied}").json
    assert listed == read
    assert (read["state"], read["answers"]["company_name"]) == ("submitted", "Hoiva Helmi Oy")
    assert {each["kind"] for each in read["papers"]} == {"register_entry", "insurance", "prepayment_register"}
    assert desk.call("worker", "GET", "applications?state=decided").json["items"] == []
    assert desk.call("worker", "GET", "applications?state=x").status_code == 422


def test_a_question_goes_to_the_applicant(desk: Desk) -> None:
    path = f"applications/{desk.applied}/question"
    answer = desk.call("worker", "POST", path, {"question": "Lisää vakuutus"})
    assert (answer.json["state"], answer.json["question"]) == ("more_needed", "Lisää vakuutus")
    again = desk.call("worker", "POST", path, {"question": "Lisää vakuutus"})
    assert (again.status_code, again.json["code"]) == (409, "application_not_waiting")
    assert desk.call("worker", "POST", path, {"question": ""}).status_code == 422


def test_a_service_is_approved_and_the_company_is_in_the_register(desk: Desk) -> None:
    answer = desk.call("worker", "POST", f"applications/{desk.applied}/{SERVICE}", FIRST)
    assert (answer.status_code, answer.json["state"]) == (200, "decided")
    (service,) = answer.json["services"]
    assert (service["state"], service["from"]) == ("approved", TODAY.isoformat())
    with desk.sessions() as session:
        assert "Hoiva Helmi Oy" in session.scalars(select(Provider.name)).all()
        acts = session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("application.%"))).all()
    assert acts
    (decided,) = desk.call("worker", "GET", "applications?state=decided").json["items"]
    assert decided == answer.json


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"decision": "refuse", "from": TODAY.isoformat()}, [("why", "why_missing")]),
        (FIRST | {"municipalities": []}, [("municipalities", "municipality_missing")]),
        (FIRST | {"municipalities": ["999"]}, [("municipalities", "municipality_not_applied_for")]),
        (FIRST | {"from": (TODAY - timedelta(days=1)).isoformat()}, [("from", "first_day_past")]),
        (FIRST | {"to": (TODAY - timedelta(days=1)).isoformat()}, [("to", "days_backwards")]),
    ],
)
def test_a_wrong_decision_names_its_fields(
    desk: Desk, body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    answer = desk.call("worker", "POST", f"applications/{desk.applied}/{SERVICE}", body)
    assert (answer.status_code, codes(answer)) == (422, expected)
    assert desk.call("worker", "GET", f"applications/{desk.applied}").json["state"] == "submitted"


def test_a_refusal_has_a_reason(desk: Desk) -> None:
    body = {"decision": "refuse", "from": TODAY.isoformat(), "why": "Vakuutus puuttuu"}
    answer = desk.call("worker", "POST", f"applications/{desk.applied}/{SERVICE}", body)
    (service,) = answer.json["services"]
    assert (service["state"], service["why"]) == ("refused", "Vakuutus puuttuu")


def test_people_and_invitations_are_listed_ended_and_withdrawn(desk: Desk) -> None:
    people = desk.call("admin", "GET", "people").json
    assert {each["name"] for each in people["items"]} == {"Anna Hallinta", "Tiina Työ"}
    (invitation,) = people["invitations"]
    assert (invitation["email"], invitation["role"]) == ("uusi@example.fi", "auditor")
    assert desk.call("admin", "DELETE", f"people/invitations/{desk.invited}").status_code == 204
    assert desk.call("admin", "DELETE", f"people/invitations/{desk.invited}").status_code == 404
    ended = desk.call("admin", "POST", f"people/{desk.worker_grant}/end", {"why": "Lähti"})
    assert ended.status_code == 204
    assert desk.call("worker", "GET", "applications").status_code == 401
    with desk.sessions() as session:
        assert session.scalars(select(ApiKey.revoked_at).where(ApiKey.revoked_at.is_not(None))).all()
    own = desk.call("admin", "POST", f"people/{desk.admin_grant}/end", {"why": "Lähdin"})
    assert (own.status_code, own.json["code"]) == (409, "own_role")


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("far worker", "GET", "applications/{applied}", None),
        ("far worker", "POST", "applications/{applied}/question", {"question": "x"}),
        ("far worker", "POST", "applications/{applied}/" + SERVICE, FIRST),
        ("worker", "POST", "applications/{applied}/services/HOME_CARE/decision", FIRST),
        ("far admin", "POST", "people/{worker_grant}/end", {"why": "x"}),
        ("far admin", "DELETE", "people/invitations/{invited}", None),
    ],
)
def test_what_is_anothers_is_not_there(desk: Desk, who: str, method: str, path: str, body: Any) -> None:
    answer = desk.call(who, method, path.format(**vars(desk)), body)
    missing = desk.call(who, method, path.format(**dict.fromkeys(vars(desk), 999_999)), body)
    assert (answer.status_code, answer.json["code"]) == (404, missing.json["code"])
