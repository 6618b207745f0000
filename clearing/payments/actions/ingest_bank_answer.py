"""Match the bank's answer to our payments: confirmed, returned, or listed for a person to check."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event
from clearing.ledger.write.audit import record
from clearing.payments.gateways.bank_answer import BankAnswerError, BankMessage, read
from clearing.payments.load.awaited_payments import awaited_by_identifier, awaited_of_files
from clearing.payments.rules.matching import (
    Answer,
    AwaitedPayment,
    Mismatch,
    Scope,
    Status,
    Verdict,
    judge,
    one_by_one,
)
from clearing.payments.rules.settling import SENDERS, RunRefusalCode
from clearing.payments.write.payments import (
    Step,
    close_answered_runs,
    mark_answered,
    post_movements,
    store_answer_file,
)
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

CONFIRMED: Step = (Event.CONFIRM, Account.TRANSIT, Account.BANK)
BACK_IN_TRANSIT: Step = (Event.BANK_RETURN, Account.BANK, Account.TRANSIT)
RETURNED: Step = (Event.BANK_RETURN, Account.TRANSIT, Account.PAYABLE)
STEPS: dict[Verdict, tuple[Step, ...]] = {
    Verdict.CONFIRM: (CONFIRMED,),
    Verdict.RETURN: (RETURNED,),
    Verdict.RETURN_CONFIRMED: (BACK_IN_TRANSIT, RETURNED),
    Verdict.KNOWN: (),
}


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An answer that was not accepted, and why; it moved nothing."""

    identifier: str
    mismatch: Mismatch
    amount_cents: int | None
    bank_reference: str


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """What a file did. `matched` and `returned` count the answers that agreed; `known` changed nothing."""

    kind: str
    matched: int
    returned: int
    known: int
    unmatched: tuple[Unmatched, ...]
    closed_runs: tuple[int, ...]


@dataclass(slots=True)
class _Matching:
    """The payments as the answers change them one after the other."""

    today: date
    payments: dict[str, AwaitedPayment]
    moved: list[tuple[AwaitedPayment, Sequence[Step]]] = field(default_factory=list)
    answered: dict[int, Answer] = field(default_factory=dict)
    unmatched: list[Unmatched] = field(default_factory=list)
    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    known: int = 0

    def take(self, answer: Answer) -> None:
        """Let one answer change its payment, or list it."""
        payment = self.payments.get(answer.identifier)
        verdict = Mismatch.UNKNOWN if payment is None else judge(payment, answer, self.today)
        if payment is None or isinstance(verdict, Mismatch):
            self.unmatched.append(
                Unmatched(answer.identifier, Mismatch(verdict), answer.amount_cents, answer.bank_reference)
            )
            return
        self.counts[answer.status] += 1
        if verdict is Verdict.KNOWN:
            self.known += 1
            return
        self.payments[answer.identifier] = replace(payment, state=answer.status.value)
        self.moved.append((payment, STEPS[verdict]))
        self.answered[payment.id] = answer


def ingest_bank_answer(
    session: Session, content: bytes, *, actor: Actor, now: datetime
) -> AnswerReport | Refusal:
    """Process a pain.002, camt.053 or camt.054 file; processing it again moves nothing.

    It concerns the actor's county; an operator at the command line (no county) processes it for all.

    confirmed: transit → bank; returned: transit → payable (after a confirmation, bank → transit first), so
    the next run pays it. Refused with `role_forbidden`, or with the code of a file that cannot be read.
    """
    if actor.role not in SENDERS:
        return Refusal(RunRefusalCode.ROLE_FORBIDDEN)
    try:
        message = read(content)
    except BankAnswerError as error:
        return Refusal(error.fault, "file")
    answers, payments = _awaited(session, message, actor.county_id)
    matching = _Matching(helsinki_day(now), payments)
    for answer in answers:
        matching.take(answer)
    closed = _store(session, matching, now)
    report = AnswerReport(
        kind=message.kind,
        matched=matching.counts[Status.CONFIRMED],
        returned=matching.counts[Status.RETURNED],
        known=matching.known,
        unmatched=tuple(matching.unmatched),
        closed_runs=tuple(closed),
    )
    _note(session, content, report, actor, now)
    return report


def _awaited(
    session: Session, message: BankMessage, county_id: int | None
) -> tuple[list[Answer], dict[str, AwaitedPayment]]:
    """Return the answers payment by payment, and the payments that they name, locked."""
    names = {answer.identifier for answer in message.answers if answer.scope is Scope.PAYMENT}
    file_names = {answer.identifier for answer in message.answers if answer.scope is not Scope.PAYMENT}
    files = awaited_of_files(session, file_names, county_id=county_id)
    payments = awaited_by_identifier(session, names, county_id=county_id)
    payments |= {payment.end_to_end_id: payment for many in files.values() for payment in many}
    answers = [
        of_payment
        for answer in message.answers
        for of_payment in one_by_one(answer, files.get(answer.identifier, ()))
    ]
    return answers, payments


def _store(session: Session, matching: _Matching, now: datetime) -> list[int]:
    mark_answered(session, matching.answered)
    failpoint("settle.ingest.after_payments")
    post_movements(session, matching.moved, at=now)
    failpoint("settle.ingest.after_postings")
    closed = close_answered_runs(session, {payment.run_id for payment, _ in matching.moved}, now=now)
    failpoint("settle.ingest.after_run")
    return closed


def _note(session: Session, content: bytes, report: AnswerReport, actor: Actor, now: datetime) -> None:
    digest = hashlib.sha256(content).hexdigest()
    unknown = [answer.identifier for answer in report.unmatched]
    counts = {"matched": report.matched, "returned": report.returned}
    row = {"county_id": actor.county_id, "sha256": digest, "kind": report.kind, "received_at": now}
    store_answer_file(session, {**row, **counts, "received_by": actor.person_id, "unknown": unknown})
    record(
        session,
        actor=actor,
        now=now,
        act="bank_answer.ingest",
        subject=("bank_answer", digest),
        county_id=actor.county_id,
        detail={**counts, "known": report.known, "unknown": unknown[:100], "closed": report.closed_runs},
    )
    failpoint("settle.ingest.after_answer")
