"""Match the bank's answer to our payments: confirmed, returned, or listed for a person to check."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event
from clearing.ledger.write.audit import record
from clearing.payments.actions.match_claims import ClaimMatches, match_claims
from clearing.payments.actions.recognise_sent_runs import recognise_sent_runs
from clearing.payments.gateways.bank_answer import BankAnswerError, BankMessage, read
from clearing.payments.load.awaited_payments import (
    awaited_by_identifier,
    awaited_of_files,
    runs_booked_unnamed,
)
from clearing.payments.rules.answers import Answer, AwaitedPayment, Scope, Status
from clearing.payments.rules.batches import contradicts_itself, one_by_one
from clearing.payments.rules.matching import judge, with_booking
from clearing.payments.rules.settling import SENDERS, RunRefusalCode
from clearing.payments.rules.verdicts import OPEN, Mismatch, Verdict
from clearing.payments.write.payments import (
    Step,
    close_answered_runs,
    mark_answered,
    mark_open,
    mark_reported,
    post_movements,
    store_answer_file,
)
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

CONFIRMED: Step = (Event.CONFIRM, Account.TRANSIT, Account.BANK)
RETURNED: Step = (Event.BANK_RETURN, Account.TRANSIT, Account.PAYABLE)
_FILES = frozenset({Scope.BATCH, Scope.MESSAGE})
STEPS: dict[Verdict, Step] = {Verdict.CONFIRM: CONFIRMED, Verdict.RETURN: RETURNED}


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An answer that moved nothing, and why. `code`, `reason` and `text` are the bank's own."""

    identifier: str
    mismatch: Mismatch
    amount_cents: int | None
    bank_reference: str
    day: date | None
    code: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """What a file did. Each payment is counted once: it moved, was accepted, or was `known` already.

    `claims_paid` are the ids of the claims on providers for which the money came.
    """

    kind: str
    matched: int
    returned: int
    accepted: int
    known: int
    unmatched: tuple[Unmatched, ...]
    closed_runs: tuple[int, ...]
    claims_paid: tuple[int, ...] = ()


@dataclass(slots=True)
class _Matching:
    """The payments as the answers change them one after the other."""

    today: date
    payments: dict[str, AwaitedPayment]
    unnamed: dict[tuple[str, int], str]
    moved: list[tuple[AwaitedPayment, Sequence[Step]]] = field(default_factory=list)
    answered: dict[int, Answer] = field(default_factory=dict)
    reported: dict[int, AwaitedPayment] = field(default_factory=dict)
    open: dict[int, tuple[Answer, Mismatch]] = field(default_factory=dict)
    unmatched: dict[Unmatched, None] = field(default_factory=dict)
    paid: dict[Verdict, set[int]] = field(default_factory=lambda: {verdict: set() for verdict in Verdict})

    def take(self, answer: Answer) -> None:
        """Let one answer change its payment, or list it."""
        payment = self.payments.get(answer.identifier)
        if payment is None or answer.scope is not Scope.PAYMENT:
            self._list_without_payment(answer)
            return
        verdict = judge(payment, answer, self.today)
        if isinstance(verdict, Mismatch):
            self.list(answer, verdict)
            if verdict in OPEN:
                self.open[payment.id] = (answer, verdict)
            return
        self.paid[verdict].add(payment.id)
        changed = with_booking(payment, answer)
        if verdict in STEPS:
            changed = replace(changed, state=answer.status.value, answered_on=answer.day)
            self.moved.append((payment, [STEPS[verdict]]))
            self.answered[payment.id] = answer
        if changed != payment:
            self.payments[answer.identifier] = self.reported[payment.id] = changed

    def list(self, answer: Answer, mismatch: Mismatch) -> None:
        """List an answer for a person, once."""
        row = Unmatched(
            answer.identifier,
            mismatch,
            answer.amount_cents,
            answer.bank_reference,
            answer.day,
            answer.code,
            answer.reason,
            answer.text,
        )
        self.unmatched[row] = None

    def _list_without_payment(self, answer: Answer) -> None:
        """List an answer about no single payment; an unnamed booking only if its sum is that of a run."""
        if answer.scope is Scope.UNNAMED:
            identifier = self.unnamed.get((answer.account, answer.amount_cents or 0))
            if identifier is not None and answer.status is Status.CONFIRMED:
                self.list(replace(answer, identifier=identifier), Mismatch.BATCH_UNNAMED)
            return
        self.list(answer, Mismatch.STATUS_UNCLEAR if answer.status is Status.UNCLEAR else Mismatch.UNKNOWN)

    def count(self, verdict: Verdict) -> int:
        """How many payments the file did this to; those that moved are not known or accepted as well."""
        earlier = [self.paid[step] for step in list(Verdict)[: list(Verdict).index(verdict)]]
        return len(self.paid[verdict].difference(*earlier))


