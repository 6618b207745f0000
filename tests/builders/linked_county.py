"""A county with pages that no made-up county leads to: links of mails, a published feedback, a guardian, and
a remote visit."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from county_desk.actions.invite_person import invite_person
from county_desk.load.people import inviting_county
from county_desk.rules.people import RoleTerms
from foundation.database.columns import days
from foundation.database.tables.feedback import Feedback
from foundation.database.tables.people import Mandate, Person
from foundation.database.tables.providers import Offering
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.passwords import hash_password
from marketplace.actions.reset_password import LINK_PATH, WORKS_FOR, digest_of_link
from marketplace.write.passwords import store_link
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.people import a_person
from tests.builders.planned_visits import plan_visits
from tests.builders.seeded_world import CLOCK, Json, SeededWorld

PASSWORD = "1234-5678-9abc"
CODE = "a-code-that-a-mail-would-carry"
CLOCK_TIME = datetime.fromisoformat(CLOCK)


def a_linked_county(session: Session, database_url: str) -> SeededWorld:
    """Store the county; the report has the links, the client with a guardian, and whom to log in as."""
    scenario = a_correction_scenario(session)
    county_id, client_id = scenario.settlement.county.id, scenario.funding.client_id
    worker = a_person(session, Role.WORKER, county_id=county_id)
    owner = a_person(session, Role.PROVIDER_OWNER, provider_id=scenario.provider_id)
    _store_feedback(session, scenario)
    _store_guardian(session, client_id)
    _plan_remote_visits(session, scenario)
    people: list[Json] = [
        _with_password(session, worker, {"county": "12"}),
        _with_password(session, owner, {"provider": "any"}),
    ]
    session.flush()
    assert worker.person_id is not None
    store_link(session, worker.person_id, digest_of_link(CODE), CLOCK_TIME, CLOCK_TIME + WORKS_FOR)
    links = [LINK_PATH + CODE, _invitation_link(session, county_id)]
    return SeededWorld({"people": people, "links": links, "client": client_id}, database_url)


def _with_password(session: Session, actor: Actor, scope: Json) -> Json:
    assert actor.role is not None
    email = f"{actor.role}@example.invalid"
    log_in = {"email": email, "password_hash": hash_password(PASSWORD)}
    session.execute(update(Person).where(Person.id == actor.person_id).values(log_in))
    return {"role": actor.role.value, "log_in": email, "password": PASSWORD, **scope}


def _store_feedback(session: Session, scenario: CorrectionScenario) -> None:
    row = Feedback(
        county_id=scenario.settlement.county.id,
        client_id=scenario.funding.client_id,
        provider_id=scenario.provider_id,
        charge_id=scenario.charge(),
        revision=1,
        face="good",
        words="Hyvä apu.",
        state="published",
        given_at=CLOCK_TIME,
        decided_at=CLOCK_TIME,
    )
    session.add(row)


def _store_guardian(session: Session, client_id: int) -> None:
    guardian = a_person(session, Role.REPRESENTATIVE, name="Eero Edunvalvoja")
    rights = dict.fromkeys(("may_see", "may_choose", "may_move"), True)
    row = Mandate(client_id=client_id, person_id=guardian.person_id, kind="guardian", **rights)
    row.valid = days(date(2026, 1, 1), None)
    session.add(row)


def _plan_remote_visits(session: Session, scenario: CorrectionScenario) -> None:
    """Plan visits by video on weekends: the frozen day is a Saturday."""
    session.get_one(Offering, scenario.choice.offering_id).remote = True
    plan_visits(session, scenario.choice, weekdays=(5, 6), first_day=CLOCK_TIME.date())


def _invitation_link(session: Session, county_id: int) -> str:
    county = inviting_county(session, county_id)
    assert county is not None
    terms, operator = RoleTerms(Role.WORKER, CLOCK_TIME.date()), Actor(None, Role.ADMIN, "operator")
    now = CLOCK_TIME - timedelta(hours=1)
    invited = invite_person(
        session, county, "uusi@example.invalid", terms, actor=operator, now=now, address=None
    )
    return f"/kutsu/rooli/{not_refused(invited).code}"
