"""A charge with all its corrections, and what a new one of them needs to know."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from clearing.charges.corrections.rules.counter_entries import Entry
from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import approval_state_on
from foundation.database.tables.charges import LIVE, Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.providers import Approval
from foundation.vocabulary.money import Money, Quantity

_LIVE_STATES = ("accepted", "on_hold", "settled")
assert all(state in LIVE for state in _LIVE_STATES)


@dataclass(frozen=True, slots=True)
class Family:
    """The charge at the root with its corrections in order of id; its choice, if that still lives."""

    original: Charge
    entries: tuple[Entry, ...]
    choice_lives: bool
    choice_held_cents: Money
    choice_held_quantity: Quantity


def root_of(session: Session, charge_id: int) -> tuple[int, int | None, str] | None:
    """The id, funding and state of the charge at the root of a charge or correction."""
    root = select(func.coalesce(Charge.original_id, Charge.id)).where(Charge.id == charge_id)
    row = session.execute(
        select(Charge.id, Charge.funding_id, Charge.status).where(Charge.id == root.scalar_subquery())
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def family_of(session: Session, original_id: int, *, today: date) -> Family:
    """The charge and its corrections as they stand. The caller has locked the funding's balance."""
    query = (
        select(Charge)
        .where(or_(Charge.id == original_id, Charge.original_id == original_id))
        .order_by(Charge.id)
        .execution_options(populate_existing=True)
    )
    rows = session.scalars(query).all()
    original = next(row for row in rows if row.id == original_id)
    choice = None
    if original.choice_id is not None:
        choice = session.get(Choice, original.choice_id, populate_existing=True)
    over = choice is None or choice.ended_at is not None or (choice.ends_on or date.max) < today
    return Family(
        original=original,
        entries=tuple(_entry(row) for row in rows),
        choice_lives=not over,
        choice_held_cents=Money(0 if choice is None or over else choice.held_cents),
        choice_held_quantity=Quantity(0 if choice is None or over else choice.held_hundredths),
    )


def _entry(row: Charge) -> Entry:
    return Entry(
        id=row.id,
        corrects_id=row.corrects_id,
        price_cents=cast(int, row.price_cents),
        county_pays_cents=cast(int, row.county_pays_cents),
        quantity=cast(int, row.quantity_hundredths),
        from_held_cents=row.from_held_cents,
        drawn_quantity=row.drawn_hundredths,
        from_held_quantity=row.from_held_hundredths,
    )


def charge_under(session: Session, provider_id: int, reference: str) -> tuple[int, str] | None:
    """The provider's live charge or correction under a reference: its id and content."""
    row = session.execute(
        select(Charge.id, Charge.content).where(
            Charge.provider_id == provider_id,
            Charge.reference == reference,
            Charge.state.in_(_LIVE_STATES),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def approval_of_charge(session: Session, original: Charge) -> ApprovalState | None:
    """Return the state on the service day of the approval that a charge depends on; None: there is none."""
    assert original.service_day is not None
    query = select(approval_state_on(original.service_day)).where(
        Approval.provider_id == original.provider_id,
        Approval.county_id == original.county_id,
        Approval.service_id == original.service_id,
    )
    found = session.scalar(query)
    return None if found is None else ApprovalState(found)
