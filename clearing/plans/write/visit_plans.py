"""Rows of visit plans."""

from datetime import date, datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clearing.plans.facts.plan import CancellationFee, Change, VisitPlan
from clearing.plans.write.visit_links import delete_link
from foundation.database.tables.plans import PlanChange, PlanPattern, PlanPause


def store_patterns(session: Session, plan: VisitPlan, *, funding_id: int, county_id: int) -> None:
    """Store the patterns of the plan of a new choice, numbered in their order from 1."""
    keys = {"choice_id": plan.choice_id, "funding_id": funding_id, "county_id": county_id}
    for number, pattern in enumerate(plan.timed, start=1):
        timed = {
            "weekdays": sum(1 << day for day in pattern.weekdays),
            "start_minute": pattern.start_minute,
            "length_minutes": pattern.length_minutes,
            "every_weeks": pattern.every_weeks,
            "quantity_hundredths": pattern.quantity,
            "first_day": pattern.first_day,
            "last_day": pattern.last_day,
        }
        session.add(PlanPattern(**keys, number=number, kind="timed", **timed))
    if plan.loose is not None:
        part = None if plan.loose.part is None else plan.loose.part.value
        loose = {
            "quantity_hundredths": plan.loose.quantity,
            "per": plan.loose.per.value,
            "part_of_week": part,
        }
        days = {"first_day": plan.loose.first_day, "last_day": plan.loose.last_day}
        session.add(PlanPattern(**keys, number=1, kind="loose", **loose, **days))
    if plan.total is not None:
        days = {"first_day": plan.total.first_day, "last_day": plan.total.last_day}
        total = {"quantity_hundredths": plan.total.quantity}
        session.add(PlanPattern(**keys, number=1, kind="total", **total, **days))
    session.flush()


def store_pause(
    session: Session, *, county_id: int, first_day: date, last_day: date | None, client_id: int | None = None,
    choice_id: int | None = None, funding_id: int | None = None, made_by: int | None, now: datetime,
) -> int:  # fmt: skip
    """Store days away from one choice (with its funding) or from all help of a client; return the id."""
    row = PlanPause(
        county_id=county_id,
        client_id=client_id,
        choice_id=choice_id,
        funding_id=funding_id,
        first_day=first_day,
        last_day=last_day,
        made_at=now,
        made_by=made_by,
    )
    session.add(row)
    session.flush()
    return row.id


def end_pause(
    session: Session, pause_id: int, *, last_day: date, ended_by: int | None, now: datetime
) -> None:
    """End a pause after a day; a last day before its first one means that it never began."""
    values = {"last_day": last_day, "ended_at": now, "ended_by": ended_by}
    session.execute(update(PlanPause).where(PlanPause.id == pause_id).values(values))


def store_change(
    session: Session, change: Change, *, choice_id: int, funding_id: int, county_id: int, why: str,
    made_by: int | None, now: datetime,
) -> None:  # fmt: skip
    """Store the change of a visit in place of an earlier change of it. A cancelled one loses its address."""
    keys = {"choice_id": choice_id, "day": change.day, "number": change.number}
    values = {
        "is_cancelled": change.is_cancelled,
        "to_day": change.to_day,
        "start_minute": change.start_minute,
        "length_minutes": change.length_minutes,
        "quantity_hundredths": change.quantity,
        "cancelled_by": change.cancelled_by,
        "cancelled_at": change.cancelled_at,
        **_fee(change.fee),
        "why": why,
        "made_at": now,
        "made_by": made_by,
    }
    statement = insert(PlanChange).values(**keys, funding_id=funding_id, county_id=county_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values))
    if change.is_cancelled:
        delete_link(session, choice_id=choice_id, day=change.day, number=change.number)


def _fee(fee: CancellationFee | None) -> dict[str, int | None]:
    share, cents, hundredths = (None, None, None) if fee is None else fee
    return {"fee_share_percent": share, "fee_cents": cents, "fee_hundredths": hundredths}


def delete_change(session: Session, *, choice_id: int, day: date, number: int) -> None:
    """Delete the change of a visit: it is again as its pattern has it, and an extra visit is gone."""
    session.execute(
        delete(PlanChange).where(
            PlanChange.choice_id == choice_id, PlanChange.day == day, PlanChange.number == number
        )
    )
