"""Correct a charge, before or after settlement, by a linked counter-entry."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.corrections.load.corrections import (
    Family,
    approval_of_charge,
    charge_under,
    family_of,
    root_of,
)
from clearing.charges.corrections.rules.correction_money import Movement, correction_postings, draws_again
from clearing.charges.corrections.rules.counter_entries import (
    CorrectionReason,
    Share,
    correction_of,
    given_to_hold,
    nothing_is_left,
    units_given_to_hold,
)
from clearing.charges.corrections.write.corrections import CorrectionDraft, store_correction
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.load.answers import stored_answer
from clearing.charges.load.charge_register import one_charge
from clearing.eligibility.rules.provider_in_force import why_not_approved
from clearing.grants.load.fundings import fundings
from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.audit import record
from clearing.ledger.write.postings import post
from clearing.plans.write.holds import mark
from clearing.reasons import REFERENCE_REUSED, Finding, report
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money, Quantity, format_hundredths
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

NOT_OPEN = Refusal("charge_not_open")
"""There is nothing to correct: the charge was refused, is on hold, or was withdrawn."""


@dataclass(frozen=True, slots=True)
class CorrectionWish:
    """What is to be corrected and why. Without units and without money: all that remains."""

    reference: str
    reason: CorrectionReason
    quantity: Quantity | None = None
    price_cents: Money | None = None
    note: str = ""

    def sent(self, charge_id: int) -> dict[str, object]:
        """Return the wish as it is stored with the correction; its digest is the correction's content."""
        numbers = {"quantity": self.quantity, "price": self.price_cents}
        findings = {name: format_hundredths(value) for name, value in numbers.items() if value is not None}
        return {"corrects": charge_id, "reason": self.reason.value, "note": self.note, **findings}


def correct_charge(
    session: Session, charge_id: int, *, wish: CorrectionWish, actor: Actor, now: datetime
) -> ChargeAnswer | Refusal:
    """Give back part or all of a charge, or of a correction; the rows before stay as they are.

    Money and co-payment are restored at once; the holds are planned again within a minute. Refused with
    `correction_over_original`, `amount_not_positive`, `reference_reused`; a correction of a correction draws
    money again, so also with `over_amount`, `over_quantity`, `over_period_limit`. Only the county draws money
    again for a day without approval; others are refused with `provider_suspended` and its like. The caller
    has seen that the actor may.
    """
    root = root_of(session, charge_id)
    if root is None or root[1] is None:
        return NOT_OPEN
    lock_balances(session, [root[1]])
    family = family_of(session, root[0], today=helsinki_day(now))
    if family.original.status not in ("accepted", "settled"):
        return NOT_OPEN
    content = hashlib.sha256(repr(sorted(wish.sent(charge_id).items())).encode()).hexdigest()
    if earlier := charge_under(session, family.original.provider_id, wish.reference):
        return _under_same_reference(session, wish, earlier, content)
    share = correction_of(family.entries, charge_id, wish.quantity, wish.price_cents)
    findings = [share] if isinstance(share, Finding) else _why_not_drawn(session, family, share, actor)
    if isinstance(share, Finding) or findings:
        return _refused(wish, findings)
    key = _store(session, family, charge_id, wish, content, share, actor, now)
    return _answer(session, key)


def _under_same_reference(
    session: Session, wish: CorrectionWish, earlier: tuple[int, str], content: str
) -> ChargeAnswer:
    if earlier[1] == content:
        return replace(_answer(session, earlier[0]), duplicate=True)
    return _refused(wish, [report(REFERENCE_REUSED, reference=wish.reference)])


def _refused(wish: CorrectionWish, findings: Sequence[Finding]) -> ChargeAnswer:
    return ChargeAnswer(None, wish.reference, "refused", tuple(findings), None, None, None, None)


def _why_not_drawn(session: Session, family: Family, share: Share, actor: Actor) -> list[Finding]:
    original = family.original
    if share.price_cents <= 0 and share.quantity <= 0:
        return []
    assert original.funding_id is not None
    assert original.service_day is not None
    [funding] = fundings(session, [original.funding_id], lock=False).values()
    held = family.choice_held_cents, family.choice_held_quantity
    findings = draws_again(funding, original.service_day, *held, share)
    if actor.county_id is None:
        missing = why_not_approved(approval_of_charge(session, original), original.service_day)
        findings = findings if missing is None else [missing, *findings]
    return findings


def _store(
    session: Session,
    family: Family,
    charge_id: int,
    wish: CorrectionWish,
    content: str,
    share: Share,
    actor: Actor,
    now: datetime,
) -> int:
    original, later = family.original, family.original.status == "settled"
    held, units = _held(family, share), _units(family, charge_id, share)
    units_held, sent = _held_units(family, units), wish.sent(charge_id)
    draft = CorrectionDraft(charge_id, wish.reference, content, share, held, later, sent, units, units_held)
    key = store_correction(session, original, draft, by=actor.person_id, at=now)
    assert original.county_id is not None
    assert original.funding_id is not None
    move = Movement(
        correction_id=key,
        county_id=original.county_id,
        funding_id=original.funding_id,
        provider_id=original.provider_id,
        choice_id=original.choice_id,
        county_cents=share.county_cents,
        held_cents=held,
        after_settlement=later,
        quantity=units,
        held_quantity=units_held,
    )
    post(session, [correction_postings(move)], at=now)
    mark(session, original.funding_id)
    if charge_id == original.id and nothing_is_left(family.entries, share):
        original.visit_day = original.visit_number = None
    _audit(session, key, wish, sent, actor, now)
    return key


def _held(family: Family, share: Share) -> int:
    """How much goes to (negative) or comes from the choice's hold."""
    if share.county_cents > 0:
        return min(share.county_cents, family.choice_held_cents)
    return -given_to_hold(family.entries, -share.county_cents, family.choice_lives)


def _units(family: Family, charge_id: int, share: Share) -> int:
    """Return the units that move: those of the correction, unless what it corrects moved none."""
    corrected = next(entry for entry in family.entries if entry.id == charge_id)
    return share.quantity if corrected.drawn_quantity else 0


def _held_units(family: Family, quantity: int) -> int:
    """Return how many units go to (negative) or come from the choice's hold."""
    if quantity > 0:
        return min(quantity, family.choice_held_quantity)
    return -units_given_to_hold(family.entries, -quantity, family.choice_lives)


def _audit(
    session: Session, key: int, wish: CorrectionWish, sent: dict[str, object], actor: Actor, now: datetime
) -> None:
    stored = one_charge(session, key)
    assert stored is not None
    detail = {
        **sent,
        "county_pays_cents": stored.county_pays_cents,
        "co_payment_cents": stored.co_payment_cents,
    }
    record(
        session,
        actor=actor,
        now=now,
        act="charge.correct",
        subject=("charge", key),
        county_id=stored.county_id,
        client_id=stored.client_id,
        why=wish.note or wish.reason.value,
        detail=detail,
    )


def _answer(session: Session, key: int) -> ChargeAnswer:
    stored = one_charge(session, key)
    assert stored is not None
    return stored_answer(stored)
