"""Bring a disputed charge to the quantity that stays charged, by the actions that exist for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.actions.judge_held_charge import admit_charge, refuse_charge, release_from_dispute
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.disputes.load.threads import billed_of
from clearing.charges.load.charge_register import StoredCharge, one_charge
from clearing.reasons import DISPUTED_BY_CLIENT, Severity
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor

ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a dispute ends: `left` stays charged (None: the charge as it is), by whom, when and why.

    `number` is the number of the entry that ends it; a correction has it in its reference.
    """

    left: Quantity | None
    number: int
    actor: Actor
    now: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Applied:
    """The charge afterwards, and the correction that was made."""

    charge: StoredCharge
    correction_id: int | None = None

    @property
    def waits(self) -> bool:
        """Return whether the charge still waits for the county, for another reason."""
        return self.charge.state == ON_HOLD


def apply_agreement(session: Session, charge: StoredCharge, ending: Ending) -> Applied:
    """Apply what the client and the provider agree on.

    A charge that also waits for another reason keeps waiting, unless it is withdrawn: the county releases it.
    """
    if charge.state != ON_HOLD:
        return _corrected(session, charge, ending)
    if ending.left == 0:
        why, actor = ending.why, ending.actor
        withdrawn = withdraw_charge(session, charge.id, actor=actor, now=ending.now, why=why)
        return Applied(not_refused(withdrawn))
    if _other_holds(charge):
        return Applied(charge)
    return _corrected(session, release_from_dispute(session, charge, now=ending.now), ending)


def apply_decision(session: Session, charge: StoredCharge, ending: Ending) -> Applied:
    """Apply what the county decides: a held charge is admitted, in full or in part, or refused."""
    if charge.state != ON_HOLD:
        return _corrected(session, charge, ending)
    judge = refuse_charge if ending.left == 0 else admit_charge
    judged = judge(session, charge.id, why=ending.why, actor=ending.actor, now=ending.now)
    return _corrected(session, not_refused(judged), ending)


def _other_holds(charge: StoredCharge) -> bool:
    holds = {finding.code for finding in charge.findings if finding.reason.severity is Severity.HOLD}
    return bool(holds - {DISPUTED_BY_CLIENT.code})


def _corrected(session: Session, charge: StoredCharge, ending: Ending) -> Applied:
    """Correct a charge down to what is left. What earlier corrections have taken is not taken again."""
    left, now = ending.left, ending.now
    if left is None or charge.state not in ("accepted", "settled"):
        return Applied(charge)
    billed = billed_of(session, charge.id, today=helsinki_day(now))
    if billed is None:
        return Applied(charge)
    too_much = Quantity(billed.quantity - left)
    if too_much <= 0:
        return Applied(charge)
    reference = f"DISPUTE-{charge.id}-{ending.number}-{now:%Y%m%d%H%M%S%f}"
    note = ending.why[:500]
    wish = CorrectionWish(reference, CorrectionReason.AGREED, too_much if left else None, note=note)
    answer = not_refused(correct_charge(session, charge.id, wish=wish, actor=ending.actor, now=now))
    assert answer.outcome == "accepted", answer.findings
    corrected = one_charge(session, charge.id)
    assert corrected is not None
    return Applied(corrected, answer.id)
