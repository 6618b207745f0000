"""Store decided charges, and change stored ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, any_, delete, func, literal, update
from sqlalchemy.orm import Session

from clearing.charges.facts.outcomes import Accepted
from clearing.charges.hot import transports
from clearing.charges.hot.write_set import copy_set
from clearing.charges.write.charge_rows import (
    Decided,
    Key,
    NewCharge,
    outcome_values,
    postings_of,
    rows_of_reasons,
    write_set_of,
)
from clearing.ledger.facts.audit import AuditNote
from clearing.ledger.write.postings import post
from clearing.plans.write.holds import mark
from clearing.reasons import Finding
from foundation.database.rows import COPY_FROM_ROWS, store_table_rows
from foundation.database.tables import charges

OF_FUNDING = ("funding_id", "choice_id", "offering_id")
"""Columns of a charge that follow from its voucher."""


def store_charges(
    session: Session,
    new: Sequence[NewCharge],
    notes: Sequence[AuditNote],
    *,
    keys: Sequence[Key],
    service_ids: Mapping[str, int],
    with_commit: bool = False,
) -> None:
    """Store the charges with their reasons and postings under `keys`, and the audit notes.

    With `with_commit` a few charges are written only with the commit (`foundation.database.pipeline.commit`).
    """
    write_set = write_set_of(new, notes, keys=keys, service_ids=service_ids)
    if len(new) < COPY_FROM_ROWS:
        transports.insert(session, write_set, with_commit=with_commit)
    else:
        transports.copy(session, copy_set(write_set))


def replace_outcome(
    session: Session,
    charge_id: int,
    outcome: Decided,
    *,
    county_id: int | None,
    provider_id: int,
    at: datetime,
) -> None:
    """Give a stored charge that was decided again its new outcome, reasons and postings.

    One that is accepted is paid on a pay day that counts from then: `admitted_at`.
    """
    values = outcome_values(outcome)
    if (
        outcome.funding_id is None
    ):  # its voucher is no longer found for this provider: it stays on its funding
        values = {name: value for name, value in values.items() if name not in OF_FUNDING}
    if isinstance(outcome, Accepted):
        values["admitted_at"] = func.greatest(at, charges.Charge.received_at)
    session.execute(update(charges.Charge).where(charges.Charge.id == charge_id).values(values))
    replace_reasons(session, {charge_id: outcome.findings})
    postings = postings_of(outcome, charge_id=charge_id, county_id=county_id, provider_id=provider_id)
    post(session, [postings], at=at)
    if isinstance(outcome, Accepted) and outcome.plan_again:
        mark(session, outcome.funding_id)


def set_state(session: Session, charge_id: int, state: str) -> None:
    """Set the state of a stored charge."""
    session.execute(update(charges.Charge).where(charges.Charge.id == charge_id).values(state=state))


def put_on_hold(session: Session, charge_id: int, findings: Iterable[Finding]) -> None:
    """Put a stored charge on hold for these reasons; it draws nothing any more."""
    put_all_on_hold(session, {charge_id: findings})


def put_all_on_hold(session: Session, findings: Mapping[int, Iterable[Finding]]) -> None:
    """Put stored charges on hold, each for its reasons (by charge id)."""
    of_charges = charges.Charge.id == any_(literal(list(findings), ARRAY(BigInteger)))
    values = {"state": "on_hold", "from_held_cents": 0, "drawn_hundredths": 0, "from_held_hundredths": 0}
    session.execute(update(charges.Charge).where(of_charges).values(values))
    by_rule = {key: sorted(found, key=lambda finding: finding.reason.rule) for key, found in findings.items()}
    replace_reasons(session, by_rule)


def replace_reasons(session: Session, findings: Mapping[int, Sequence[Finding]]) -> None:
    """Replace the reasons of charges (by id); the earlier ones stay in the audit log."""
    reason = charges.ChargeReason
    of_charges = reason.charge_id == any_(literal(list(findings), ARRAY(BigInteger)))
    session.execute(delete(reason).where(of_charges))
    store_table_rows(session, rows_of_reasons(findings.items()))
