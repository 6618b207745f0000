"""Decide one slice of a large batch, from what was sent to what is stored; no database is needed.

So it is done in whichever process has time for it (`clearing.charges.batch.decide_apart`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clearing.charges.decision import decide_charges
from clearing.charges.facts.book import Book, ReferenceData, book_of
from clearing.charges.facts.charge import Arrival, Charge, SentCharge
from clearing.charges.facts.outcomes import Accepted, Duplicate, OnHold, Outcome, outcome_word
from clearing.charges.hot.fact_documents import read_batch_facts
from clearing.charges.reading.fields import read_charge
from clearing.charges.rules.answer_parts import holds_after, parts_of
from clearing.charges.write.charge_rows import NewCharge
from clearing.charges.write.copy_charges import ChargeTexts, charge_texts
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class SliceTask:
    """One slice as sent, and all that it is decided by.

    `facts` are the documents of `charge_facts` as JSON text; `keys` an id and a ledger number for each
    charge, of which duplicates leave some unused. Of a piece more is told (`Slice`). `slow` is None where it
    is the same as that of the task before.
    """

    provider_id: int
    arrival: Arrival
    from_file: bool
    sent: Sequence[Mapping[str, object]]
    facts: Sequence[bytes | None]
    reference_data: ReferenceData | None
    keys: Sequence[tuple[int, int]]
    is_piece: bool


class DecidedSlice(NamedTuple):
    """What a slice came to, small enough to be sent to another process.

    `answers` by place in the slice: the id, the outcome, of each reason the code, the field and the values of
    its words, and the money as in `AnswerParts`; None for a duplicate, which is of a stored charge's id or of
    a place (`duplicates`). `outcomes` counts them by name. Of a piece also what each choice still holds, and
    the choice of each charge that has one.
    """

    answers: list[tuple[Any, ...] | None]
    duplicates: dict[int, tuple[int | None, int | None]]
    outcomes: dict[str, int]
    texts: ChargeTexts
    holds: dict[int, Money]
    choices: dict[int, int]


@dataclass(slots=True)
class _Slice:
    """A slice decided: charges and outcomes by place, and the keys of those that are not duplicates."""

    task: SliceTask
    book: Book
    charges: Sequence[Charge]
    outcomes: Sequence[Outcome]
    keys: dict[int, tuple[int, int]] = field(default_factory=dict)

    def new(self) -> list[NewCharge]:
        """What is to be stored."""
        counties = {funding.id: funding.county_id for funding in self.book.fundings.values()}
        return [
            NewCharge(sent, charge, outcome, counties.get(outcome.funding_id or 0), self.task.arrival)
            for sent, charge, outcome in zip(self.task.sent, self.charges, self.outcomes, strict=True)
            if not isinstance(outcome, Duplicate)
        ]

    def answers(self, holds: Mapping[int, Money]) -> list[tuple[Any, ...] | None]:
        """The parts of each answer."""
        return [
            None if isinstance(outcome, Duplicate) else _packed(charge, outcome, self.keys[place][0], holds)
            for place, (charge, outcome) in enumerate(zip(self.charges, self.outcomes, strict=True))
        ]


def decide_slice(task: SliceTask) -> DecidedSlice:
    """Decide a slice and lay out all that is stored and answered of it."""
    assert task.reference_data is not None
    now = task.arrival.at
    readings = [read_charge(SentCharge(task.provider_id, one, now, task.from_file)) for one in task.sent]
    book = book_of(read_batch_facts(task.facts), task.reference_data, today=helsinki_day(now))
    decided = _Slice(task, book, [charge for charge, _ in readings], decide_charges(book, readings))
    fresh = [at for at, outcome in enumerate(decided.outcomes) if not isinstance(outcome, Duplicate)]
    decided.keys = dict(zip(fresh, task.keys, strict=False))
    holds = holds_after(book, decided.outcomes)
    return DecidedSlice(
        decided.answers(holds),
        {at: (o.charge_id, o.index) for at, o in enumerate(decided.outcomes) if isinstance(o, Duplicate)},
        dict(Counter(map(outcome_word, decided.outcomes))),
        charge_texts(decided.new(), list(decided.keys.values()), task.reference_data.service_ids),
        holds if task.is_piece else {},
        _choices(decided.outcomes) if task.is_piece else {},
    )


def _packed(charge: Charge, outcome: Any, key: int, holds: Mapping[int, Money]) -> tuple[Any, ...]:
    """The parts of an answer, without what the receiver knows: the reference, and the words of a reason."""
    number, _, word, findings, *money = parts_of(charge, outcome, key, holds)
    return number, word, [(one.code, one.field, dict(one.values)) for one in findings], *money


def _choices(outcomes: Sequence[Outcome]) -> dict[int, int]:
    return {
        at: outcome.choice_id
        for at, outcome in enumerate(outcomes)
        if isinstance(outcome, Accepted | OnHold) and outcome.choice_id is not None
    }
