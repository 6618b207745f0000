"""A county decides on a service of an application: the approval, the register entry and the owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import approvals_in_county
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import ONE_DAY, helsinki_day, state_on
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.approve_provider import change_approval
from marketplace.actions.ask_applicant import (
    link_for_applicant,
    mail_applicant,
    record_decision,
    waiting_application,
)
from marketplace.actions.invite_colleague import invite_colleague
from marketplace.load.approvals import approved_for_service
from marketplace.load.colleagues import has_owner, inviting_provider
from marketplace.load.register import county_names_of, lock_entry
from marketplace.rules.application_decisions import (
    APPLICATION_NOT_WAITING,
    APPROVED_ALREADY,
    DECISION_REFUSED,
    ServiceDecision,
    faults_of_decision,
)
from marketplace.rules.application_mails import DECIDED_SUBJECT, decided_text
from marketplace.rules.applying import PROVIDER_KNOWN, Application, ApplicationState, AppliedService
from marketplace.rules.colleagues import ColleagueTerms
from marketplace.rules.registering import RegisterPaper, Registration
from marketplace.write.applications import change_application, store_service_decision
from marketplace.write.approvals import limit_to_municipalities
from marketplace.write.register import store_papers, store_provider

END_OF_WINDOW = "Määräaikainen hyväksyntä / tidsbegränsat godkännande / approved for a limited time"


@dataclass(frozen=True, slots=True)
class ApplicationDecided:
    """A service was decided. `is_owner_invited`: the applicant was mailed a link to the role of owner."""

    provider_id: int | None
    is_last: bool
    is_owner_invited: bool


def decide_service(
    session: Session,
    application_id: int,
    county_id: int,
    service: str,
    decision: ServiceDecision,
    *,
    actor: Actor,
    now: datetime,
    address: str,
) -> ApplicationDecided | Refusal:
    """Approve or refuse a service of an application.

    The first approval enters the company into the register with its papers, and invites the applicant to be
    its owner if it has none. After the last service the applicant gets a mail.
    Refused with `application_not_waiting`, `own_company`, `provider_known`, and `decision_refused` with the
    wrong fields.
    """
    found = waiting_application(session, application_id, county_id, actor)
    if isinstance(found, Refusal):
        return found
    waiting = [each for each in found.services if each.state == "pending"]
    applied = next((each for each in waiting if each.service == service), None)
    if applied is None:
        return APPLICATION_NOT_WAITING
    if faults := tuple(_faults(session, found, applied, decision, now)):
        return Refusal(DECISION_REFUSED, reasons=faults)
    provider_id, is_invited = found.provider_id, False
    if decision.is_approved:
        entered = _enter(session, found, actor, now)
        if isinstance(entered, Refusal):
            return entered
        provider_id = entered
        _approve(session, provider_id, county_id, service, decision, actor, now)
        is_invited = _invite_owner(session, found, provider_id, actor, now, address)
    _store(session, found, applied, decision, actor, now)
    is_last = len(waiting) == 1
    if is_last:
        _finish(session, found, county_id, address, now)
    return ApplicationDecided(provider_id, is_last, is_invited)


def _faults(
    session: Session, found: Application, applied: AppliedService, decision: ServiceDecision, now: datetime
) -> Iterator[Refusal]:
    yield from faults_of_decision(decision, applied, helsinki_day(now))
    if decision.last_day is None or found.provider_id is None:
        return
    key = (found.provider_id, found.county_id, applied.service)
    if _is_approved(session, *key, decision.first_day):
        yield APPROVED_ALREADY


def _enter(session: Session, found: Application, actor: Actor, now: datetime) -> int | Refusal:
    """Enter the company into the register if it is new, and its papers; return its id."""
    answers = found.answers
    entry = lock_entry(session, answers["business_id"])
    papers = [RegisterPaper(kind, one.first_day, one.last_day) for kind, one in found.papers.items()]
    if entry is None:
        registration = Registration(
            business_id=answers["business_id"],
            name=answers["company_name"],
            email=found.email,
            phone=answers["phone"],
            website=answers["website"],
            about=answers["about"],
        )
        provider_id = store_provider(session, registration)
        subject = ("provider", registration.business_id)
        record(
            session,
            actor=actor,
            now=now,
            act="provider.register",
            subject=subject,
            county_id=found.county_id,
            detail={"application": found.id},
        )
    elif found.provider_id is None and has_owner(session, entry.id, helsinki_day(now)):
        return PROVIDER_KNOWN
    else:
        provider_id = entry.id
        papers = [paper for paper in papers if paper not in entry.papers]
    store_papers(session, provider_id, papers)
    change_application(session, found.id, {"provider_id": provider_id})
    return provider_id


def _approve(
    session: Session,
    provider_id: int,
    county_id: int,
    service: str,
    decision: ServiceDecision,
    actor: Actor,
    now: datetime,
) -> None:
    """Store the approval, its end after the last day, and its municipalities.

    To an approval in force only municipalities are added.
    """
    if _is_approved(session, provider_id, county_id, service, decision.first_day):
        limit = approved_for_service(session, provider_id, county_id, service)
        whole = not limit or not decision.municipalities
        added = () if whole else {*limit, *decision.municipalities}
        limit_to_municipalities(session, provider_id, county_id, service, added)
        return
    windows: list[tuple[ApprovalState, date, str]] = [
        (ApprovalState.APPROVED, decision.first_day, decision.why)
    ]
    if decision.last_day is not None:
        windows.append((ApprovalState.ENDED, decision.last_day + ONE_DAY, END_OF_WINDOW))
    for state, from_day, why in windows:
        outcome = change_approval(
            session,
            provider_id=provider_id,
            county_id=county_id,
            service=service,
            state=state,
            from_day=from_day,
            why=why,
            actor=actor,
            now=now,
        )
        not_refused(outcome)
    limit_to_municipalities(session, provider_id, county_id, service, decision.municipalities)


def _is_approved(session: Session, provider_id: int, county_id: int, service: str, day: date) -> bool:
    current = approvals_in_county(session, provider_id, county_id).get(service)
    return current is not None and state_on(current.history, day) is ApprovalState.APPROVED


def _invite_owner(
    session: Session, found: Application, provider_id: int, actor: Actor, now: datetime, address: str
) -> bool:
    """Invite the applicant of a company without an owner; return whether it was done now."""
    if found.provider_id is not None or has_owner(session, provider_id, helsinki_day(now)):
        return False
    provider = inviting_provider(session, provider_id)
    assert provider is not None
    terms = ColleagueTerms(Role.PROVIDER_OWNER)
    not_refused(
        invite_colleague(session, provider, found.email, terms, actor=actor, now=now, address=address)
    )
    return True


def _store(
    session: Session,
    found: Application,
    applied: AppliedService,
    decision: ServiceDecision,
    actor: Actor,
    now: datetime,
) -> None:
    is_approved = decision.is_approved
    values = {
        "state": "approved" if is_approved else "refused",
        "first_day": decision.first_day if is_approved else None,
        "last_day": decision.last_day if is_approved else None,
        "municipalities": list(decision.municipalities if is_approved else applied.municipalities),
        "why": decision.why.strip(),
        "decided_at": now,
        "decided_by": actor.person_id,
    }
    store_service_decision(session, applied.id, values)
    act = "application.approve" if is_approved else "application.refuse"
    record_decision(session, act, found, actor, now, decision.why.strip(), {"service": applied.service})


def _finish(session: Session, found: Application, county_id: int, address: str, now: datetime) -> None:
    change_application(session, found.id, {"state": ApplicationState.DECIDED.value})
    fi, sv = county_names_of(session, county_id)
    text = decided_text(fi, sv, link_for_applicant(session, found, address, now))
    mail_applicant(session, found, "decided", DECIDED_SUBJECT, text, now)
