"""What is answered of charges: their outcome, their reasons, their money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from clearing.actions.intake import ReadCharge
from clearing.facts import Book, Charge
from clearing.load.charge_register import StoredCharge, charges_by_id
from clearing.outcomes import Accepted, Duplicate, OnHold, Outcome, Refused
from clearing.reasons import Told
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """What is answered of one charge (contract, Charge out). `id` is None when nothing was stored (a check).

    `held_cents` is what the provider's own choice still holds: all of the balance that a provider may see.
    """

    id: int | None
    reference: str | None
    outcome: str
    told: tuple[Told, ...]
    price_cents: Money | None
    county_pays_cents: Money | None
    co_payment_cents: Money | None
    held_cents: Money | None
    duplicate: bool = False

    @property
    def reference_reused(self) -> bool:
        """Whether the reference stands on another charge of the provider (R-04), which is told alone."""
        return any(told.code == "reference_reused" for told in self.told)


def answers_of(
    session: Session,
    book: Book,
    read: Sequence[ReadCharge],
    outcomes: Sequence[Outcome],
    ids: Mapping[int, int],
) -> list[ChargeAnswer]:
    """The answers of decided charges; `ids` are the keys of those now stored, by place."""
    earlier = [o.charge_id for o in outcomes if isinstance(o, Duplicate) and o.charge_id is not None]
    stored = charges_by_id(session, earlier) if earlier else {}
    holds = holds_after(book, outcomes)
    first: dict[int, ChargeAnswer] = {
        place: _answer(read[place][0], outcome, ids.get(place), holds)
        for place, outcome in enumerate(outcomes)
        if not isinstance(outcome, Duplicate)
    }
    return [
        _again(outcome, first, stored) if isinstance(outcome, Duplicate) else first[place]
        for place, outcome in enumerate(outcomes)
    ]


def holds_after(book: Book, outcomes: Sequence[Outcome]) -> dict[int, Money]:
    """What each choice still holds once the batch is through, by choice id."""
    held = {choice.id: choice.held_cents for f in book.fundings.values() for choice in f.choices}
    for outcome in outcomes:
        if isinstance(outcome, Accepted) and outcome.choice_id is not None:
            held[outcome.choice_id] = Money(held[outcome.choice_id] - outcome.from_held_cents)
    return held


def _again(
    outcome: Duplicate, first: Mapping[int, ChargeAnswer], stored: Mapping[int, StoredCharge]
) -> ChargeAnswer:
    """The first answer again, marked as a duplicate (R-04)."""
    if outcome.index is not None:
        return replace(first[outcome.index], duplicate=True)
    assert outcome.charge_id is not None
    return replace(stored_answer(stored[outcome.charge_id]), duplicate=True)


def _answer(
    read: Charge, outcome: Accepted | OnHold | Refused, key: int | None, holds: Mapping[int, Money]
) -> ChargeAnswer:
    split = None if isinstance(outcome, Refused) else outcome.split
    price = outcome.split.price_cents if isinstance(outcome, Accepted) else outcome.price_cents
    held = None if isinstance(outcome, Refused) else holds.get(outcome.choice_id or 0)
    return ChargeAnswer(
        id=key,
        reference=read.reference,
        outcome=_WORDS[type(outcome)],
        told=outcome.told,
        price_cents=price,
        county_pays_cents=None if split is None else split.county_pays_cents,
        co_payment_cents=None if split is None else split.co_payment_cents,
        held_cents=held,
    )


_WORDS: Mapping[type[Outcome], str] = {Accepted: "accepted", OnHold: "on_hold", Refused: "refused"}


def stored_answer(charge: StoredCharge) -> ChargeAnswer:
    """The answer that a stored charge got; of one that the county refused, only the price stays."""
    is_refused = charge.outcome == "refused"
    return ChargeAnswer(
        id=charge.id,
        reference=charge.reference,
        outcome=charge.outcome,
        told=charge.told,
        price_cents=charge.price_cents,
        county_pays_cents=None if is_refused else charge.county_pays_cents,
        co_payment_cents=None if is_refused else charge.co_payment_cents,
        held_cents=None if is_refused else charge.held_cents,
    )
