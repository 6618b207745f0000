"""What is answered of a charge that was decided now, in parts; no database is needed."""

from collections.abc import Iterable, Mapping

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import Charge
from clearing.charges.facts.outcomes import Accepted, OnHold, Outcome, Refused
from clearing.reasons import Finding
from foundation.vocabulary.money import Money

AnswerParts = tuple[
    int | None, str | None, str, tuple[Finding, ...], Money | None, Money | None, Money | None, Money | None
]
"""The fields of `ChargeAnswer` in their order, without `duplicate`."""


def parts_of(
    read: Charge, outcome: Accepted | OnHold | Refused, key: int | None, holds: Mapping[int, Money]
) -> AnswerParts:
    """The parts of an answer; `key` is the charge's id where it is stored, `holds` see `holds_after`."""
    reference, findings = read.reference, outcome.findings
    if isinstance(outcome, Refused):
        return key, reference, "refused", findings, outcome.price_cents, None, None, None
    held, split = holds.get(outcome.choice_id or 0), outcome.split
    pays, co_payment = (None, None) if split is None else (split.county_pays_cents, split.co_payment_cents)
    if isinstance(outcome, OnHold):
        return key, reference, "on_hold", findings, outcome.price_cents, pays, co_payment, held
    return key, reference, "accepted", findings, outcome.split.price_cents, pays, co_payment, held


def holds_after(book: Book, outcomes: Iterable[Outcome]) -> dict[int, Money]:
    """What each choice still holds once the batch is through, by choice id."""
    held = {choice.id: choice.held_cents for f in book.fundings.values() for choice in f.choices}
    for outcome in outcomes:
        if isinstance(outcome, Accepted) and outcome.choice_id is not None:
            held[outcome.choice_id] = Money(
                held[outcome.choice_id] - outcome.from_held_cents + outcome.hold_change.cents
            )
    return held
