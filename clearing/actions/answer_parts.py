"""What is answered of a charge that was decided now, in parts; no database is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clearing.facts import Book, Charge
from clearing.outcomes import Accepted, OnHold, Outcome, Refused
from clearing.reasons import Told
from foundation.vocabulary.money import Money

AnswerParts = tuple[
    int | None, str | None, str, tuple[Told, ...], Money | None, Money | None, Money | None, Money | None
]
"""The fields of `ChargeAnswer` in their order, without `duplicate`."""

_WORDS: Mapping[type[Outcome], str] = {Accepted: "accepted", OnHold: "on_hold", Refused: "refused"}


def parts_of(
    read: Charge, outcome: Accepted | OnHold | Refused, key: int | None, holds: Mapping[int, Money]
) -> AnswerParts:
    """The parts of an answer; `key` is the charge's id where it is stored, `holds` see `holds_after`."""
    split = None if isinstance(outcome, Refused) else outcome.split
    price = outcome.split.price_cents if isinstance(outcome, Accepted) else outcome.price_cents
    held = None if isinstance(outcome, Refused) else holds.get(outcome.choice_id or 0)
    county_pays = None if split is None else split.county_pays_cents
    co_payment = None if split is None else split.co_payment_cents
    told, word = outcome.told, _WORDS[type(outcome)]
    return key, read.reference, word, told, price, county_pays, co_payment, held


def holds_after(book: Book, outcomes: Iterable[Outcome]) -> dict[int, Money]:
    """What each choice still holds once the batch is through, by choice id."""
    held = {choice.id: choice.held_cents for f in book.fundings.values() for choice in f.choices}
    for outcome in outcomes:
        if isinstance(outcome, Accepted) and outcome.choice_id is not None:
            held[outcome.choice_id] = Money(held[outcome.choice_id] - outcome.from_held_cents)
    return held
