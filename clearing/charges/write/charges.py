"""Decided charges into the book: the charge, its reasons, and the postings of an accepted one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from clearing.charges.write.charge_rows import (
    Decided,
    Key,
    NewCharge,
    accepted_postings,
    outcome_values,
    reason_rows,
)
from clearing.charges.write.copy_charges import ChargeTexts, charge_texts
from clearing.charges.write.insert_charges import store_few
from clearing.ledger.facts.audit import AuditNote
from clearing.ledger.write.audit import store_notes
from clearing.ledger.write.postings import post, post_text
from clearing.reasons import Finding
from foundation.database.rows import COPY_FROM_ROWS, store_rows, store_text
from foundation.database.tables import charges
from foundation.vocabulary.money import Money


def store_charges(
    session: Session,
    new: Sequence[NewCharge],
    notes: Sequence[AuditNote],
    *,
    keys: Sequence[Key],
    service_ids: Mapping[str, int],
    commit_follows: bool = False,
) -> None:
    """Store the charges with reasons and postings under `keys`, and the audit notes.

    With `commit_follows` a few charges are only made ready: `foundation.database.pipeline.commit` sends them.
    """
    if len(new) < COPY_FROM_ROWS:
        store_few(session, new, notes, keys=keys, service_ids=service_ids, commit_follows=commit_follows)
        return
    store_many(session, charge_texts(new, keys, service_ids))
    store_notes(session, notes, [key for key, _ in keys])


def store_many(session: Session, texts: ChargeTexts) -> None:
    """Store charges with reasons and postings that are laid out already, by COPY."""
    store_text(session, charges.Charge, texts.charges)
    store_text(session, charges.ChargeReason, texts.reasons)
    post_text(session, texts.postings, balances=texts.balances, holds=texts.holds)


def replace_outcome(
    session: Session,
    charge_id: int,
    outcome: Decided,
    *,
    county_id: int | None,
    provider_id: int,
    at: datetime,
) -> None:
    """A stored charge that was decided again: its new outcome, its new reasons, and its postings."""
    values = outcome_values(outcome)
    session.execute(update(charges.Charge).where(charges.Charge.id == charge_id).values(values))
    replace_reasons(session, charge_id, outcome.findings)
    drawn = accepted_postings(outcome, charge_id=charge_id, county_id=county_id, provider_id=provider_id)
    post(session, [drawn], at=at)


def set_state(session: Session, charge_id: int, state: str) -> None:
    """Put a stored charge into another state."""
    session.execute(update(charges.Charge).where(charges.Charge.id == charge_id).values(state=state))


def put_on_hold(session: Session, charge_id: int, findings: Iterable[Finding]) -> None:
    """A stored charge waits for a person, for these reasons; it draws nothing any more."""
    values = {"state": "on_hold", "from_held_cents": Money(0)}
    session.execute(update(charges.Charge).where(charges.Charge.id == charge_id).values(values))
    replace_reasons(session, charge_id, sorted(findings, key=lambda one: one.reason.rule))


def replace_reasons(session: Session, charge_id: int, findings: Iterable[Finding]) -> None:
    """The reasons told of a charge from now on; those told before stay in the audit log."""
    reason = charges.ChargeReason
    session.execute(delete(reason).where(reason.charge_id == charge_id))
    store_rows(session, reason, reason_rows([(charge_id, tuple(findings))]))
