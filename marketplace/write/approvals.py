"""Rows of approvals and their states."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from foundation.database.rows import store_rows
from foundation.database.tables.providers import Approval, ApprovalState, Offering
from foundation.database.tables.services import Service
from foundation.vocabulary.roles import Actor
from marketplace.rules.approving import ApprovalChange


def store_approval(session: Session, *, provider_id: int, county_id: int, service_id: int) -> int:
    """Store a new approval, without a state; return its id."""
    row = {"provider_id": provider_id, "county_id": county_id, "service_id": service_id}
    return session.execute(insert(Approval).values(**row).returning(Approval.id)).scalar_one()


def store_approval_state(
    session: Session, approval_id: int, change: ApprovalChange, *, why: str, actor: Actor, now: datetime
) -> None:
    """Store the state from each day of the change on."""
    rows = [
        {
            "approval_id": approval_id,
            "state": change.state.value,
            "from_day": day,
            "why": why,
            "set_at": now,
            "set_by": actor.person_id,
        }
        for day in change.days
    ]
    store_rows(session, ApprovalState, rows)


def limit_to_municipalities(
    session: Session, provider_id: int, county_id: int, service: str, municipalities: Collection[str]
) -> None:
    """Store the municipalities of an approval, none for the whole county, and limit the offerings to them.

    An offering that serves none of them any more is not public.
    """
    service_id = select(Service.id).where(Service.code == service).scalar_subquery()
    codes = sorted(municipalities)

    def own(table: type[Approval] | type[Offering]) -> ColumnElement[bool]:
        of_county = (table.provider_id == provider_id) & (table.county_id == county_id)
        return of_county & (table.service_id == service_id)

    session.execute(update(Approval).where(own(Approval)).values(municipalities=codes))
    if not codes:
        return
    offerings = select(Offering.id, Offering.municipalities, Offering.published).where(own(Offering))
    for key, served, published in session.execute(offerings).all():
        left = [code for code in served if code in codes] if served else codes
        values = {"municipalities": left or codes, "published": published and bool(left)}
        if left != served:
            changed = update(Offering).where(Offering.id == key)
            session.execute(changed.values(**values, version=Offering.version + 1))
