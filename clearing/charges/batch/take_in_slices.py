"""Take in a large batch slice by slice, in one transaction: memory does not grow with the batch, and a worker
process decides one slice while another is stored."""

import gc
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from clearing.charges.batch.decide_slice import DecidedSlice, SliceTask
from clearing.charges.batch.slices import Slice, slices_of
from clearing.charges.batch.worker_process import SliceDecider
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.hot.charge_facts import query_charge_facts
from clearing.charges.hot.transports import copy
from clearing.charges.load.answers import stored_answer
from clearing.charges.load.charge_register import charges_by_id, newest_charge_id
from clearing.charges.load.reference_data import load_reference_data
from clearing.charges.reading.charge_keys import ChargeKeys
from clearing.charges.reading.intake import Intake
from clearing.ledger.load.balances import lock_vouchers
from clearing.ledger.write.audit import store_notes
from clearing.reasons import NO_VALUES, REASONS, Finding
from foundation.vocabulary.money import Money


def take_in_slices(
    session: Session,
    intake: Intake,
    decider: SliceDecider,
    *,
    slice_size: int,
    on_progress: Callable[[int], None] | None = None,
) -> list[ChargeAnswer]:
    """Decide and store a batch, at most `slice_size` charges at a time; return the answers in the order sent.

    `on_progress` is called after each slice with the number of charges decided. All fundings are locked
    first, in id order, as every writer does. Only charges that no rule compares are in different slices, so
    the outcome is the same as if the batch were decided at once.
    """
    with _garbage_collection_off():
        keys = intake.read_keys()
        counties = lock_vouchers(session, {charge.voucher for charge in keys if charge.voucher})
        newest_id = newest_charge_id(session)
        answers: list[Any] = [None] * len(keys)
        batch = _Batch(session, intake, keys, counties, newest_id, decider, on_progress, answers)
        batch.take_in(slices_of(keys, max_size=slice_size, order=intake.order_of))
    note = intake.note(batch.outcomes, 0 if batch.first_id else None)
    store_notes(session, [note], [batch.first_id])
    return batch.all_answers()


