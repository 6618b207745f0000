"""Take in a large batch slice by slice, in one transaction: memory does not grow with it, and both cores
work."""

from __future__ import annotations

import gc
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from clearing.charges.batch.decide_apart import Desk, a_desk
from clearing.charges.batch.decide_slice import DecidedSlice, SliceTask
from clearing.charges.batch.slices import Slice, slices_of
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.hot.charge_facts import query_charge_facts
from clearing.charges.load.answers import stored_answer
from clearing.charges.load.charge_register import charges_by_id, newest_charge_id
from clearing.charges.load.reference_data import load_reference_data
from clearing.charges.reading.charge_keys import ChargeKeys
from clearing.charges.reading.intake import Intake
from clearing.charges.write.charges import store_many
from clearing.ledger.load.balances import lock_vouchers
from clearing.ledger.write.audit import store_notes
from clearing.reasons import NO_VALUES, REASONS, Finding
from foundation.vocabulary.money import Money


def take_in_slices(
    session: Session, intake: Intake, *, most: int, on_progress: Callable[[int], None] | None = None
) -> list[ChargeAnswer]:
    """Decide and store what was sent, at most `most` charges at a time; the answers in the order sent.
    `on_progress` is called after each slice how many have been decided.

    All fundings are locked first, in id order, as every writer does. What no rule compares is decided apart
    from the rest, so the outcome is that of the whole batch.
    """
    with _without_collecting(), a_desk(len(intake.sent)) as desk:
        named = intake.read_keys()
        counties = lock_vouchers(session, {one.voucher for one in named if one.voucher})
        work = _Work(
            session, intake, named, counties, newest_charge_id(session), on_progress, [None] * len(named)
        )
        work.take_in(slices_of(named, most=most, order=intake.order_of), desk)
    store_notes(session, [intake.note(work.outcomes, 0 if work.first_id else None)], [work.first_id])
    return work.all_answers()


@dataclass(slots=True)
class _Work:
    """One batch under way. `counties`: of each locked voucher; `first_id`: of the first charge stored.

    What a choice still holds is told as it is when all is through, so answers of pieces are told last:
    `choices` are their choices by place, `holds` what is held by choice, `place_of` their places by charge,
    and `firsts` whose answer a duplicate repeats.
    """

    session: Session
    intake: Intake
    named: Sequence[ChargeKeys]
    counties: Mapping[str, int]
    newest_id: int
    on_progress: Callable[[int], None] | None
    answers: list[Any]
    under_way: deque[Slice] = field(default_factory=deque)
    outcomes: Counter[str] = field(default_factory=Counter)
    first_id: int = 0
    choices: dict[int, int] = field(default_factory=dict)
    holds: dict[int, Money] = field(default_factory=dict)
    place_of: dict[int, int] = field(default_factory=dict)
    firsts: dict[int, int] = field(default_factory=dict)

    def take_in(self, slices: Sequence[Slice], desk: Desk) -> None:
        """While one slice is decided, the one before is stored and the next one is asked for; but a piece is
        asked for when the one before is stored."""
        for part in slices:
            self._store_but(0 if part.is_piece else desk.most - 1, desk)
            desk.hand_over(self._task(part))
            self.under_way.append(part)
        self._store_but(0, desk)

    def _store_but(self, count: int, desk: Desk) -> None:
        """Store what is under way but for so many slices."""
        while len(self.under_way) > count:
            self._store(self.under_way.popleft(), desk.take_back())
            if self.on_progress is not None:
                self.on_progress(self.outcomes.total())

    def _task(self, part: Slice) -> SliceTask:
        """A slice with all that it is decided by. A funding that came after the locking is not known."""
        named = [self.named[place] for place in part.places]
        known = [one if one.voucher in self.counties else one._replace(voucher=None) for one in named]
        found = query_charge_facts(self.session, known, lock=False, new_keys=len(known))
        reference_data = load_reference_data(
            self.session,
            found.versions,
            provider_ids={self.intake.provider_id},
            county_ids=set(self.counties.values()),
            now=self.intake.now,
            newest_id=self.newest_id,
        )
        sent = [self.intake.sent[place] for place in part.places]
        return SliceTask(
            self.intake.provider_id,
            self.intake.arrival,
            self.intake.from_file,
            sent,
            found.documents,
            reference_data,
            found.keys,
            part.is_piece,
        )

    def _store(self, part: Slice, decided: DecidedSlice) -> None:
        """Store the charges of a slice, and keep their answers."""
        store_many(self.session, decided.texts)
        answers: dict[int, ChargeAnswer] = {
            at: _answer(self.named[place].reference, *parts)
            for at, (place, parts) in enumerate(zip(part.places, decided.answers, strict=True))
            if parts is not None
        }
        self.first_id = self.first_id or next((one.id or 0 for one in answers.values()), 0)
        self.outcomes.update(decided.outcomes)
        if part.is_piece:
            self._note_piece(part, decided, answers)
        answers |= self._repeated(decided, answers)
        for at, place in enumerate(part.places):
            self.answers[place] = answers[at]

    def _repeated(
        self, decided: DecidedSlice, answers: Mapping[int, ChargeAnswer]
    ) -> dict[int, ChargeAnswer]:
        """The first answers again, marked as duplicates (R-04)."""
        earlier = [key for key, _ in decided.duplicates.values() if key is not None]
        stored = charges_by_id(self.session, earlier) if earlier else {}
        return {
            at: replace(answers[first or 0] if key is None else stored_answer(stored[key]), duplicate=True)
            for at, (key, first) in decided.duplicates.items()
        }

    def _note_piece(self, part: Slice, decided: DecidedSlice, answers: Mapping[int, ChargeAnswer]) -> None:
        self.holds |= decided.holds
        self.choices |= {part.places[at]: choice for at, choice in decided.choices.items()}
        self.place_of |= {one.id: part.places[at] for at, one in answers.items() if one.id is not None}
        for at, (key, first) in decided.duplicates.items():
            if first is not None:
                self.firsts[part.places[at]] = part.places[first]
            elif key in self.place_of:
                self.firsts[part.places[at]] = self.place_of[key]

    def all_answers(self) -> list[ChargeAnswer]:
        """The answers in the order sent."""
        for place, choice in self.choices.items():
            self.answers[place] = replace(self.answers[place], held_cents=self.holds.get(choice))
        for place, first in self.firsts.items():
            self.answers[place] = replace(self.answers[first], duplicate=True)
        return self.answers


def _answer(
    reference: str | None, key: int, outcome: str, packed: Sequence[tuple[str, Any, Any]], *money: Any
) -> ChargeAnswer:
    """An answer as it was packed; what many answers say is one object."""
    findings = tuple(Finding(REASONS[code], name, values or NO_VALUES) for code, name, values in packed)
    return ChargeAnswer(key, reference, sys.intern(outcome), findings, *map(_one_object, money))


_one_object = lru_cache(maxsize=4096)(lambda cents: cents)


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
