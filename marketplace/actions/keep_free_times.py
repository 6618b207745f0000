"""A provider gives hours of the week in which it is free, and days on which it is closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.plans.actions.work_out_free_times import work_out_free_times
from clearing.plans.facts.free_times import FreeHours
from clearing.plans.write.free_times import delete_hours, insert_hours, replace_closed_days
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.own_free_times import (
    OwnFreeTimes,
    lock_free_times,
    own_free_times,
    own_offering_titles,
)
from marketplace.rules.free_hours import wrong_in_free_times
from marketplace.rules.refusals import FREE_TIMES_CHANGED


def replace_free_times(
    session: Session,
    provider_id: int,
    hours: Sequence[FreeHours],
    closed: Sequence[DateWindow],
    *,
    seen: str,
    actor: Actor,
    now: datetime,
) -> OwnFreeTimes | Refusal:
    """Store these hours and closed days in place of the others; `seen` is the version that the actor read.

    Refused with `free_times_changed`, or `free_times_wrong`, whose reasons are the fields that are wrong.
    """
    stored = lock_free_times(session, provider_id)
    if stored.version != seen:
        return FREE_TIMES_CHANGED
    return _keep(session, provider_id, stored, hours, closed, actor, now)


def change_free_times(
    session: Session,
    provider_id: int,
    *,
    add: Sequence[FreeHours] = (),
    close: Sequence[DateWindow] = (),
    remove: Collection[int] = (),
    reopen: Collection[int] = (),
    actor: Actor,
    now: datetime,
) -> OwnFreeTimes | Refusal:
    """Add hours and closed days, or remove some by id; the others stay.

    Refused with `free_times_wrong`: the numbers of its fields are those of a list that ends with what is new.
    """
    stored = lock_free_times(session, provider_id)
    hours = [each for key, each in stored.hours.items() if key not in remove]
    closed = [window for key, window in stored.closed.items() if key not in reopen]
    return _keep(session, provider_id, stored, [*hours, *add], [*closed, *close], actor, now)


def _keep(
    session: Session,
    provider_id: int,
    stored: OwnFreeTimes,
    hours: Sequence[FreeHours],
    closed: Sequence[DateWindow],
    actor: Actor,
    now: datetime,
) -> OwnFreeTimes | Refusal:
    wrong = wrong_in_free_times(hours, closed, own_offering_titles(session, provider_id))
    if wrong:
        return Refusal("free_times_wrong", reasons=wrong)
    before = set(stored.hours.values())
    gone = [key for key, each in stored.hours.items() if each not in hours]
    delete_hours(session, gone)
    added = [each for each in hours if each not in before]
    for each in added:
        insert_hours(session, provider_id, each)
    if list(closed) != list(stored.closed.values()):
        replace_closed_days(session, provider_id, closed)
    work_out_free_times(session, provider_id, now=now)
    detail = {"hours": len(hours), "added": len(added), "removed": len(gone), "closed": len(closed)}
    subject = ("provider", provider_id)
    record(session, actor=actor, now=now, act="free_times.keep", subject=subject, detail=detail)
    return own_free_times(session, provider_id)
