"""Runs that have not been sent: of a restored book a person must know whether the bank has them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.payments.load.payment_runs import RunHeader, run_header
from clearing.payments.rules.settling import RunState
from foundation.database.tables.payments import PaymentRun


def unsent_runs(session: Session, county_id: int) -> list[RunHeader]:
    """Return the county's runs that wait for their approval or their export, newest first."""
    states = [RunState.PREPARED.value, RunState.APPROVED.value]
    query = select(PaymentRun.id).where(PaymentRun.county_id == county_id, PaymentRun.state.in_(states))
    found = (run_header(session, key) for key in session.scalars(query.order_by(PaymentRun.id.desc())))
    return [header for header in found if header is not None]