def ingest_bank_answer(
    session: Session, content: bytes, *, actor: Actor, now: datetime
) -> AnswerReport | Refusal:
    """Process a pain.002, camt.053 or camt.054 file; processing it again moves nothing.

    It concerns the actor's county; an operator at the command line (no county) processes it for all.

    confirmed: transit → bank; returned: transit → payable, so the next run pays it. What is not wholly
    understood, or outranked by what the bank has booked, moves nothing and is listed. In a restored book
    the runs that the bank names count as sent first (`recognise_sent_runs`). Money that carries the
    reference of a claim on a provider pays that claim (`match_claims`). Refused with
    `role_forbidden`, or with the code of a file that cannot be read.
    """
    if actor.role not in SENDERS:
        return Refusal(RunRefusalCode.ROLE_FORBIDDEN)
    try:
        message = read(content)
    except BankAnswerError as error:
        return Refusal(error.fault, "file")
    claims = match_claims(session, message.credits, actor=actor, now=now)
    message = _without_claims(message, claims)
    recognise_sent_runs(session, message.answers, actor=actor, now=now)
    matching = _matching(session, message, actor.county_id, helsinki_day(now))
    for credit, mismatch in claims.listed:
        matching.list(credit, mismatch)
    closed = _store(session, matching, actor.person_id, now)
    report = AnswerReport(
        kind=message.kind,
        matched=matching.count(Verdict.CONFIRM),
        returned=matching.count(Verdict.RETURN),
        accepted=matching.count(Verdict.ACCEPT),
        known=matching.count(Verdict.KNOWN) + len(set(claims.known) - set(claims.paid)),
        unmatched=tuple(matching.unmatched),
        closed_runs=tuple(closed),
        claims_paid=tuple(claims.paid),
    )
    _note(session, content, report, actor, now)
    return report


def _without_claims(message: BankMessage, claims: ClaimMatches) -> BankMessage:
    """Return the message without the incoming payments that are about claims."""
    about_claims = {id(answer) for answer in claims.answers}
    left = tuple(answer for answer in message.answers if id(answer) not in about_claims)
    return replace(message, answers=left)


def _matching(session: Session, message: BankMessage, county_id: int | None, today: date) -> _Matching:
    """Let all answers of a file change the payments that they name, which are locked.

    Debits come before credits and single payments before their file, in whatever order the bank wrote them.
    """
    names = {answer.identifier for answer in message.answers if answer.scope is Scope.PAYMENT}
    file_names = {answer.identifier for answer in message.answers if answer.scope in _FILES}
    files = awaited_of_files(session, file_names, county_id=county_id)
    payments = awaited_by_identifier(session, names, county_id=county_id)
    payments |= {payment.end_to_end_id: payment for many in files.values() for payment in many}
    unnamed = runs_booked_unnamed(session, message.answers, county_id=county_id)
    matching = _Matching(today, payments, unnamed)
    answers = [
        of_payment
        for answer in sorted(message.answers, key=_place)
        for of_payment in one_by_one(answer, files.get(answer.identifier, ()))
    ]
    doubtful = _doubtful(answers)
    for answer in answers:
        if answer.identifier in doubtful and not answer.is_booking:
            matching.list(answer, Mismatch.CONTRADICTS_ITSELF)
        elif answer.identifier in files and answer.status is not Status.UNCLEAR:
            matching.list(answer, Mismatch.BATCH_DIFFERS)
        else:
            matching.take(answer)
    return matching


def _place(answer: Answer) -> tuple[bool, int]:
    later = answer.is_booking and answer.status is Status.RETURNED
    return later, list(Scope).index(answer.scope)


def _doubtful(answers: Sequence[Answer]) -> set[str]:
    """Return the identifiers of payments of which one report says both yes and no."""
    said: dict[str, list[Answer]] = {}
    for answer in answers:
        said.setdefault(answer.identifier, []).append(answer)
    return {identifier for identifier, several in said.items() if contradicts_itself(several)}


def _store(session: Session, matching: _Matching, person_id: int | None, now: datetime) -> list[int]:
    mark_answered(session, matching.answered, by=person_id)
    mark_reported(session, matching.reported.values())
    mark_open(session, matching.open, by=person_id)
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
        detail={
            **counts,
            "known": report.known,
            "unknown": unknown[:100],
            "closed": report.closed_runs,
            "claims": report.claims_paid,
        },
    )
    failpoint("settle.ingest.after_answer")
