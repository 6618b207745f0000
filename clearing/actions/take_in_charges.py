"""Take in charges: one by hand or a hundred thousand in a file, by the same path."""

from __future__ import annotations

from collections import Counter
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
from clearing.write.audit import AuditNote
from clearing.write.charge_rows import Arrival, NewCharge
from clearing.write.charges import store_charges
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
    asked = Intake(provider_id, sent, actor, now, from_file, file_id)
    if check:
        return check_charges(session, asked)
    (answers,) = take_in_together(session, [asked])
    return answers


@dataclass(frozen=True, slots=True)
class Intake:
    """What one sender sent at once: one charge, or many."""

    provider_id: int
    sent: Sequence[Mapping[str, object]]
    actor: Actor
    now: datetime
    from_file: bool = False
    file_id: int | None = None

    @property
    def arrival(self) -> Arrival:
        """When, by whom and in which file."""
        return Arrival(self.now, self.actor.person_id, self.file_id)

    def read(self) -> list[ReadCharge]:
        """The charges as far as they can be read."""
        return [
            read_charge(SentCharge(self.provider_id, values, self.now, self.from_file))
            for values in self.sent
        ]


def check_charges(session: Session, asked: Intake) -> list[ChargeAnswer]:
    """What would be answered now; nothing is locked or stored."""
    read = asked.read()
    book = load_book(session, [charge for charge, _ in read], now=asked.now, lock=False)
    return _answers(session, book.facts, read, decide_charges(book.facts, read), {})


def take_in_together(session: Session, intakes: Sequence[Intake]) -> list[list[ChargeAnswer]]:
    """Decide and store what several sent at the same time, in one transaction; the answers of each.

    Requests that wait at the same moment have no order among themselves, so their charges are decided in the
    rulebook's order, as the charges of one file.
    """
    read = [one for intake in intakes for one in intake.read()]
    now = max(intake.now for intake in intakes)
    book = load_book(session, [charge for charge, _ in read], now=now, lock=True)
    outcomes = decide_charges(book.facts, read)
    ids = _store(session, book, intakes, read, outcomes)
    answers = iter(_answers(session, book.facts, read, outcomes, ids))
    return [[next(answers) for _ in intake.sent] for intake in intakes]


def _store(
    session: Session,
    book: LoadedBook,
    intakes: Sequence[Intake],
    read: Sequence[ReadCharge],
    outcomes: Sequence[Outcome],
) -> dict[int, int]:
    """Store all but the duplicates, and a note of each intake; returns the new ids by place."""
    counties = {funding.id: funding.county_id for funding in book.facts.fundings.values()}
    places: list[int] = []
    new: list[NewCharge] = []
    notes: list[AuditNote] = []
    place = 0
    for intake in intakes:
        begun, mine = len(new), outcomes[place : place + len(intake.sent)]
        for values, outcome in zip(intake.sent, mine, strict=True):
            if not isinstance(outcome, Duplicate):
                county_id = counties.get(outcome.funding_id or 0)
                new.append(NewCharge(values, read[place][0], outcome, county_id, intake.arrival))
                places.append(place)
            place += 1
        notes.append(_note(intake, mine, begun if len(new) > begun else None))
    keys = store_charges(session, new, notes, service_ids=book.service_ids)
    return dict(zip(places, keys, strict=True))


def _note(intake: Intake, outcomes: Sequence[Outcome], first: int | None) -> AuditNote:
    """Who sent what, and how many charges got which answer; about the file, or else the first charge."""
    is_file = intake.file_id is not None
    return AuditNote(
        intake.actor,
        intake.now,
        "charges.take_in",
        "charge_file" if is_file else "charge",
        str(intake.file_id) if is_file else None,
        first,
        dict(sorted(Counter(type(outcome).__name__.lower() for outcome in outcomes).items())),
    )


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
