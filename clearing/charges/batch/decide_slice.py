"""Decide one slice of a large batch, from the charges as sent to the rows to store.

It needs no database, so it runs in a worker process (`clearing.charges.batch.worker_process`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from clearing.charges.decision import decide_charges
from clearing.charges.facts.book import Book, ReferenceData, book_of
from clearing.charges.facts.charge import Arrival, Charge, SentCharge
from clearing.charges.facts.outcomes import Accepted, Duplicate, OnHold, Outcome, outcome_word
from clearing.charges.hot.fact_documents import read_batch_facts
from clearing.charges.hot.memo import Memo
from clearing.charges.hot.write_set import CopySet, copy_set
from clearing.charges.reading.fields import read_charge
from clearing.charges.rules.answer_parts import holds_after, parts_of
from clearing.charges.rules.check_answers import book_for_check
from clearing.charges.write.charge_rows import NewCharge, write_set_of
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class SliceTask:
    """One slice as sent, and everything that it is decided by.

    Attributes:
        documents: The documents of `charge_facts` as JSON text.
        keys: For each charge an id and the number of its ledger transaction; duplicates leave some unused.
        is_piece: See `Slice`. A piece needs more in its result.
        is_check: Nothing is stored, so the result has no rows.
    """

    provider_id: int
    arrival: Arrival
    from_file: bool
    sent: Sequence[Mapping[str, object]]
    documents: Sequence[bytes | None]
    reference_data: ReferenceData
    keys: Sequence[tuple[int, int]]
    is_piece: bool
    is_check: bool = False


class DecidedSlice(NamedTuple):
    """The result of a slice, small enough to be sent to another process.

    Attributes:
        answers: By place in the slice, None for a duplicate: the id, the outcome, the reasons (code, field
            and values of each), and the money as in `AnswerParts`.
        duplicates: By place, the id of the stored charge or else the place in the slice that it repeats.
        outcomes: How many charges got each outcome.
        texts: The rows to store.
        holds: Of a piece, what each choice still holds.
        choices: Of a piece, the choice of each charge that has one, by place.
    """

    answers: list[tuple[Any, ...] | None]
    duplicates: dict[int, tuple[int | None, int | None]]
    outcomes: dict[str, int]
    texts: CopySet
    holds: dict[int, Money]
    choices: dict[int, int]


def decide_slice(task: SliceTask) -> DecidedSlice:
    """Decide a slice, and build everything that is stored and answered."""
    now = task.arrival.at
    readings = [read_charge(SentCharge(task.provider_id, sent, now, task.from_file)) for sent in task.sent]
    charges = [charge for charge, _ in readings]
    book = book_of(read_batch_facts(task.documents), task.reference_data, today=helsinki_day(now))
    if task.is_check:
        book = book_for_check(book)
    outcomes = decide_charges(book, readings, Memo)
    new_places = [place for place, outcome in enumerate(outcomes) if not isinstance(outcome, Duplicate)]
    keys = dict(zip(new_places, task.keys, strict=False))
    holds = holds_after(book, outcomes)
    new = [] if task.is_check else _new_charges(task, book, charges, outcomes)
    new_keys = [] if task.is_check else list(keys.values())
    write_set = write_set_of(new, [], keys=new_keys, service_ids=task.reference_data.service_ids)
    return DecidedSlice(
        answers=_answers(charges, outcomes, keys, holds),
        duplicates=_duplicates(outcomes),
        outcomes=dict(Counter(map(outcome_word, outcomes))),
        texts=copy_set(write_set),
        holds=holds if task.is_piece else {},
        choices=_choices(outcomes) if task.is_piece else {},
    )


def _new_charges(
    task: SliceTask, book: Book, charges: Sequence[Charge], outcomes: Sequence[Outcome]
) -> list[NewCharge]:
    """Return what is stored: everything except duplicates."""
    counties = {funding.id: funding.county_id for funding in book.fundings.values()}
    return [
        NewCharge(sent, charge, outcome, counties.get(outcome.funding_id or 0), task.arrival)
        for sent, charge, outcome in zip(task.sent, charges, outcomes, strict=True)
        if not isinstance(outcome, Duplicate)
    ]


def _answers(
    charges: Sequence[Charge],
    outcomes: Sequence[Outcome],
    keys: Mapping[int, tuple[int, int]],
    holds: Mapping[int, Money],
) -> list[tuple[Any, ...] | None]:
    return [
        None if isinstance(outcome, Duplicate) else _packed(charge, outcome, keys[place][0], holds)
        for place, (charge, outcome) in enumerate(zip(charges, outcomes, strict=True))
    ]


def _packed(charge: Charge, outcome: Any, key: int, holds: Mapping[int, Money]) -> tuple[Any, ...]:
    """Return an answer without what the receiver knows: the reference, and the texts of each reason."""
    charge_id, _, word, findings, *money = parts_of(charge, outcome, key, holds)
    reasons = [(finding.code, finding.field, dict(finding.values)) for finding in findings]
    return charge_id, word, reasons, *money


def _duplicates(outcomes: Sequence[Outcome]) -> dict[int, tuple[int | None, int | None]]:
    return {
        place: (outcome.charge_id, outcome.index)
        for place, outcome in enumerate(outcomes)
        if isinstance(outcome, Duplicate)
    }


def _choices(outcomes: Sequence[Outcome]) -> dict[int, int]:
    return {
        place: outcome.choice_id
        for place, outcome in enumerate(outcomes)
        if isinstance(outcome, Accepted | OnHold) and outcome.choice_id is not None
    }
