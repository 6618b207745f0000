"""A county asks a company that applies for more. What it does with an application is mailed and recorded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail, leave_secret_mail
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.start_application import new_link
from marketplace.load.accounts import account_of
from marketplace.load.applications import lock_application
from marketplace.load.register import county_names_of
from marketplace.rules.application_decisions import APPLICATION_NOT_WAITING, OWN_COMPANY
from marketplace.rules.application_mails import MORE_SUBJECT, more_needed_text
from marketplace.rules.applying import LONGEST_TEXT, Application, ApplicationState
from marketplace.write.applications import change_application


def ask_for_more(
    session: Session,
    application_id: int,
    county_id: int,
    question: str,
    *,
    actor: Actor,
    now: datetime,
    address: str,
) -> Refusal | None:
    """Give an application back with a question, and mail it to the applicant.

    Refused with `application_not_waiting`, `why_missing`, `why_too_long`, `own_company`.
    """
    found = waiting_application(session, application_id, county_id, actor)
    if isinstance(found, Refusal):
        return found
    question = question.strip()
    if not question or len(question) > LONGEST_TEXT:
        return Refusal("why_too_long" if question else "why_missing", "question")
    change_application(session, found.id, {"state": ApplicationState.MORE_NEEDED.value, "question": question})
    fi, sv = county_names_of(session, county_id)
    text = more_needed_text(fi, sv, question, link_for_applicant(session, found, address, now))
    mail_applicant(session, found, "more_needed", MORE_SUBJECT, text, now)
    record_decision(session, "application.more_needed", found, actor, now, question, {})
    return None


def waiting_application(
    session: Session, application_id: int, county_id: int, actor: Actor
) -> Application | Refusal:
    """Return an application that waits for the county, locked.

    Refused with `application_not_waiting`, `own_company`.
    """
    found = lock_application(session, application_id)
    if found is None or found.county_id != county_id or found.state is not ApplicationState.SUBMITTED:
        return APPLICATION_NOT_WAITING
    account = account_of(session, found.email)
    is_own = account is not None and account.person_id == actor.person_id
    return OWN_COMPANY if is_own else found


def link_for_applicant(session: Session, found: Application, address: str, now: datetime) -> str:
    """Return the link for the applicant: a new one, or the page of the owner who applied."""
    if found.link_expires_at is None:
        return f"{address.rstrip('/')}/t/hakemukset/{found.id}"
    return new_link(session, found.id, address=address, now=now)


def mail_applicant(
    session: Session, found: Application, what: str, subject: str, text: str, now: datetime
) -> None:
    """Mail the applicant; a text with a link is removed when it is sent."""
    leave = leave_mail if found.link_expires_at is None else leave_secret_mail
    key = f"application_{what}:{found.id}:{now.isoformat()}"
    leave(session, key, to=found.email, subject=subject, text=text, now=now)


def record_decision(
    session: Session,
    act: str,
    found: Application,
    actor: Actor,
    now: datetime,
    why: str,
    detail: dict[str, object],
) -> None:
    """Record what the county did with an application."""
    subject = ("provider_application", found.id)
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=subject,
        county_id=found.county_id,
        why=why,
        detail=detail,
    )