@dataclass(slots=True)
class _Batch:
    """A batch in progress.

    Attributes:
        counties: The county of each locked voucher.
        newest_id: The newest charge id before the batch.
        answers: The answers by place in the batch, None before they are known.
        first_id: The id of the first charge stored, 0 before that.

    What a choice still holds is known only at the end of the batch, so the answers of pieces (see `Slice`)
    are completed last. Of pieces only: `choices` is the choice of each charge by place, `holds` what each
    choice holds, `place_of` the place of each stored charge by id, `firsts` the place of the answer that a
    duplicate repeats.
    """

    session: Session
    intake: Intake
    keys: Sequence[ChargeKeys]
    counties: Mapping[str, int]
    newest_id: int
    decider: SliceDecider
    on_progress: Callable[[int], None] | None
    answers: list[Any]
    in_progress: deque[Slice] = field(default_factory=deque)
    outcomes: Counter[str] = field(default_factory=Counter)
    first_id: int = 0
    choices: dict[int, int] = field(default_factory=dict)
    holds: dict[int, Money] = field(default_factory=dict)
    place_of: dict[int, int] = field(default_factory=dict)
    firsts: dict[int, int] = field(default_factory=dict)

    def take_in(self, slices: Sequence[Slice]) -> None:
        """Decide and store the slices. The next is loaded while one is decided, but a piece only after the
        piece before it is stored."""
        for part in slices:
            self._store_until(0 if part.is_piece else self.decider.max_in_progress - 1)
            self.decider.submit(self._task(part))
            self.in_progress.append(part)
        self._store_until(0)

    def _store_until(self, remaining: int) -> None:
        """Store decided slices until only `remaining` are in progress."""
        while len(self.in_progress) > remaining:
            self._store(self.in_progress.popleft(), self.decider.result())
            if self.on_progress is not None:
                self.on_progress(self.outcomes.total())

    def _task(self, part: Slice) -> SliceTask:
        """Load everything that the slice is decided by.

        A voucher that was not there when the fundings were locked stays unknown: its funding is not locked.
        """
        keys = [self.keys[place] for place in part.places]
        known = [key if key.voucher in self.counties else key._replace(voucher=None) for key in keys]
        found = query_charge_facts(self.session, known, lock=False, new_keys=len(known))
        reference_data = load_reference_data(
            self.session,
            found.versions,
            provider_ids={self.intake.provider_id},
            county_ids=set(self.counties.values()),
            now=self.intake.now,
            newest_id=self.newest_id,
        )
        return SliceTask(
            provider_id=self.intake.provider_id,
            arrival=self.intake.arrival,
            from_file=self.intake.from_file,
            sent=[self.intake.sent[place] for place in part.places],
            documents=found.documents,
            reference_data=reference_data,
            keys=found.keys,
            is_piece=part.is_piece,
        )

    def _store(self, part: Slice, decided: DecidedSlice) -> None:
        """Store the charges of a slice, and keep their answers."""
        copy(self.session, decided.texts)
        answers: dict[int, ChargeAnswer] = {
            at: _answer(self.keys[place].reference, *parts)
            for at, (place, parts) in enumerate(zip(part.places, decided.answers, strict=True))
            if parts is not None
        }
        self.first_id = self.first_id or next((answer.id or 0 for answer in answers.values()), 0)
        self.outcomes.update(decided.outcomes)
        if part.is_piece:
            self._note_piece(part, decided, answers)
        answers |= self._repeated(decided, answers)
        for at, place in enumerate(part.places):
            self.answers[place] = answers[at]

    def _repeated(
        self, decided: DecidedSlice, answers: Mapping[int, ChargeAnswer]
    ) -> dict[int, ChargeAnswer]:
        """Return the first answers of duplicates again, marked as such (R-04)."""
        stored_ids = [key for key, _ in decided.duplicates.values() if key is not None]
        stored = charges_by_id(self.session, stored_ids) if stored_ids else {}
        return {
            at: replace(answers[first or 0] if key is None else stored_answer(stored[key]), duplicate=True)
            for at, (key, first) in decided.duplicates.items()
        }

    def _note_piece(self, part: Slice, decided: DecidedSlice, answers: Mapping[int, ChargeAnswer]) -> None:
        self.holds |= decided.holds
        self.choices |= {part.places[at]: choice for at, choice in decided.choices.items()}
        self.place_of |= {
            answer.id: part.places[at] for at, answer in answers.items() if answer.id is not None
        }
        for at, (key, first) in decided.duplicates.items():
            if first is not None:
                self.firsts[part.places[at]] = part.places[first]
            elif key in self.place_of:
                self.firsts[part.places[at]] = self.place_of[key]

    def all_answers(self) -> list[ChargeAnswer]:
        """Complete the answers of pieces, and return all in the order sent."""
        for place, choice in self.choices.items():
            self.answers[place] = replace(self.answers[place], held_cents=self.holds.get(choice))
        for place, first in self.firsts.items():
            self.answers[place] = replace(self.answers[first], duplicate=True)
        return self.answers


def _answer(
    reference: str | None, key: int, outcome: str, packed: Sequence[tuple[str, Any, Any]], *money: Any
) -> ChargeAnswer:
    """Unpack an answer (see `DecidedSlice`); equal values of many answers are one object."""
    findings = tuple(Finding(REASONS[code], name, values or NO_VALUES) for code, name, values in packed)
    return ChargeAnswer(key, reference, sys.intern(outcome), findings, *map(_same_object, money))


_same_object = lru_cache(maxsize=4096)(lambda cents: cents)


@contextmanager
def _garbage_collection_off() -> Iterator[None]:
    """A batch creates no reference cycles; searching its many objects for some took a third of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
