"""Give feedback on a provider, answer it, and decide whether it is shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.disputes.load.addresses import client_addresses, provider_addresses
from clearing.ledger.gateways.mail_texts import FEEDBACK_SUBJECT, FEEDBACK_TEXT
from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.cards import lock_client
from marketplace.load.charges import MyCharge, confirmed_charges
from marketplace.load.feedback import funding_of_feedback
from marketplace.load.mandates import ClientEntry, may_confirm
from marketplace.rules.feedback import (
    ANSWER_STATES,
    FEEDBACK_CHANGED,
    NEEDS_WHY,
    NOT_USED,
    Decision,
    is_used_visit,
    why_not_answered,
    why_not_decided,
    why_not_given,
)
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.write.feedback import (
    locked_feedback,
    locked_feedback_on,
    store_decision,
    store_feedback,
    store_provider_answer,
)


def used_visits(session: Session, client_id: int, provider_id: int) -> list[MyCharge]:
    """Return the visits of the provider that the client has used and called right, the newest first."""
    return [
        charge
        for charge in confirmed_charges(session, client_id, provider_id)
        if is_used_visit(
            charge.state,
            charge.answer.answer if charge.answer else None,
            cancelled=charge.cancellation is not None,
            hundredths=charge.quantity,
        )
    ]


def visits_to_judge(
    session: Session, client_id: int, provider_id: int, actor: Actor, now: datetime
) -> list[MyCharge]:
    """Return the used visits that the actor may confirm for the client, and so give feedback after.

    There is one feedback on a provider: who may not act for the voucher of the earlier one changes nothing.
    """
    earlier = funding_of_feedback(session, client_id, provider_id)
    if earlier is not None and not actor.reaches(client_id, earlier):
        return []
    day, visits = helsinki_day(now), used_visits(session, client_id, provider_id)
    return [visit for visit in visits if may_confirm(session, actor, client_id, day, visit.funding_id)]


def give_feedback(
    session: Session,
    *,
    client: ClientEntry,
    provider_id: int,
    face: str,
    words: str,
    actor: Actor,
    now: datetime,
) -> int | Refusal:
    """Give feedback on a provider, or change it; return its id. The same feedback given twice is one.

    Refused with `visit_not_used`, `mandate_missing`, `face_unknown`, `field_too_long`.
    """
    text = words.replace("\r\n", "\n").strip()
    if (refusal := why_not_given(face, text)) is not None:
        return refusal
    lock_client(session, client.id)
    visits = visits_to_judge(session, client.id, provider_id, actor, now)
    if not visits:
        return MANDATE_MISSING if used_visits(session, client.id, provider_id) else NOT_USED
    earlier = locked_feedback_on(session, client.id, provider_id)
    if earlier is not None and (earlier.face, earlier.words) == (face, text):
        return earlier.id
    key = store_feedback(
        session,
        earlier,
        county_id=client.county_id,
        client_id=client.id,
        provider_id=provider_id,
        charge_id=visits[0].id,
        face=face,
        words=text,
        actor=actor,
        now=now,
    )
    _record(session, "feedback.give", key, client.county_id, client.id, actor=actor, now=now)
    return key


def answer_feedback(
    session: Session, feedback_id: int, *, revision: int, answer: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Answer a published feedback for the actor's provider. Refused with `feedback_changed`, `words_missing`,
    `field_too_long`.
    """
    found, text = locked_feedback(session, feedback_id), answer.replace("\r\n", "\n").strip()
    if found is None or found.provider_id != actor.provider_id or found.revision != revision:
        return FEEDBACK_CHANGED
    if (refusal := why_not_answered(found.state, found.answer_state, text)) is not None:
        return refusal
    store_provider_answer(session, found.id, text, actor=actor, now=now)
    _record(session, "feedback.answer", found.id, found.county_id, found.client_id, actor=actor, now=now)
    return None


def decide_feedback(
    session: Session,
    feedback_id: int,
    decision: Decision,
    *,
    revision: int,
    why: str,
    actor: Actor,
    now: datetime,
) -> Refusal | None:
    """Decide about a feedback or the answer to it, as a worker of its county. The writer reads the reason.

    Refused with `feedback_changed`, `why_missing`, `field_too_long`.
    """
    found = locked_feedback(session, feedback_id)
    reason = why.replace("\r\n", "\n").strip() if decision in NEEDS_WHY else ""
    if found is None or found.county_id != actor.county_id or found.revision != revision:
        return FEEDBACK_CHANGED
    if (refusal := why_not_decided(found.state, found.answer_state, decision, reason)) is not None:
        return refusal
    store_decision(session, found.id, decision, reason, actor=actor, now=now)
    act, keys = f"feedback.{decision.value}", (found.id, found.county_id, found.client_id)
    _record(session, act, *keys, actor=actor, now=now, why=reason)
    key = f"feedback:{found.id}:{found.revision}:{decision.value}:{now:%Y%m%d%H%M%S}"
    _mail(session, key, decision, client_id=found.client_id, provider_id=found.provider_id, now=now)
    return None


def _mail(
    session: Session, key: str, decision: Decision, *, client_id: int, provider_id: int, now: datetime
) -> None:
    """Leave a mail to whoever wrote what was decided about; to both when an answer is published."""
    addresses: list[str] = []
    if decision is not Decision.RETURN_ANSWER:
        addresses += client_addresses(session, client_id, day=helsinki_day(now))
    if decision in ANSWER_STATES:
        addresses += provider_addresses(session, provider_id)
    for place, address in enumerate(addresses):
        leave_mail(
            session, f"{key}:{place}", to=address, subject=FEEDBACK_SUBJECT, text=FEEDBACK_TEXT, now=now
        )


def _record(
    session: Session,
    act: str,
    key: int,
    county_id: int,
    client_id: int,
    *,
    actor: Actor,
    now: datetime,
    why: str = "",
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("feedback", key),
        county_id=county_id,
        client_id=client_id,
        why=why,
    )
