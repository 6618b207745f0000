"""Keep an offering on a client's shortlist, or take it off."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.mandates import ClientEntry, may_choose, may_propose
from marketplace.load.offerings import offerings_by_id
from marketplace.load.reach import reaches_service
from marketplace.load.shortlists import lock_shortlist
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.write.shortlists import delete_kept, store_kept

MOST_KEPT: Final = 12
SHORTLIST_FULL: Final = Refusal("shortlist_full")
"""The list has as many offerings as it may have."""


def keep_offering(
    session: Session, client: ClientEntry, offering_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Add an offering, which exists, to the list; one that is on it stays.

    Refused with `mandate_missing`, `shortlist_full`.
    """
    if not _may_change(session, client, offering_id, actor, now):
        return MANDATE_MISSING
    kept = lock_shortlist(session, client.id)
    if offering_id in kept:
        return None
    if len(kept) >= MOST_KEPT:
        return SHORTLIST_FULL
    store_kept(
        session,
        county_id=client.county_id,
        client_id=client.id,
        offering_id=offering_id,
        person_id=actor.person_id,
        now=now,
    )
    _audit(session, "shortlist.keep", client, offering_id, actor, now)
    return None


def drop_offering(
    session: Session, client: ClientEntry, offering_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Take an offering off the list, if it is on it. Refused with `mandate_missing`."""
    if not _may_change(session, client, offering_id, actor, now):
        return MANDATE_MISSING
    if offering_id in lock_shortlist(session, client.id):
        delete_kept(session, client.id, offering_id)
        _audit(session, "shortlist.drop", client, offering_id, actor, now)
    return None


def _may_change(session: Session, client: ClientEntry, offering_id: int, actor: Actor, now: datetime) -> bool:
    """Return whether the actor may change the list: with a right to choose or to propose.

    For a mandate for some vouchers the offering must be of a service that one of them pays for.
    """
    day = helsinki_day(now)
    right = may_choose(session, actor, client.id, day) or may_propose(session, actor, client.id, day)
    return right and (actor.reaches_all(client.id) or _is_paid_for(session, client, offering_id, actor))


def _is_paid_for(session: Session, client: ClientEntry, offering_id: int, actor: Actor) -> bool:
    found = offerings_by_id(session, [offering_id]).get(offering_id)
    return found is not None and reaches_service(session, actor, client.id, found.facts.service)


def _audit(
    session: Session, act: str, client: ClientEntry, offering_id: int, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("offering", offering_id),
        county_id=client.county_id,
        client_id=client.id,
    )
