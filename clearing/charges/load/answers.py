"""The answers to charges: outcome, reasons, money."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.facts.book import Book
from clearing.charges.facts.outcomes import Duplicate, Outcome
from clearing.charges.load.charge_register import StoredCharge, charges_by_id
from clearing.charges.reading.intake import ReadCharge
from clearing.charges.rules.answer_parts import holds_after, parts_of


def answers_of(
    session: Session,
    book: Book,
    read: Sequence[ReadCharge],
    outcomes: Sequence[Outcome],
    ids: Mapping[int, int],
) -> list[ChargeAnswer]:
    """Return the answers to decided charges; `ids` are those of the stored ones, by place."""
    earlier = [o.charge_id for o in outcomes if isinstance(o, Duplicate) and o.charge_id is not None]
    stored = charges_by_id(session, earlier) if earlier else {}
    holds = holds_after(book, outcomes)
    first: dict[int, ChargeAnswer] = {
        place: ChargeAnswer(*parts_of(read[place][0], outcome, ids.get(place), holds))
        for place, outcome in enumerate(outcomes)
        if not isinstance(outcome, Duplicate)
    }
    return [
        _again(outcome, first, stored) if isinstance(outcome, Duplicate) else first[place]
        for place, outcome in enumerate(outcomes)
    ]


def _again(
    outcome: Duplicate, first: Mapping[int, ChargeAnswer], stored: Mapping[int, StoredCharge]
) -> ChargeAnswer:
    """Return the first answer again, marked as a duplicate (R-04)."""
    if outcome.index is not None:
        return replace(first[outcome.index], duplicate=True)
    assert outcome.charge_id is not None
    return replace(stored_answer(stored[outcome.charge_id]), duplicate=True)


def stored_answer(charge: StoredCharge) -> ChargeAnswer:
    """Return the answer to a stored charge; of one that the county refused, only the price is left."""
    is_refused = charge.outcome == "refused"
    return ChargeAnswer(
        id=charge.id,
        reference=charge.reference,
        outcome=charge.outcome,
        findings=charge.findings,
        price_cents=charge.price_cents,
        county_pays_cents=None if is_refused else charge.county_pays_cents,
        co_payment_cents=None if is_refused else charge.co_payment_cents,
        held_cents=None if is_refused else charge.held_cents,
    )
