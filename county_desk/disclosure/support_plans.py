"""A client's support plan as the county's worker reads it, if the client shares it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from marketplace.load.support_plans import PlanEntry, plan_of_client


def shared_plan(
    session: Session, county_id: int, client_id: int, *, why: str, actor: Actor, now: datetime
) -> PlanEntry | None:
    """Return the plan of a client of the county, and record the look; None if the client does not share it.

    What is not shared is not read, so it leaves no look.
    """
    plan = plan_of_client(session, client_id)
    if plan is None or plan.county_id != county_id or plan.shared_with_worker_at is None:
        return None
    key = ClientKey(client_id, county_id, "plan")
    disclose(session, [key], Look(actor, now, Purpose.CASEWORK, "support_plan", key="subject", why=why))
    return plan
