"""Take in charges: one by hand or a hundred thousand in a file, the same way."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.batch.check_slices import KeepAnswers, check_slices
from clearing.charges.batch.commit_slices import FileCommitter, Keep
from clearing.charges.batch.take_in_slices import take_in_slices
from clearing.charges.batch.worker_process import CHECK_WORKERS, slice_decider
from clearing.charges.decision import decide_charges
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.facts.outcomes import Duplicate, Outcome, outcome_word
from clearing.charges.hot.memo import Memo
from clearing.charges.load.answers import answers_of
from clearing.charges.load.book import LoadedBook, load_book
from clearing.charges.reading.intake import Intake, ReadCharge
from clearing.charges.rules.check_answers import book_for_check, without_balance
from clearing.charges.write.charge_rows import NewCharge
from clearing.charges.write.charges import store_charges
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.disclosure.load.looks import keys_of_known_vouchers
from clearing.ledger.facts.audit import AuditNote
from clearing.ledger.load.balances import lock_vouchers
from foundation.vocabulary.roles import Actor

SLICE_SIZE = 2_500
"""More charges than this are taken in by slices of this size (`clearing.charges.batch`)."""
COMMITTED_SLICE_SIZE = 1_000
"""Slices that are committed are smaller: others wait for the vouchers of one."""


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

    With `check` the same decision is made on unlocked facts, and no charge is stored. A refusal is an answer,
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
    lock_vouchers(session, {key.voucher for key in intake.read_keys() if key.voucher})
    (answers,) = take_in_together(session, [intake])
    return answers


def take_in_file_slices(
    sessions: tuple[Session, Session],
    intake: Intake,
    *,
    done: Collection[int],
    newest_id: int,
    keep: Keep,
    slice_size: int = COMMITTED_SLICE_SIZE,
) -> bool:
    """Decide and store the charges of a file that are not `done`; `keep` commits each slice.

    Return False if `keep` ended it before all were stored.
    """
    with slice_decider(len(intake.sent)) as decider:
        committer = FileCommitter(sessions, intake, intake.read_keys(), decider, keep, newest_id)
        return committer.commit_slices(slice_size, done)


def check_charges(session: Session, intake: Intake) -> list[ChargeAnswer]:
    """Return the answers that the charges would get now, without what is left of the vouchers.

    Nothing is locked. Only the look at each client is stored.
    """
    answers: dict[int, ChargeAnswer] = {}
    check_file(session, intake, lambda places, found: answers.update(zip(places, found, strict=True)))
    return [answers[place] for place in range(len(intake.sent))]


def check_file(session: Session, intake: Intake, keep: KeepAnswers, *, slice_size: int = SLICE_SIZE) -> bool:
    """Check the charges of a file (see `check_charges`): call `keep` with the answers of some at a time.

    Return False if `keep` ended it; the looks are then for the caller to store or not.
    The answers to a long file of wrong rows take several times the memory of the file.
    """
    _record_looks(session, intake)
    if len(intake.sent) > slice_size:
        with slice_decider(len(intake.sent), CHECK_WORKERS) as decider:
            return check_slices(session, intake, decider, slice_size=slice_size, keep=keep)
    return not keep(range(len(intake.sent)), _check_together(session, intake))


def _check_together(session: Session, intake: Intake) -> list[ChargeAnswer]:
    read = intake.read()
    loaded = load_book(session, [charge for charge, _ in read], now=intake.now, lock=False)
    book = book_for_check(loaded.facts)
    answers = answers_of(session, book, read, decide_charges(book, read, Memo), {})
    return [without_balance(answer) for answer in answers]


def _record_looks(session: Session, intake: Intake) -> None:
    """Record a look at each client whose voucher the provider may know (R-07)."""
    vouchers = {key.voucher for key in intake.read_keys() if key.voucher}
    known = keys_of_known_vouchers(session, intake.provider_id, vouchers)
    disclose(session, known, Look(intake.actor, intake.now, Purpose.PROVIDER_CHECK, "funding", key="subject"))


def take_in_together(
    session: Session, intakes: Sequence[Intake], *, with_commit: bool = False
) -> list[list[ChargeAnswer]]:
    """Decide and store what several senders sent at the same time; return the answers of each.

    Their charges are decided in the rulebook's order, as those of one file: requests that wait at the same
    moment have no order among themselves. With `with_commit` the caller commits by
    `foundation.database.pipeline.commit`, and the charges are written with it.

    Raises:
        LockNotAvailable: Another transaction has had one of the vouchers locked for some moments.
    """
    read = [charge for intake in intakes for charge in intake.read()]
    now = max(intake.now for intake in intakes)
    book = load_book(session, [charge for charge, _ in read], now=now, lock=True, new_keys=len(read))
    outcomes = decide_charges(book.facts, read, Memo)
    ids = _store(session, book, intakes, read, outcomes, with_commit)
    answers = iter(answers_of(session, book.facts, read, outcomes, ids))
    return [[next(answers) for _ in intake.sent] for intake in intakes]


def _store(
    session: Session,
    book: LoadedBook,
    intakes: Sequence[Intake],
    read: Sequence[ReadCharge],
    outcomes: Sequence[Outcome],
    with_commit: bool,
) -> dict[int, int]:
    """Store everything except duplicates, and a note of each intake; return the new ids by place.

    The first answer of a duplicate is read back with what its choice holds now, so nothing may wait for the
    commit then.
    """
    counties = book.county_ids
    sent = [(values, intake.arrival) for intake in intakes for values in intake.sent]
    new = {
        place: NewCharge(
            sent[place][0],
            read[place][0],
            outcome,
            counties.get(outcome.funding_id or 0),
            sent[place][1],
        )
        for place, outcome in enumerate(outcomes)
        if not isinstance(outcome, Duplicate)
    }
    keys = book.keys[: len(new)]
    store_charges(
        session,
        list(new.values()),
        _notes(intakes, outcomes),
        keys=keys,
        service_ids=book.service_ids,
        with_commit=with_commit and len(new) == len(outcomes),
    )
    return {place: charge_id for place, (charge_id, _) in zip(new, keys, strict=True)}


def _notes(intakes: Sequence[Intake], outcomes: Sequence[Outcome]) -> list[AuditNote]:
    """Return a note of each intake, about its first charge among those stored."""
    notes, place, stored = [], 0, 0
    for intake in intakes:
        own = outcomes[place : place + len(intake.sent)]
        count = sum(not isinstance(outcome, Duplicate) for outcome in own)
        notes.append(intake.note(map(outcome_word, own), stored if count else None))
        place, stored = place + len(own), stored + count
    return notes
