"""Days away: pause one choice, or all help of a client, and end a pause; the holds follow at once.

A visit that is too near to be cancelled free of charge is cancelled late: its fee stays held.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.audit import record
from clearing.plans.actions.replan_holds import replan_holds
from clearing.plans.rules.replanning import HeldPlan
from clearing.plans.write.visit_plans import end_pause as store_end_of_pause
from clearing.plans.write.visit_plans import store_pause
from foundation.vocabulary.dates import ONE_DAY, helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, Actor
from marketplace.actions.late_days_away import cancel_late_visits, restore_late_visits
from marketplace.load.choices import choice_by_id
from marketplace.load.late_visits import LateVisit
from marketplace.load.mandates import clients, may_choose
from marketplace.load.pauses import Pause, fundings_to_replan, pause_by_id, pauses_of_client
from marketplace.rules.refusals import (
    CHOICE_ENDED,
    MANDATE_MISSING,
    PAUSE_ENDS_BEFORE_START,
    PAUSE_IN_PAST,
    PAUSE_UNKNOWN,
    PAUSES_OVERLAP,
)


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause was made or ended. `held` is what each choice holds now, by choice id.

    `late` are the visits that a new pause has cancelled too late to be free.
    """

    pause_id: int
    held: dict[int, HeldPlan]
    late: tuple[LateVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class DaysAway:
    """Days away, both ends included; without a last day until further notice. `choice_id`: from one only."""

    first_day: date
    last_day: date | None
    choice_id: int | None = None


def pause_plan(
    session: Session, *, client_id: int, away: DaysAway, actor: Actor, now: datetime
) -> Paused | Refusal:
    """Pause one choice of a client or all of them; the money of the visits left out is free at once.

    A visit that is too near keeps its fee (`late_visits`), as if the client had cancelled it. Refused with
    `mandate_missing`, `choice_ended`, `ends_before_start`, `day_in_past` or `pauses_overlap`.
    """
    today = helsinki_day(now)
    choice = None if away.choice_id is None else choice_by_id(session, away.choice_id)
    funding_id = None if choice is None else choice.funding_id
    if not _may_pause(session, actor, client_id, funding_id, today):
        return MANDATE_MISSING
    if away.choice_id is not None and (choice is None or choice.client_id != client_id):
        return CHOICE_ENDED
    locked = _lock(session, client_id, today)
    if (refusal := _why_not(session, client_id, away, today)) is not None:
        return refusal
    days = (away.first_day, away.last_day)
    late = cancel_late_visits(session, locked, days, choice_id=away.choice_id, actor=actor, now=now)
    county_id = clients(session, [client_id])[client_id].county_id
    pause_id = store_pause(
        session,
        county_id=county_id,
        first_day=away.first_day,
        last_day=away.last_day,
        client_id=client_id if choice is None else None,
        choice_id=None if choice is None else choice.id,
        funding_id=None if choice is None else choice.funding_id,
        made_by=actor.person_id,
        now=now,
    )
    pause = pause_by_id(session, pause_id)
    assert pause is not None
    return _replanned(session, pause, locked, "pause.make", actor, now, late)


def _may_pause(session: Session, actor: Actor, client_id: int, funding_id: int | None, day: date) -> bool:
    """Return whether the actor may pause choices of a funding, or (None) all of the client's.

    A mandate for some vouchers cannot pause all.
    """
    if actor.role not in CLIENT_ROLES:
        return True
    is_limited = any(client == client_id for client, _fundings in actor.only_fundings)
    if funding_id is None and is_limited:
        return False
    return may_choose(session, actor, client_id, day, funding_id)


def end_pause(session: Session, *, pause_id: int, actor: Actor, now: datetime) -> Paused | Refusal:
    """End a pause today: help goes on from today, or as if there had been no pause if it has not begun.

    Visits to come that it had cancelled late are planned again.

    The visits hold money again as far as it reaches. Refused with `mandate_missing` or `pause_unknown`.
    """
    today = helsinki_day(now)
    pause = pause_by_id(session, pause_id)
    if pause is None:
        return PAUSE_UNKNOWN
    if not _may_pause(session, actor, pause.client_id, pause.funding_id, today):
        return MANDATE_MISSING
    locked = _lock(session, pause.client_id, today)
    pause = pause_by_id(session, pause_id)
    assert pause is not None
    if pause.never_began() or (pause.last_day is not None and pause.last_day < today):
        return PAUSE_UNKNOWN
    last_day = max(today, pause.first_day) - ONE_DAY
    store_end_of_pause(session, pause_id, last_day=last_day, ended_by=actor.person_id, now=now)
    restore_late_visits(session, locked, pause, actor=actor, now=now)
    return _replanned(session, pause, locked, "pause.end", actor, now)


def _why_not(session: Session, client_id: int, away: DaysAway, today: date) -> Refusal | None:
    if away.last_day is not None and away.last_day < away.first_day:
        return PAUSE_ENDS_BEFORE_START
    if away.first_day < today:
        return PAUSE_IN_PAST
    if away.choice_id is not None:
        choice = choice_by_id(session, away.choice_id)
        if choice is None or not choice.is_live(today):
            return CHOICE_ENDED
    same = [pause for pause in pauses_of_client(session, client_id) if pause.choice_id == away.choice_id]
    overlaps = any(pause.overlaps(away.first_day, away.last_day) for pause in same)
    return PAUSES_OVERLAP if overlaps else None


def _lock(session: Session, client_id: int, today: date) -> list[int]:
    """Lock the fundings of a client whose holds may change, in id order, and return them."""
    ids = fundings_to_replan(session, client_id, today)
    lock_balances(session, ids)
    return ids


def _replanned(
    session: Session, pause: Pause, funding_ids: list[int], act: str, actor: Actor, now: datetime,
    late: tuple[LateVisit, ...] = (),
) -> Paused:  # fmt: skip
    held: dict[int, HeldPlan] = {}
    for funding_id in funding_ids:
        if pause.funding_id in (None, funding_id):
            held |= replan_holds(session, funding_id, now=now)
    days = {
        "from": pause.first_day.isoformat(),
        "to": None if pause.last_day is None else str(pause.last_day),
    }
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("client", pause.client_id) if pause.choice_id is None else ("choice", pause.choice_id),
        county_id=pause.county_id,
        client_id=pause.client_id,
        detail={
            "pause": pause.id,
            **{key: day for key, day in days.items() if day is not None},
            **({"cancelled_late": [each.visit.id.text for each in late]} if late else {}),
        },
    )
    return Paused(pause.id, held, late)
