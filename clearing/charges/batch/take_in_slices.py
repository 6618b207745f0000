"""Take in a large batch slice by slice, in one transaction: memory does not grow with the batch, and a worker
process decides one slice while another is stored."""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from clearing.charges.batch.decide_slice import DecidedSlice, SliceTask
from clearing.charges.batch.slice_steps import (
    garbage_collection_off,
    load_task,
    repeated_answers,
    store_slice,
)
from clearing.charges.batch.slices import Slice, slices_of
from clearing.charges.batch.worker_process import SliceDecider
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.load.charge_register import newest_charge_id
from clearing.charges.reading.charge_keys import ChargeKeys
from clearing.charges.reading.intake import Intake
from clearing.ledger.load.balances import lock_vouchers
from clearing.ledger.write.audit import store_notes
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
    with garbage_collection_off():
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
        return load_task(
            self.session,
            self.intake,
            self.keys,
            part.places,
            is_piece=part.is_piece,
            counties=self.counties,
            newest_id=self.newest_id,
        )

    def _store(self, part: Slice, decided: DecidedSlice) -> None:
        """Store the charges of a slice, and keep their answers."""
        answers = store_slice(self.session, self.keys, part.places, decided)
        self.first_id = self.first_id or next((answer.id or 0 for answer in answers.values()), 0)
        self.outcomes.update(decided.outcomes)
        if part.is_piece:
            self._note_piece(part, decided, answers)
        answers |= repeated_answers(self.session, decided, answers)
        for at, place in enumerate(part.places):
            self.answers[place] = answers[at]

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
