"""A company applies, a county asks, decides, and the applicant becomes the owner of a provider."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from clearing.eligibility.load.approvals import approvals_in_county
from clearing.eligibility.load.providers import papers_of
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.counties import County, Municipality
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person
from foundation.database.tables.provider_applications import ProviderApplication
from foundation.database.tables.provider_invitations import ProviderInvitation
from foundation.database.tables.providers import Approval, Offering, Provider
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.apply_as_provider import (
    save_answers,
    save_services,
    submit_application,
    withdraw_application,
)
from marketplace.actions.ask_applicant import ask_for_more
from marketplace.actions.decide_application import ApplicationDecided, decide_service
from marketplace.actions.edit_offering import add_offering, edit_offering
from marketplace.actions.start_application import start_application, start_own_application
from marketplace.load.applications import application
from marketplace.rules.application_decisions import APPLICATION_NOT_WAITING, OWN_COMPANY, ServiceDecision
from marketplace.rules.applying import APPLICATION_LOCKED, PROVIDER_KNOWN, Application
from tests.builders import NOW, TODAY, a_county, a_person, a_provider
from tests.builders.application import ADDRESS, APPLICANT, COMPANY, an_application

HELP = "PERSONAL_ASSISTANCE"
YES = ServiceDecision(True, TODAY)
DAYS = (TODAY, None)


@pytest.fixture
def county(session: Session) -> County:
    """A county with a catalogue and municipalities."""
    return a_county(session)


@pytest.fixture
def worker(session: Session, county: County) -> Actor:
    """Its case worker."""
    return a_person(session, Role.WORKER, county_id=county.id)


def read(session: Session, application_id: int) -> Application:
    return application(session, application_id) or pytest.fail("no application")


def decided(
    session: Session, application_id: int, worker: Actor, decision: ServiceDecision = YES, service: str = HELP
) -> ApplicationDecided | Refusal:
    key = (application_id, worker.county_id or 0, service, decision)
    return decide_service(session, *key, actor=worker, now=NOW, address=ADDRESS)


def codes(outcome: object) -> list[str]:
    assert isinstance(outcome, Refusal)
    return [f"{reason.field}:{reason.code}" for reason in outcome.reasons]


def mails(session: Session) -> list[str]:
    return [body["text"] for body in session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id))]


def municipality(session: Session, county: County, place: int = 0) -> str:
    query = text("SELECT code FROM municipality WHERE county_id = :county AND ended_on IS NULL ORDER BY code")
    return str(session.scalars(query, {"county": county.id}).all()[place])


def test_an_approved_company_is_in_the_register_and_its_applicant_is_invited(
    session: Session, county: County, worker: Actor
) -> None:
    key = an_application(session, county.id)
    outcome = not_refused(decided(session, key, worker, ServiceDecision(True, TODAY, date(2027, 6, 30))))
    provider = session.scalars(select(Provider)).one()
    assert outcome == ApplicationDecided(provider.id, is_last=True, is_owner_invited=True)
    assert (provider.business_id, provider.name) == ("2345678-0", "Hoiva Helmi Oy")
    papers = papers_of(session, [provider.id])[provider.id]
    assert {paper.kind for paper in papers} == set(PaperKind)
    history = approvals_in_county(session, provider.id, county.id)[HELP].history
    states = [str(state_on(history, day)) for day in (TODAY, date(2027, 6, 30), date(2027, 7, 1))]
    assert states == ["approved", "approved", "ended"]
    invitation = session.scalars(select(ProviderInvitation)).one()
    assert (invitation.email, invitation.role) == ("helmi@example.fi", "provider_owner")
    found = read(session, key)
    assert (found.state, found.provider_id) == ("decided", provider.id)
    acts = set(session.scalars(select(AuditEvent.act)))
    assert {"application.submitted", "application.approve", "provider.register", "role.invite"} <= acts
    assert decided(session, key, worker) == APPLICATION_NOT_WAITING


def test_a_refusal_needs_a_reason_and_enters_nothing(session: Session, county: County, worker: Actor) -> None:
    key = an_application(session, county.id)
    assert codes(decided(session, key, worker, ServiceDecision(False, TODAY))) == ["why:why_missing"]
    no = ServiceDecision(False, TODAY, why="Vakuutus puuttuu")
    assert not_refused(decided(session, key, worker, no)) == ApplicationDecided(None, True, False)
    assert session.scalar(select(func.count()).select_from(Provider)) == 0
    (service,) = read(session, key).services
    assert (service.state, service.why) == ("refused", "Vakuutus puuttuu")
    assert "/hakemus/" in mails(session)[-1]


@pytest.mark.parametrize(
    ("decision", "fault"),
    [
        (ServiceDecision(True, TODAY - timedelta(days=1)), "first_day:first_day_past"),
        (ServiceDecision(True, date(2999, 1, 1)), "first_day:day_impossible"),
        (ServiceDecision(True, TODAY, TODAY - timedelta(days=1)), "last_day:days_backwards"),
        (ServiceDecision(True, TODAY, why="x" * 501), "why:why_too_long"),
    ],
)
def test_a_wrong_decision_is_refused(
    session: Session, county: County, worker: Actor, decision: ServiceDecision, fault: str
) -> None:
    key = an_application(session, county.id)
    assert codes(decided(session, key, worker, decision)) == [fault]


def test_the_county_asks_and_the_applicant_sends_again(
    session: Session, county: County, worker: Actor
) -> None:
    key = an_application(session, county.id)
    ask = {"actor": worker, "now": NOW, "address": ADDRESS}
    refused = ask_for_more(session, key, county.id, " ", **ask)  # type: ignore[arg-type]
    assert refused == Refusal("why_missing", "question")
    assert ask_for_more(session, key, county.id, "Liitä vakuutus", **ask) is None  # type: ignore[arg-type]
    assert "Liitä vakuutus" in mails(session)[-1]
    assert decided(session, key, worker) == APPLICATION_NOT_WAITING
    assert read(session, key).question == "Liitä vakuutus"
    assert submit_application(session, key, actor=APPLICANT, now=NOW) is None
    assert (read(session, key).state, read(session, key).question) == ("submitted", "")
    assert save_answers(session, key, {"about": "x"}, now=NOW) == APPLICATION_LOCKED


def test_a_company_with_an_owner_applies_through_the_owner(
    session: Session, county: County, worker: Actor
) -> None:
    key = an_application(session, county.id, is_sent=False)
    known = a_provider(session, county, business_id="2345678-0", approved_for=())
    assert save_answers(session, key, COMPANY, now=NOW) is None
    a_person(session, Role.PROVIDER_OWNER, provider_id=known.id)
    assert save_answers(session, key, COMPANY, now=NOW) == PROVIDER_KNOWN
    assert submit_application(session, key, actor=APPLICANT, now=NOW) == PROVIDER_KNOWN


def test_an_owner_who_came_meanwhile_stops_the_approval(
    session: Session, county: County, worker: Actor
) -> None:
    key = an_application(session, county.id)
    known = a_provider(session, county, business_id="2345678-0", approved_for=())
    a_person(session, Role.PROVIDER_OWNER, provider_id=known.id)
    assert decided(session, key, worker) == PROVIDER_KNOWN
    assert session.scalar(select(func.count()).select_from(ProviderInvitation)) == 0


def test_nobody_decides_on_an_own_application(session: Session, county: County, worker: Actor) -> None:
    key = an_application(session, county.id)
    session.execute(
        update(Person).where(Person.id == worker.person_id).values(email="Helmi@Example.fi".lower())
    )
    assert decided(session, key, worker) == OWN_COMPANY
    far = a_person(session, Role.WORKER, county_id=a_county(session, code="11").id)
    assert decided(session, key, far) == APPLICATION_NOT_WAITING


def test_answers_and_papers_are_reused_for_the_next_county(
    session: Session, county: County, worker: Actor
) -> None:
    not_refused(decided(session, an_application(session, county.id), worker))
    provider_id = session.scalars(select(Provider.id)).one()
    owner = a_person(session, Role.PROVIDER_OWNER, provider_id=provider_id)
    other = a_county(session, code="11")
    key = start_own_application(session, provider_id, other.id, Language.SV, actor=owner, now=NOW)
    assert start_own_application(session, provider_id, other.id, Language.SV, actor=owner, now=NOW) == key
    found = read(session, key)
    assert (found.answers["business_id"], found.answers["phone"]) == ("2345678-0", "040 123 4567")
    assert set(found.papers) == set(PaperKind)
    assert save_services(session, key, [HELP], [], now=NOW) is None
    assert submit_application(session, key, actor=owner, now=NOW) is None
    far = a_person(session, Role.COORDINATOR, county_id=other.id)
    outcome = not_refused(decided(session, key, far))
    assert (outcome.provider_id, outcome.is_owner_invited) == (provider_id, False)
    assert HELP in approvals_in_county(session, provider_id, other.id)
    assert len(papers_of(session, [provider_id])[provider_id]) == 3


def test_an_approval_for_some_municipalities_limits_the_offerings(
    session: Session, county: County, worker: Actor
) -> None:
    here = {"county_id": county.id, "latitude": 61.6, "longitude": 27.2}
    session.add(Municipality(code="998", name_fi="Juva", name_sv="Jockas", **here))
    session.flush()
    first, second = municipality(session, county), municipality(session, county, 1)
    key = an_application(session, county.id, municipalities=[first, second])
    for places, code in (((), "municipality_missing"), (("999",), "municipality_not_applied_for")):
        decision = ServiceDecision(True, TODAY, municipalities=places)
        assert codes(decided(session, key, worker, decision)) == [f"municipalities:{code}"]
    not_refused(decided(session, key, worker, ServiceDecision(True, TODAY, municipalities=(first,))))
    provider_id = session.scalars(select(Provider.id)).one()
    assert session.scalars(select(Approval.municipalities)).one() == [first]
    owner = a_person(session, Role.PROVIDER_OWNER, provider_id=provider_id)
    by_owner = {"provider_id": provider_id, "actor": owner, "now": NOW}
    of = {"county": county.code, "service": HELP}
    refused = add_offering(session, **of, values={"municipalities": [second]}, **by_owner)  # type: ignore[arg-type]
    assert isinstance(refused, Refusal)
    assert refused.code == "municipality_not_approved"
    added = not_refused(add_offering(session, **of, values={}, **by_owner))  # type: ignore[arg-type]
    assert added.municipalities == [first]
    values = {"municipalities": [second]}
    refused = edit_offering(session, offering_id=added.id, values=values, **by_owner)  # type: ignore[arg-type]
    assert isinstance(refused, Refusal)
    more = start_own_application(session, provider_id, county.id, Language.FI, actor=owner, now=NOW)
    assert save_services(session, more, [HELP], [second], now=NOW) is None
    assert submit_application(session, more, actor=owner, now=NOW) is None
    ends = ServiceDecision(True, TODAY, date(2027, 1, 1), (second,))
    assert codes(decided(session, more, worker, ends)) == ["last_day:approved_already"]
    not_refused(decided(session, more, worker, ServiceDecision(True, TODAY, municipalities=(second,))))
    assert session.scalars(select(Approval.municipalities)).one() == sorted([first, second])
    session.expire_all()
    assert session.scalars(select(Offering.municipalities)).one() == [first]


def test_a_withdrawn_application_is_not_decided_and_drafts_are_forgotten(
    session: Session, county: County, worker: Actor
) -> None:
    key = an_application(session, county.id)
    assert withdraw_application(session, key, actor=APPLICANT, now=NOW) is None
    assert withdraw_application(session, key, actor=APPLICANT, now=NOW) == APPLICATION_LOCKED
    assert decided(session, key, worker) == APPLICATION_NOT_WAITING
    an_application(session, county.id, email="vanha@example.fi", is_sent=False)
    late = NOW + timedelta(days=91)
    start_application(session, county.id, "uusi@example.fi", Language.FI, address=ADDRESS, now=late)
    assert set(session.scalars(select(ProviderApplication.email))) == {"helmi@example.fi", "uusi@example.fi"}
