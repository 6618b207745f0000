"""Take in charges: one by hand or a hundred thousand in a file, by the same path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.batch.take_in_slices import take_in_slices
from clearing.charges.batch.worker_process import slice_decider
from clearing.charges.decision import decide_charges
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.facts.outcomes import Duplicate, Outcome, outcome_word
from clearing.charges.hot.memo import Memo
from clearing.charges.load.answers import answers_of
from clearing.charges.load.book import LoadedBook, load_book
from clearing.charges.reading.intake import Intake, ReadCharge
from clearing.charges.write.charge_rows import NewCharge
from clearing.charges.write.charges import store_charges
from clearing.ledger.facts.audit import AuditNote
from foundation.vocabulary.roles import Actor

SLICE_SIZE = 2_500
"""More charges than this are taken in by slices of this size (`clearing.charges.batch`)."""


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
    on_progress: Callable[[int], None] | None = None,
) -> list[ChargeAnswer]:
    """Decide and store what a provider sent, and return the answers in the order sent.

    With `check` the same decision is made on unlocked facts and nothing is stored. A refusal is an answer,
    never an exception. If two senders use one reference for different fundings at the same time, the later
    transaction violates the unique index `ux_charge_provider_reference`, and its caller runs it again.

    Args:
        on_progress: Called now and then during a large batch, with the number of charges decided.
    """
    intake = Intake(provider_id, sent, actor, now, from_file, file_id)
    if check:
        return check_charges(session, intake)
    if len(sent) > SLICE_SIZE:
        with slice_decider(len(sent)) as decider:
            return take_in_slices(session, intake, decider, slice_size=SLICE_SIZE, on_progress=on_progress)
    (answers,) = take_in_together(session, [intake])
    return answers


def check_charges(session: Session, intake: Intake) -> list[ChargeAnswer]:
    """Return the answers that the charges would get now; nothing is locked or stored."""
    read = intake.read()
    book = load_book(session, [charge for charge, _ in read], now=intake.now, lock=False)
    return answers_of(session, book.facts, read, decide_charges(book.facts, read, Memo), {})


def take_in_together(
    session: Session, intakes: Sequence[Intake], *, commit_follows: bool = False
) -> list[list[ChargeAnswer]]:
    """Decide and store what several sent at the same time, in one transaction; the answers of each.

    Requests that wait at the same moment have no order among themselves, so their charges are decided in the
    rulebook's order, as the charges of one file. With `commit_follows` what is stored goes with the commit.
    """
    read = [one for intake in intakes for one in intake.read()]
    now = max(intake.now for intake in intakes)
    book = load_book(session, [charge for charge, _ in read], now=now, lock=True, new_keys=len(read))
    outcomes = decide_charges(book.facts, read, Memo)
    ids = _store(session, book, intakes, read, outcomes, commit_follows)
    answers = iter(answers_of(session, book.facts, read, outcomes, ids))
    return [[next(answers) for _ in intake.sent] for intake in intakes]


def _store(
    session: Session,
    book: LoadedBook,
    intakes: Sequence[Intake],
    read: Sequence[ReadCharge],
    outcomes: Sequence[Outcome],
    commit_follows: bool,
) -> dict[int, int]:
    """Store all but the duplicates, and a note of each intake; returns the new ids by place.

    A duplicate's first answer is read back with what its choice holds now, so then nothing may wait.
    """
    counties = book.county_ids
    places: list[int] = []
    new: list[NewCharge] = []
    notes: list[AuditNote] = []
    place = 0
    for intake in intakes:
        begun, arrival, mine = len(new), intake.arrival, outcomes[place : place + len(intake.sent)]
        for values, outcome in zip(intake.sent, mine, strict=True):
            if not isinstance(outcome, Duplicate):
                county_id = counties.get(outcome.funding_id or 0)
                new.append(NewCharge(values, read[place][0], outcome, county_id, arrival))
                places.append(place)
            place += 1
        notes.append(intake.note(map(outcome_word, mine), begun if len(new) > begun else None))
    keys, all_new = book.keys[: len(new)], len(new) == len(outcomes)
    store_charges(
        session,
        new,
        notes,
        keys=keys,
        service_ids=book.service_ids,
        commit_follows=commit_follows and all_new,
    )
    return dict(zip(places, (key for key, _ in keys), strict=True))
