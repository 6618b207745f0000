"""A company applies to a county: save answers and papers, submit, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from clearing.grants.load.municipalities import municipality_codes
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.applications import lock_application
from marketplace.load.approvals import offered_services
from marketplace.load.colleagues import has_owner
from marketplace.load.register import provider_id_of
from marketplace.rules.applying import (
    APPLICATION_LOCKED,
    APPLICATION_UNKNOWN,
    ENDED_STATES,
    LINK_WORKS_FOR,
    NOT_COMPLETE,
    PROVIDER_KNOWN,
    Application,
    ApplicationState,
    fault_of_business_id,
    why_not_submitted,
)
from marketplace.rules.attachments import media_type_of, why_not_attached
from marketplace.rules.refusals import MUNICIPALITY_UNKNOWN, SERVICE_UNKNOWN
from marketplace.write.applications import (
    change_application,
    replace_services,
    store_paper,
)


def save_answers(
    session: Session, application_id: int, answers: Mapping[str, str], *, now: datetime
) -> Refusal | None:
    """Save answers on the company and its contact.

    Refused with `application_locked`, `business_id_wrong`, and `provider_known` if the company has an owner
    here who did not start this application.
    """
    found = _open(session, application_id)
    if isinstance(found, Refusal):
        return found
    business_id = answers.get("business_id")
    if business_id is not None:
        fault = fault_of_business_id(business_id) or _why_not_company(session, found, business_id, now)
        if fault is not None:
            return fault
    _save(session, found, answers, now)
    return None


def save_services(
    session: Session,
    application_id: int,
    services: Sequence[str],
    municipalities: Sequence[str],
    *,
    now: datetime,
) -> Refusal | None:
    """Save what is applied for. Refused with `application_locked`, `service_unknown`, `municipality_unknown`.

    Args:
        municipalities: Codes of the county's municipalities; none: the whole county.
    """
    found = _open(session, application_id)
    if isinstance(found, Refusal):
        return found
    offered = offered_services(session, found.county_id)
    known = municipality_codes(session, day=helsinki_day(now), county_id=found.county_id)
    if not services or not set(services) <= offered.keys():
        return SERVICE_UNKNOWN
    if not set(municipalities) <= set(known.values()):
        return MUNICIPALITY_UNKNOWN
    decided = {each.service for each in found.services if each.state != "pending"}
    ids = {offered[service] for service in services if service not in decided}
    replace_services(session, application_id, ids, municipalities)
    _save(session, found, {}, now)
    return None


def attach_paper(
    session: Session,
    application_id: int,
    kind: PaperKind,
    days: tuple[date, date | None],
    content: bytes,
    *,
    now: datetime,
) -> Refusal | None:
    """Save a paper as a file, in place of an earlier one of its kind.

    Refused with `application_locked`, `file_too_large`, `file_kind_unknown` by its content, `days_backwards`,
    `paper_expired`.
    """
    found = _open(session, application_id)
    if isinstance(found, Refusal):
        return found
    if fault := why_not_attached(content, days, helsinki_day(now)):
        return fault
    store_paper(session, application_id, kind, days, media_type_of(content) or "", content, now)
    _save(session, found, {}, now)
    return None


def submit_application(
    session: Session, application_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Send an application to the county.

    Refused with `application_locked`, `provider_known`, and `application_not_complete` with the open tasks.
    """
    found = _open(session, application_id)
    if isinstance(found, Refusal):
        return found
    if faults := why_not_submitted(found, helsinki_day(now)):
        return Refusal(NOT_COMPLETE, reasons=faults)
    known = _why_not_company(session, found, found.answers["business_id"], now)
    if known is not None:
        return known
    _move(session, found, ApplicationState.SUBMITTED, actor, now, submitted_at=now, question="")
    return None


def withdraw_application(
    session: Session, application_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Withdraw an application. Refused with `application_unknown`, `application_locked`."""
    found = lock_application(session, application_id)
    if found is None:
        return APPLICATION_UNKNOWN
    if found.state in ENDED_STATES:
        return APPLICATION_LOCKED
    _move(session, found, ApplicationState.WITHDRAWN, actor, now, question="")
    return None


def _open(session: Session, application_id: int) -> Application | Refusal:
    found = lock_application(session, application_id)
    if found is None:
        return APPLICATION_UNKNOWN
    return found if found.is_open else APPLICATION_LOCKED


def _why_not_company(session: Session, found: Application, business_id: str, now: datetime) -> Refusal | None:
    """Return why this applicant may not apply for the company."""
    provider_id = provider_id_of(session, business_id)
    if found.provider_id is not None:
        return None if provider_id == found.provider_id else PROVIDER_KNOWN
    is_known = provider_id is not None and has_owner(session, provider_id, helsinki_day(now))
    return PROVIDER_KNOWN if is_known else None


def _save(session: Session, found: Application, answers: Mapping[str, str], now: datetime) -> None:
    link = {} if found.link_expires_at is None else {"link_expires_at": now + LINK_WORKS_FOR}
    change_application(session, found.id, {**answers, **link, "saved_at": now})


def _move(
    session: Session,
    found: Application,
    state: ApplicationState,
    actor: Actor,
    now: datetime,
    **values: object,
) -> None:
    change_application(session, found.id, {"state": state.value, "saved_at": now, **values})
    record(
        session,
        actor=actor,
        now=now,
        act=f"application.{state.value}",
        subject=("provider_application", found.id),
        county_id=found.county_id,
        detail={"business_id": found.answers["business_id"], "email": found.email},
    )
