"""Refused charges that are still to be mended."""

from __future__ import annotations

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from foundation.database.tables.charges import LIVE_STATES, Charge, ClosedRefusal

REFUSED = ("refused", "rejected")


def refusals_to_mend(session: Session, provider_id: int, *, first: int, count: int) -> list[int]:
    """Return the ids of a page of the refused charges that are to be mended, newest first."""
    query = _to_mend(provider_id).order_by(Charge.id.desc())
    return list(session.scalars(query.limit(count).offset(first)))


def count_refusals_to_mend(session: Session, provider_id: int) -> int:
    """Return how many refused charges are to be mended."""
    return session.scalar(select(func.count()).select_from(_to_mend(provider_id).subquery())) or 0


def is_refusal_of(session: Session, provider_id: int, charge_id: int) -> bool:
    """Return whether the charge is a refused one of the provider."""
    own = select(Charge.id).where(Charge.id == charge_id, Charge.provider_id == provider_id)
    return session.scalar(select(own.where(Charge.state.in_(REFUSED)).exists())) or False


def is_closed(session: Session, charge_id: int) -> bool:
    """Return whether the provider has said that nothing is to be charged."""
    return session.get(ClosedRefusal, charge_id) is not None


def _to_mend(provider_id: int) -> Select[int]:
    """Select the refused charges that nobody has closed, and whose visit is not charged.

    A visit is charged if a charge that counts came later with the reference, or is on the same voucher and
    day at the same time; without times, of the same service. Of several refusals with one reference the
    newest is the task.
    """
    live, newer = aliased(Charge), aliased(Charge)
    same_reference = and_(
        live.provider_id == provider_id,
        live.reference == Charge.reference,
        live.state.in_(LIVE_STATES),
        live.id > Charge.id,
    )
    at_once = and_(live.starts_at < Charge.ends_at, live.ends_at > Charge.starts_at)
    timeless = or_(live.starts_at.is_(None), Charge.starts_at.is_(None))
    same_visit = and_(
        live.funding_id == Charge.funding_id,
        live.provider_id == provider_id,
        live.service_day == Charge.service_day,
        live.state.in_(LIVE_STATES),
        or_(at_once, and_(timeless, live.service_id == Charge.service_id)),
    )
    sent_again = and_(
        newer.provider_id == provider_id,
        newer.reference == Charge.reference,
        newer.state.in_(REFUSED),
        newer.id > Charge.id,
    )
    closed = select(ClosedRefusal.charge_id).where(ClosedRefusal.charge_id == Charge.id)
    return select(Charge.id).where(
        Charge.provider_id == provider_id,
        Charge.state.in_(REFUSED),
        ~closed.exists(),
        ~select(live.id).where(same_reference).exists(),
        ~select(live.id).where(same_visit).exists(),
        ~select(newer.id).where(sent_again).exists(),
    )
