"""Admit or refuse a charge on hold, by a person in the county."""

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.decision import decide_charges
from clearing.charges.facts.charge import SentCharge
from clearing.charges.facts.outcomes import Duplicate
from clearing.charges.hot.memo import Memo
from clearing.charges.load.book import load_book
from clearing.charges.load.charge_register import StoredCharge, locked_charge, one_charge
from clearing.charges.reading.fields import read_charge
from clearing.charges.write.charge_rows import Decided
from clearing.charges.write.charges import replace_outcome, set_state
from clearing.ledger.write.audit import record
from clearing.reasons import DISPUTED_BY_CLIENT, Severity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

ADMITTED_WHEN_REFUSED = frozenset({"too_late"})
"""Refusals that a worker can admit with a reason (R-26)."""


NOT_WAITING = Refusal("charge_not_waiting")
"""The charge does not wait for a person."""


def admit_charge(
    session: Session, charge_id: int, *, why: str, actor: Actor, now: datetime
) -> StoredCharge | Refusal:
    """Decide the charge again as of `now`, with the reasons for its hold (or R-26) waived.

    It may still be refused, with its reasons: an admission waives the holds, not the money or the dates.
    """
    found = locked_charge(session, charge_id)
    if found is None or not _can_be_admitted(found):
        return NOT_WAITING
    _replace(session, found, frozenset(finding.code for finding in found.findings), now)
    _audit(session, "charge.admit", found, why, actor, now)
    return _judged(session, charge_id)


def release_from_dispute(session: Session, charge: StoredCharge, *, now: datetime) -> StoredCharge:
    """Decide a disputed charge again as of `now`, because its dispute has ended; other holds stay.

    It may still be refused, or wait for another reason. The caller has locked it and records the act.
    """
    _replace(session, charge, frozenset({DISPUTED_BY_CLIENT.code}), now)
    return _judged(session, charge.id)


def refuse_charge(
    session: Session, charge_id: int, *, why: str, actor: Actor, now: datetime
) -> StoredCharge | Refusal:
    """Refuse a held charge for good; its reference is free again. A held charge has moved no money."""
    found = locked_charge(session, charge_id)
    if found is None or found.state != "on_hold":
        return NOT_WAITING
    set_state(session, charge_id, "rejected")
    _audit(session, "charge.refuse", found, why, actor, now)
    return _judged(session, charge_id)


def _can_be_admitted(charge: StoredCharge) -> bool:
    refusals = {finding.code for finding in charge.findings if finding.reason.severity is Severity.REFUSE}
    late = charge.state == "refused" and bool(refusals) and refusals <= ADMITTED_WHEN_REFUSED
    return charge.state == "on_hold" or late


def _replace(session: Session, charge: StoredCharge, waived: frozenset[str], now: datetime) -> None:
    new = _decide_again(session, charge, waived, now)
    if new is not None:
        county_id, provider_id = charge.county_id, charge.provider_id
        replace_outcome(session, charge.id, new, county_id=county_id, provider_id=provider_id, at=now)


def _decide_again(
    session: Session, charge: StoredCharge, waived: frozenset[str], now: datetime
) -> Decided | None:
    sent = SentCharge(
        charge.provider_id, charge.sent, charge.received_at, from_file=True, waived=waived, replaces=charge.id
    )
    read = read_charge(sent)
    book = load_book(session, [read[0]], now=now, lock=True)
    outcome = decide_charges(book.facts, [read], Memo)[0]
    return None if isinstance(outcome, Duplicate) else outcome


def _audit(session: Session, act: str, charge: StoredCharge, why: str, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("charge", charge.id),
        county_id=charge.county_id,
        client_id=charge.client_id,
        why=why,
        detail={"was": charge.state, "told": [finding.code for finding in charge.findings]},
    )


def _judged(session: Session, charge_id: int) -> StoredCharge:
    charge = one_charge(session, charge_id)
    assert charge is not None
    return charge
