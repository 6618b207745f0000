"""Another person decides about a bank's answer that would move money against what was booked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event
from clearing.ledger.write.audit import record
from clearing.payments.load.awaited_payments import OpenAnswer, open_answer_of
from clearing.payments.load.payers import lock_settling
from clearing.payments.rules.settling import SENDERS, RunRefusalCode
from clearing.payments.rules.verdicts import Decision, Mismatch
from clearing.payments.write.payments import Step, change_payment, close_answered_runs, post_movements
from foundation.database.failpoints import failpoint
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

CAME_BACK: tuple[Step, ...] = (
    (Event.BANK_RETURN, Account.BANK, Account.TRANSIT),
    (Event.BANK_RETURN, Account.TRANSIT, Account.PAYABLE),
)
WAS_PAID: tuple[Step, ...] = (
    (Event.PAY, Account.PAYABLE, Account.TRANSIT),
    (Event.CONFIRM, Account.TRANSIT, Account.BANK),
)
_CLOSED = dict.fromkeys(("code", "by", "day", "reference", "reason", "text"))


def decide_open_answer(
    session: Session, payment_id: int, decision: Decision, *, actor: Actor, now: datetime
) -> Decision | Refusal:
    """Decide whether the open answer about a payment holds; the person who uploaded it may not.

    A return that holds makes the money payable again; a payment after a return that holds is confirmed. What
    does not hold moves nothing. No run is prepared or approved meanwhile, because what is carried to its
    payments changes. Refused with `role_forbidden`, `other_county`, `same_person`,
    `run_not_in_state` (nothing is open).
    """
    if actor.county_id is not None:
        lock_settling(session, actor.county_id)
    found = open_answer_of(session, payment_id)
    if found is None:
        return Refusal(RunRefusalCode.WRONG_STATE)
    if refusal := _why_not(found, actor):
        return refusal
    if decision is Decision.HOLDS:
        _apply(session, found, now)
    change_payment(session, payment_id, {f"open_{name}": value for name, value in _CLOSED.items()})
    failpoint("settle.decide.after_payment")
    close_answered_runs(session, [found.payment.run_id], now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="bank_answer.decide",
        subject=("payment", payment_id),
        county_id=found.payment.county_id,
        detail={"code": found.code, "decision": decision.value, "reference": found.reference},
    )
    return decision


def _why_not(found: OpenAnswer, actor: Actor) -> Refusal | None:
    if actor.role not in SENDERS or actor.person_id is None:
        return Refusal(RunRefusalCode.ROLE_FORBIDDEN)
    if actor.county_id != found.payment.county_id:
        return Refusal(RunRefusalCode.OTHER_COUNTY)
    return Refusal(RunRefusalCode.SAME_PERSON) if actor.person_id == found.uploaded_by else None


def _apply(session: Session, found: OpenAnswer, now: datetime) -> None:
    returned = found.code == Mismatch.SECOND_PERSON
    references = [found.reference] if found.reference else []
    side = "credit" if returned else "debit"
    values: dict[str, str | int | date | list[str] | None] = {
        "state": "returned" if returned else "confirmed",
        "answered_on": found.day,
        "bank_reference": found.reference,
        "return_reason": found.reason if returned else None,
        "return_text": found.text if returned else None,
        f"{side}_on": found.day,
        f"{side}_references": references,
        f"{side}_kind": "camt.053" if found.payment.by_bank else "stripe",
        "answered_by": found.uploaded_by,
    }
    post_movements(session, [(found.payment, CAME_BACK if returned else WAS_PAID)], at=now)
    failpoint("settle.decide.after_postings")
    change_payment(session, found.payment.id, values)
