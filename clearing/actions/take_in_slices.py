"""Take in a large batch slice by slice, in one transaction, so that memory does not grow with it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from clearing.actions.charge_answers import ChargeAnswer, answers_of, holds_after
from clearing.actions.intake import Intake, ReadCharge
from clearing.load.balances import lock_vouchers
from clearing.load.book import LoadedBook, load_book
from clearing.load.charge_register import newest_charge_id
from clearing.outcomes import Accepted, Duplicate, OnHold, Outcome, outcome_word
from clearing.rules.charge_decision import decide_charges
from clearing.rules.slices import Slice, slices_of
from clearing.write.audit import store_notes
from clearing.write.charge_rows import NewCharge
from clearing.write.charges import reserve_keys, store_many
from foundation.vocabulary.money import Money


def take_in_slices(
    session: Session, intake: Intake, *, most: int, told: Callable[[int], None] | None = None
) -> list[ChargeAnswer]:
    """Decide and store what was sent, at most `most` charges at a time; the answers in the order sent.
    `told` hears after each slice how many have been decided.

    All fundings are locked first, in id order, as every writer does. What no rule compares is decided apart
    from the rest, so the outcome is that of the whole batch.
    """
    with _without_collecting():
        read = intake.read()
        lock_vouchers(session, {charge.voucher for charge, _ in read if charge.voucher})
        work = _Work(session, intake, read, newest_charge_id(session), told)
        work.take_in(slices_of([charge for charge, _ in read], most=most))
    store_notes(session, [intake.note(work.words, 0 if work.keys else None)], work.keys)
    return work.all_answers()


@dataclass(slots=True)
class _Work:
    """One batch under way. `keys`: of the first charge stored, if any.

    What a choice still holds is told as it is when all is through, so answers of pieces are told last:
    `pieces` are their outcomes by place, `holds` what is held by choice, `place_of` their places by charge,
    and `firsts` whose answer a duplicate repeats.
    """

    session: Session
    intake: Intake
    read: Sequence[ReadCharge]
    newest_id: int
    told: Callable[[int], None] | None
    answers: dict[int, ChargeAnswer] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    pieces: dict[int, Outcome] = field(default_factory=dict)
    holds: dict[int, Money] = field(default_factory=dict)
    place_of: dict[int, int] = field(default_factory=dict)
    firsts: dict[int, int] = field(default_factory=dict)

    def take_in(self, slices: Sequence[Slice]) -> None:
        """Each slice is read when the one before is stored."""
        for part in slices:
            book = self._book(part)
            readings = [self.read[place] for place in part.places]
            self._store(part, book, readings, decide_charges(book.facts, readings))
            if self.told is not None:
                self.told(len(self.words))

    def _book(self, part: Slice) -> LoadedBook:
        batch = [self.read[place][0] for place in part.places]
        return load_book(self.session, batch, now=self.intake.now, lock=False, newest_id=self.newest_id)

    def _store(
        self, part: Slice, book: LoadedBook, readings: Sequence[ReadCharge], outcomes: Sequence[Outcome]
    ) -> None:
        """Store the charges of a slice, and keep their answers."""
        fresh = [at for at, outcome in enumerate(outcomes) if not isinstance(outcome, Duplicate)]
        keys = reserve_keys(self.session, len(fresh))
        ids = {at: key for at, (key, _) in zip(fresh, keys, strict=True)}
        answers = answers_of(self.session, book.facts, readings, outcomes, ids)
        self.answers |= dict(zip(part.places, answers, strict=True))
        self.words += map(outcome_word, outcomes)
        self.keys = self.keys or [key for key, _ in keys[:1]]
        if part.is_piece:
            self.holds |= holds_after(book.facts, outcomes)
            self.place_of |= {key: part.places[at] for at, key in ids.items()}
            self._note_piece(part, outcomes)
        new = list(self._new(part, book, readings, outcomes))
        store_many(self.session, new, keys, service_ids=book.service_ids)

    def _note_piece(self, part: Slice, outcomes: Sequence[Outcome]) -> None:
        for place, outcome in zip(part.places, outcomes, strict=True):
            if not isinstance(outcome, Duplicate):
                self.pieces[place] = outcome
            elif outcome.index is not None:
                self.firsts[place] = part.places[outcome.index]
            elif outcome.charge_id in self.place_of:
                self.firsts[place] = self.place_of[outcome.charge_id]

    def all_answers(self) -> list[ChargeAnswer]:
        """The answers in the order sent."""
        for place, outcome in self.pieces.items():
            if isinstance(outcome, Accepted | OnHold):
                held = self.holds.get(outcome.choice_id or 0)
                self.answers[place] = replace(self.answers[place], held_cents=held)
        for place, first in self.firsts.items():
            self.answers[place] = replace(self.answers[first], duplicate=True)
        return [self.answers[place] for place in range(len(self.read))]

    def _new(
        self, part: Slice, book: LoadedBook, readings: Sequence[ReadCharge], outcomes: Sequence[Outcome]
    ) -> Iterator[NewCharge]:
        counties = book.county_ids
        arrival = self.intake.arrival
        for place, (charge, _), outcome in zip(part.places, readings, outcomes, strict=True):
            if not isinstance(outcome, Duplicate):
                county_id = counties.get(outcome.funding_id or 0)
                yield NewCharge(self.intake.sent[place], charge, outcome, county_id, arrival)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A batch makes no rings of objects, and looking for some among its own took a third of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
