"""Change or end a support person's mandate, as its client; or a guardian's, as the county."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.invite_to_act import described
from marketplace.load.cards import lock_client
from marketplace.load.invitations import (
    GivenMandate,
    emails_of_client,
    funding_ids_of_client,
    mandate_in_force,
)
from marketplace.rules.mandate_mails import CHANGED, ENDED, GUARDIAN_CHANGED, MailText
from marketplace.rules.mandate_terms import MandateTerms, why_not_changed
from marketplace.rules.refusals import MANDATE_OF_OTHERS, MANDATE_UNKNOWN
from marketplace.write.mandates import change_terms, revoke


def change_mandate(
    session: Session,
    *,
    client_id: int,
    mandate_id: int,
    terms: MandateTerms,
    first_day: date,
    actor: Actor,
    now: datetime,
) -> Refusal | None:
    """Store new terms from a day on; those from today hold from the next request of the mandate's holder.

    The terms of before stay as history, and what was set for later falls away. The holder gets a mail, and
    so does the client of a guardian.

    Refused with `mandate_unknown`, `mandate_of_others` and the codes of `why_not_changed`.
    """
    mandate = _own_mandate(session, client_id, mandate_id, actor, now)
    if isinstance(mandate, Refusal):
        return mandate
    earliest = max(helsinki_day(now), mandate.first_day)
    fundings = funding_ids_of_client(session, client_id)
    refusal = why_not_changed(terms, fundings, first_day=first_day, earliest=earliest)
    if refusal is not None:
        return refusal
    changed_id = change_terms(session, mandate_id, terms, first_day=first_day, now=now)
    after = {**described(terms), "first_day": first_day.isoformat(), "mandate": changed_id}
    detail = {"before": described(mandate.terms), "after": after}
    _record(session, mandate, "mandate.change", detail, actor, now)
    _leave_mail(session, mandate, CHANGED, now)
    if mandate.kind == "guardian":
        _mail_client(session, mandate, now)
    return None


def end_mandate(
    session: Session, *, client_id: int, mandate_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    """End a mandate, and what was set for later, at once in every open session.

    Refused with `mandate_unknown`, `mandate_of_others`.
    """
    mandate = _own_mandate(session, client_id, mandate_id, actor, now)
    if isinstance(mandate, Refusal):
        return mandate
    revoke(session, client_id, mandate.person_id, day=helsinki_day(now), now=now)
    _record(session, mandate, "mandate.end", described(mandate.terms), actor, now)
    _leave_mail(session, mandate, ENDED, now)
    return None


def _own_mandate(
    session: Session, client_id: int, mandate_id: int, actor: Actor, now: datetime
) -> GivenMandate | Refusal:
    """Return the mandate if the actor may decide about it: the client, or for a guardian the county."""
    lock_client(session, client_id)
    mandate = mandate_in_force(session, client_id, mandate_id, helsinki_day(now))
    if mandate is None:
        return MANDATE_UNKNOWN
    decides = Role.WORKER if mandate.kind == "guardian" else Role.CLIENT
    return mandate if actor.role is decides else MANDATE_OF_OTHERS


def _record(
    session: Session,
    mandate: GivenMandate,
    act: str,
    detail: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("mandate", mandate.id),
        county_id=mandate.county_id,
        client_id=mandate.client_id,
        detail=detail,
    )


def _leave_mail(session: Session, mandate: GivenMandate, mail: MailText, now: datetime) -> None:
    if mandate.email is not None:
        key = f"mandate:{mandate.id}:{now.isoformat()}"
        leave_mail(session, key, to=mandate.email, **mail._asdict(), now=now)


def _mail_client(session: Session, mandate: GivenMandate, now: datetime) -> None:
    """Leave a mail to the client: the county has changed what the guardian may do."""
    for email in emails_of_client(session, mandate.client_id, helsinki_day(now)):
        key = f"guardian_changed:{mandate.id}:{email}:{now.isoformat()}"
        leave_mail(session, key, to=email, **GUARDIAN_CHANGED._asdict(), now=now)
