"""Change or end a support person's mandate, as its client; or a guardian's, as the county."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.invite_to_act import described
from marketplace.load.invitations import GivenMandate, funding_ids_of_client, mandate_in_force
from marketplace.rules.mandate_mails import CHANGED, ENDED, MailText
from marketplace.rules.mandate_terms import MandateTerms, why_not_given
from marketplace.rules.refusals import MANDATE_OF_OTHERS, MANDATE_UNKNOWN
from marketplace.write.mandates import change_terms, revoke


def change_mandate(
    session: Session, *, client_id: int, mandate_id: int, terms: MandateTerms, actor: Actor, now: datetime
) -> Refusal | None:
    """Store new terms, which hold from the next request of the mandate's holder.

    Refused with `mandate_unknown`, `mandate_of_others` and the codes of `why_not_given`.
    """
    day = helsinki_day(now)
    mandate = _own_mandate(session, client_id, mandate_id, actor, now)
    if isinstance(mandate, Refusal):
        return mandate
    refusal = why_not_given(terms, funding_ids_of_client(session, client_id), day)
    if refusal is not None:
        return refusal
    change_terms(session, mandate_id, terms)
    detail = {"before": described(mandate.terms), "after": described(terms)}
    _record(session, mandate, "mandate.change", detail, actor, now)
    _leave_mail(session, mandate, CHANGED, now)
    return None


def end_mandate(
    session: Session, *, client_id: int, mandate_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    """End a mandate at once, in every open session. Refused with `mandate_unknown`, `mandate_of_others`."""
    mandate = _own_mandate(session, client_id, mandate_id, actor, now)
    if isinstance(mandate, Refusal):
        return mandate
    revoke(session, mandate_id, now)
    _record(session, mandate, "mandate.end", described(mandate.terms), actor, now)
    _leave_mail(session, mandate, ENDED, now)
    return None


def _own_mandate(
    session: Session, client_id: int, mandate_id: int, actor: Actor, now: datetime
) -> GivenMandate | Refusal:
    """Return the mandate, locked, if the actor decides about it: the client; for a guardian the county."""
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
