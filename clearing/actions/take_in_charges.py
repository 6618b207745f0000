"""Take in charges: one by hand or a hundred thousand in a file, by the same path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.facts import Book, Charge, SentCharge
from clearing.load.book import LoadedBook, load_book
from clearing.load.charge_register import StoredCharge, charges_by_id
from clearing.outcomes import Accepted, Duplicate, OnHold, Outcome, Refused
from clearing.reasons import Told
from clearing.rules.charge_decision import decide_charges
from clearing.rules.fields import read_charge
from clearing.write.audit import record
from clearing.write.charges import Arrival, NewCharge, store_charges
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Actor

ReadCharge = tuple[Charge, tuple[Told, ...]]


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


def take_in_charges(
    session: Session,
    *,
    provider_id: int,
    sent: Sequence[Mapping[str, object]],
    actor: Actor,
    now: datetime,
    from_file: bool = False,
    file_id: int | None = None,
    check: bool = False,
) -> list[ChargeAnswer]:
    """Decide what a provider sent and store it; the answers are in the order sent.

    With `check` the same decision is made on unlocked facts and nothing is stored. A refusal is an answer,
    never an exception. Concurrent senders of one reference to different fundings: the later one meets the
    unique index `ux_charge_provider_reference`, and its transaction is to be run again by the caller.
    """
    charges = [SentCharge(provider_id, values, now, from_file) for values in sent]
    read = [read_charge(charge) for charge in charges]
    book = load_book(session, [charge for charge, _ in read], now=now, lock=not check)
    outcomes = decide_charges(book.facts, read)
    if check:
        return _answers(session, book.facts, read, outcomes, {})
    arrival = Arrival(now, actor.person_id, file_id)
    ids = _store(session, book, sent, [charge for charge, _ in read], outcomes, arrival)
    _audit(session, actor, arrival, ids, outcomes)
    return _answers(session, book.facts, read, outcomes, ids)


def _store(
    session: Session,
    book: LoadedBook,
    sent: Sequence[Mapping[str, object]],
    read: Sequence[Charge],
    outcomes: Sequence[Outcome],
    arrival: Arrival,
) -> dict[int, int]:
    """Store all but the duplicates; returns the new ids by place in the batch."""
    counties = {funding.id: funding.county_id for funding in book.facts.fundings.values()}
    places, new = [], []
    for place, outcome in enumerate(outcomes):
        if not isinstance(outcome, Duplicate):
            places.append(place)
            county_id = counties.get(outcome.funding_id or 0)
            new.append(NewCharge(sent[place], read[place], outcome, county_id))
    return dict(zip(places, store_charges(session, new, arrival, service_ids=book.service_ids), strict=True))


def _audit(
    session: Session,
    actor: Actor,
    arrival: Arrival,
    ids: Mapping[int, int],
    outcomes: Sequence[Outcome],
) -> None:
    kinds = [type(outcome).__name__.lower() for outcome in outcomes]
    detail = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    subject = ("charge", next(iter(ids.values()), ""))
    if arrival.file_id is not None:
        subject = ("charge_file", arrival.file_id)
    record(session, actor=actor, now=arrival.at, act="charges.take_in", subject=subject, detail=detail)


def _answers(
    session: Session,
    book: Book,
    read: Sequence[ReadCharge],
    outcomes: Sequence[Outcome],
    ids: Mapping[int, int],
) -> list[ChargeAnswer]:
    earlier = [o.charge_id for o in outcomes if isinstance(o, Duplicate) and o.charge_id is not None]
    stored = charges_by_id(session, earlier) if earlier else {}
    holds = _holds_after(book, outcomes)
    first: dict[int, ChargeAnswer] = {
        place: _answer(read[place][0], outcome, ids.get(place), holds)
        for place, outcome in enumerate(outcomes)
        if not isinstance(outcome, Duplicate)
    }
    return [
        _again(outcome, first, stored) if isinstance(outcome, Duplicate) else first[place]
        for place, outcome in enumerate(outcomes)
    ]


def _holds_after(book: Book, outcomes: Sequence[Outcome]) -> dict[int, Money]:
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
    """The answer that a stored charge got."""
    return ChargeAnswer(
        id=charge.id,
        reference=charge.reference,
        outcome=charge.outcome,
        told=charge.told,
        price_cents=charge.price_cents,
        county_pays_cents=charge.county_pays_cents,
        co_payment_cents=charge.co_payment_cents,
        held_cents=charge.held_cents,
    )
