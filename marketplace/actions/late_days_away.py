"""Cancel the visits that days away leave out too late to be free, and take that back when the days end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.plans.facts.plan import CancelledBy, Change
from clearing.plans.load.funding_plans import plans_of_fundings
from clearing.plans.rules.timed_visits import planned_start
from clearing.plans.write.visit_plans import delete_change, store_change
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.load.late_visits import Away, LateVisit, late_visits
from marketplace.load.pauses import Pause
from marketplace.rules.visit_changes import cancelled, change_of, restored


def cancel_late_visits(
    session: Session,
    funding_ids: Sequence[int],
    away: Away,
    *,
    choice_id: int | None,
    actor: Actor,
    now: datetime,
) -> tuple[LateVisit, ...]:
    """Cancel the visits of days away that cost a fee, as the client would one by one; return them.

    Under the locks of their fundings, before the days away are stored.
    """
    late = late_visits(session, funding_ids, away, now, choice_id=choice_id)
    for each in late:
        change = change_of(each.chosen.plan, each.visit.id)
        change = cancelled(change, each.terms.fee_at(now), CancelledBy.CLIENT, now)
        funding = each.chosen.setting.funding
        store_change(
            session, change, choice_id=each.choice_id, funding_id=funding.id, county_id=funding.county_id,
            why="", made_by=actor.person_id, now=now,
        )  # fmt: skip
    return late


def restore_late_visits(
    session: Session, funding_ids: Sequence[int], pause: Pause, *, actor: Actor, now: datetime
) -> None:
    """Take back what `cancel_late_visits` did for days away, for the visits that have not begun."""
    found = list(fundings(session, funding_ids, lock=False).values()) if funding_ids else []
    for plans in plans_of_fundings(session, found, helsinki_day(now)).values() if found else ():
        for chosen in plans.plans:
            funding, choice_id = chosen.setting.funding, chosen.plan.choice_id
            for change in chosen.plan.changes:
                start = planned_start(chosen.plan, change)
                if change.cancelled_at != pause.made_at or start is None or start <= now:
                    continue
                if change.cancelled_by is not CancelledBy.CLIENT or pause.choice_id not in (None, choice_id):
                    continue
                _restore(session, change, choice_id, funding.id, funding.county_id, actor, now)


def _restore(
    session: Session,
    change: Change,
    choice_id: int,
    funding_id: int,
    county_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    again = restored(change)
    if again == Change(change.day, change.number):
        delete_change(session, choice_id=choice_id, day=change.day, number=change.number)
        return
    store_change(
        session, again, choice_id=choice_id, funding_id=funding_id, county_id=county_id, why="",
        made_by=actor.person_id, now=now,
    )  # fmt: skip
