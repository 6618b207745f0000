"""A county with pages that no made-up county leads to: links of mails, a published feedback, a guardian, a
remote visit, applications of companies, a paper, a client's bill, a webhook, and somebody at the log-in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from county_desk.actions.change_payer_account import enter_payer_account
from county_desk.actions.invite_person import invite_person
from county_desk.load.people import inviting_county
from county_desk.rules.payer_account import PayerAccount
from county_desk.rules.people import RoleTerms
from foundation.database.columns import days
from foundation.database.tables.feedback import Feedback
from foundation.database.tables.people import Mandate, Person
from foundation.database.tables.providers import Offering
from foundation.database.tables.second_factors import SecondFactor
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.passwords import hash_password
from marketplace.actions.invite_colleague import invite_colleague
from marketplace.actions.reset_password import LINK_PATH, WORKS_FOR, digest_of_link
from marketplace.actions.start_application import new_link, start_own_application
from marketplace.load.colleagues import inviting_provider
from marketplace.rules.colleagues import ColleagueTerms
from marketplace.write.passwords import store_link
from tests.builders.application import an_application
from tests.builders.client_api import a_place
from tests.builders.co_payments import store_bill
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.papers import a_new_paper
from tests.builders.people import a_person
from tests.builders.photos import a_photo
from tests.builders.planned_visits import plan_visits
from tests.builders.seeded_world import CLOCK, Json, SeededWorld
from tests.builders.webhooks import a_tested_webhook

PASSWORD = "1234-5678-9abc"
CODE = "a-code-that-a-mail-would-carry"
CLOCK_TIME = datetime.fromisoformat(CLOCK)
HOUR = timedelta(hours=1)


def a_linked_county(session: Session, database_url: str) -> SeededWorld:
    """Store the county; the report has the links, the client with a guardian, and whom to log in as."""
    scenario = a_correction_scenario(session)
    county_id, client_id = scenario.settlement.county.id, scenario.funding.client_id
    worker = a_person(session, Role.WORKER, county_id=county_id)
    owner = a_person(session, Role.PROVIDER_OWNER, provider_id=scenario.provider_id)
    _store_feedback(session, scenario)
    _store_guardian(session, client_id)
    _plan_remote_visits(session, scenario)
    confirming = a_person(session, Role.COORDINATOR, county_id=county_id)
    admin = a_person(session, Role.ADMIN, county_id=county_id)
    _enter_account(session, county_id)
    client = a_person(session, Role.CLIENT, client_id=client_id)
    place = a_place(session, scenario.provider_id, 61.7)
    photo = a_photo(session, scenario.provider_id, place)
    store_bill(session, scenario.charge(day=CLOCK_TIME.date() - timedelta(days=3)))
    a_tested_webhook(session, scenario.provider_id, owner)
    people: list[Json] = [
        _with_password(session, worker, {"county": "12"}),
        _with_password(session, client, {"client": "any"}),
        _with_password(session, owner, {"provider": "any"}),
        _with_password(session, confirming, {"county": "12"}),
        _with_password(session, admin, {"county": "12"}),
    ]
    _store_second_factor(session, confirming)
    session.flush()
    assert worker.person_id is not None
    store_link(session, worker.person_id, digest_of_link(CODE), CLOCK_TIME, CLOCK_TIME + WORKS_FOR)
    links = [
        LINK_PATH + CODE,
        _invitation_link(session, county_id),
        _colleague_link(session, scenario.provider_id, owner),
        _application_link(session, county_id),
    ]
    an_application(session, county_id, email="toinen@example.fi")
    a_new_paper(session, scenario.provider_id, sent_by=owner, now=CLOCK_TIME - HOUR)
    start_own_application(
        session, scenario.provider_id, county_id, Language.FI, actor=owner, now=CLOCK_TIME - HOUR
    )
    return SeededWorld({"people": people, "links": links, "client": client_id, "photo": photo}, database_url)


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


def _store_second_factor(session: Session, actor: Actor) -> None:
    factor = SecondFactor(person_id=actor.person_id, salt=b"0123456789abcdef", key_version=1)
    factor.made_at = factor.enrolled_at = CLOCK_TIME - HOUR
    factor.last_step = 0
    session.add(factor)


def _enter_account(session: Session, county_id: int) -> None:
    """Let another administrator enter another account of the county: it waits to be confirmed."""
    other = a_person(session, Role.ADMIN, county_id=county_id)
    account = PayerAccount("FI8099000000090136", "OKOYFIHH", "basic")
    entered = {"why": "Pankki vaihtui", "actor": other, "now": CLOCK_TIME - HOUR}
    assert enter_payer_account(session, county_id, account, **entered) is None  # type: ignore[arg-type]


def _colleague_link(session: Session, provider_id: int, owner: Actor) -> str:
    provider = inviting_provider(session, provider_id)
    assert provider is not None
    terms, email = ColleagueTerms(Role.PROVIDER_BILLER), "laskuttaja@example.invalid"
    invited = invite_colleague(
        session, provider, email, terms, actor=owner, now=CLOCK_TIME - HOUR, address=None
    )
    return f"/kutsu/yritys/{not_refused(invited).code}"


def _application_link(session: Session, county_id: int) -> str:
    """Store an application that has not been sent, and return the link of its mail."""
    key = an_application(session, county_id, is_sent=False)
    return new_link(session, key, address="", now=CLOCK_TIME - HOUR)


def _invitation_link(session: Session, county_id: int) -> str:
    county = inviting_county(session, county_id)
    assert county is not None
    terms, operator = RoleTerms(Role.WORKER, CLOCK_TIME.date()), Actor(None, Role.ADMIN, "operator")
    now = CLOCK_TIME - HOUR
    invited = invite_person(
        session, county, "uusi@example.invalid", terms, actor=operator, now=now, address=None
    )
    return f"/kutsu/rooli/{not_refused(invited).code}"
