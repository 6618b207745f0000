"""Plan the holds of a funding again: money and units of the visits to come, at today's prices and terms."""

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.ledger.rules.hold_changes import HoldChange
from clearing.plans.load.funding_plans import funding_plans
from clearing.plans.rules.replanning import HeldPlan, hold_plans
from clearing.plans.write.holds import move_holds, store_reaches
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day


def replan_holds(session: Session, funding_id: int, *, now: datetime) -> dict[int, HeldPlan]:
    """Hold what the plans of a funding's choices need, under its lock; return it by choice id.

    Safe to repeat: a second time nothing moves.
    """
    today = helsinki_day(now)
    funding = fundings(session, [funding_id], lock=True)[funding_id]
    found = funding_plans(session, funding, today)
    planned = hold_plans(found.plans, funding, today, found.late_days)
    moved = {}
    for chosen in found.plans:
        held = planned[chosen.plan.choice_id].held
        units = held.quantity if funding.free_quantity is not None else 0
        change = HoldChange(held.cents - chosen.held_cents, units - chosen.held_quantity)
        moved[chosen.plan.choice_id] = change
    move_holds(session, funding.county_id, funding_id, moved, at=now)
    failpoint("plans.after_holds")
    store_reaches(session, planned)
    failpoint("plans.after_reaches")
    return planned
