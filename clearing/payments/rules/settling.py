"""How a payment run goes from person to person, and its identifiers (rulebook: Settlement)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from foundation.vocabulary.identifiers import ReferenceNumber, creditor_reference
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role

PREPARERS = frozenset({Role.SETTLEMENT_OFFICER})
APPROVERS = frozenset({Role.SETTLEMENT_APPROVER})
SENDERS = PREPARERS | APPROVERS  # exporting and taking in answers change no sum


class RunState(StrEnum):
    """The state of a payment run."""

    PREPARED = "prepared"
    APPROVED = "approved"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class RunRefusalCode(StrEnum):
    """Why a step of a payment run is refused. The codes are public."""

    ROLE_FORBIDDEN = "role_forbidden"
    OTHER_COUNTY = "other_county"
    SAME_PERSON = "same_person"
    UPLOADED_RETURN = "return_uploaded_by_approver"
    NOT_PREPARER = "not_preparer"
    WRONG_STATE = "run_not_in_state"
    HASH_DIFFERS = "hash_differs"
    CHANGED = "run_changed"
    NOTHING_TO_PAY = "nothing_to_pay"
    NOTHING_BY_BANK = "nothing_by_bank"
    UNTIL_IN_FUTURE = "until_in_future"
    BOOKS_DIFFER = "books_differ"
    FROZEN = "settlement_frozen"
    CHECK_FAILED = "books_check_failed"
    NOT_IN_RUN = "settlement_not_in_run"
    NOT_FROZEN = "settlement_not_frozen"
    FILE_ELSEWHERE = "file_from_other_book"
    UNDECIDED = "runs_undecided"
    WHY_MISSING = "why_missing"
    NOT_COMPARED = "stripe_not_compared"


@dataclass(frozen=True, slots=True)
class Run:
    """A payment run as its rules see it."""

    id: int
    county_id: int
    county_code: str
    until: date
    state: RunState
    prepared_by: int
    approved_hash: str | None
    not_before: date | None = None
    """The first day on which it may be paid; None: it was approved without one."""
    file_elsewhere: bool = False
    """The bank has its file from the database of which this one is a restored copy."""


def why_not_by(actor: Actor, roles: frozenset[Role], county_id: int) -> Refusal | None:
    """Only a person in the step's role and of the run's county does it; sending may be an operator's."""
    if actor.role not in roles or (actor.person_id is None and roles != SENDERS):
        return Refusal(RunRefusalCode.ROLE_FORBIDDEN)
    return Refusal(RunRefusalCode.OTHER_COUNTY) if actor.county_id != county_id else None


def why_not_approved(run: Run, actor: Actor, seen_hash: str, run_hash: str) -> Refusal | None:
    """Another person than the preparer approves exactly what that person saw."""
    if refusal := why_not_by(actor, APPROVERS, run.county_id):
        return refusal
    if actor.person_id == run.prepared_by:
        return Refusal(RunRefusalCode.SAME_PERSON)
    if run.state is not RunState.PREPARED:
        return Refusal(RunRefusalCode.WRONG_STATE)
    return None if seen_hash == run_hash else Refusal(RunRefusalCode.HASH_DIFFERS)


def why_not_sent(run: Run, actor: Actor, run_hash: str) -> Refusal | None:
    """Only an approved run is sent, and only while it is what was approved; it may be exported again."""
    if refusal := why_not_by(actor, SENDERS, run.county_id):
        return refusal
    if run.state not in (RunState.APPROVED, RunState.SENT, RunState.CLOSED):
        return Refusal(RunRefusalCode.WRONG_STATE)
    if run.file_elsewhere:
        return Refusal(RunRefusalCode.FILE_ELSEWHERE)
    return None if run.approved_hash == run_hash else Refusal(RunRefusalCode.HASH_DIFFERS)


def message_id(county_code: str, run_id: int) -> str:
    """Return the file's identifier, unique for ever: a run has one file."""
    return f"OMA{county_code}R{run_id}"


def batch_id(county_code: str, run_id: int) -> str:
    """Return the payment-information identifier: a file has one batch."""
    return f"{message_id(county_code, run_id)}B1"


def end_to_end_id(county_code: str, run_id: int, payment_id: int) -> str:
    """Return a payment's identifier from end to end; the bank's answers repeat it."""
    return f"{message_id(county_code, run_id)}P{payment_id}"


def payment_reference(settlement_id: int) -> ReferenceNumber:
    """The RF reference (ISO 11649) on the payee's bank line: the number of its settlement statement."""
    return creditor_reference(str(settlement_id))
