"""Take back what is left of corrected charges, because an approval was changed from a past day (R-14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.load.charges_since import ChargeSince
from foundation.database.failpoints import failpoint
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor


def take_back_since(
    session: Session, charges: Iterable[ChargeSince], *, from_day: date, actor: Actor, now: datetime
) -> list[ChargeAnswer]:
    """Correct all that is left of each charge, and return the corrections.

    A charge and its corrections are paid together, so such a charge cannot go on hold by itself. What is left
    goes back where it came from, and no run pays it. The county restores it by correcting this correction.
    """
    answers = []
    for charge in charges:
        wish = CorrectionWish(
            reference=f"APPROVAL-{charge.id}-{now:%Y%m%d%H%M%S}",
            reason=CorrectionReason.APPROVAL_CHANGED,
            note=from_day.isoformat(),
        )
        answers.append(not_refused(correct_charge(session, charge.id, wish=wish, actor=actor, now=now)))
        failpoint("approval.after_take_back")
    return answers
