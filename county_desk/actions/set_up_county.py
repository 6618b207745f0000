"""Carry out a county's file: create the county, or change its settings to those of the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from county_desk.load.county_setup import (
    counties_of_municipalities,
    lock_setup,
    shared_paths,
    stored_setup,
    stored_shared,
)
from county_desk.rules.county_changes import SetupChange, calendar_faults, changes_between, shared_faults
from county_desk.rules.county_setup import CountySetup, SetupCode, SharedSetup
from county_desk.write.county_setup import StillUsedError, store_setup
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

MOST_AUDITED = 200


@dataclass(frozen=True, slots=True)
class SetupReport:
    """What a file changed, or would change; with faults nothing was changed."""

    changes: tuple[SetupChange, ...] = ()
    faults: tuple[Refusal, ...] = ()


def set_up_county(
    session: Session, setup: CountySetup, *, actor: Actor, now: datetime, dry_run: bool = False
) -> SetupReport:
    """Store the settings and report what changed; a file that changes nothing writes nothing.

    `dry_run` carries everything out and undoes it, so that what it reports is what would happen.
    """
    lock_setup(session)
    shared = stored_shared(session)
    changes = changes_between(stored_setup(session, setup.code), shared, setup)
    faults = _faults(session, setup, shared, changes)
    if faults or not changes:
        return SetupReport(faults=faults)
    try:
        with session.begin_nested() as savepoint:
            county_id = store_setup(session, setup)
            _record(session, county_id, changes, actor, now)
            if dry_run:
                savepoint.rollback()
    except StillUsedError as error:
        return SetupReport(faults=(Refusal(SetupCode.IN_USE, error.path),))
    return SetupReport(changes)


def _faults(
    session: Session, setup: CountySetup, shared: SharedSetup, changes: tuple[SetupChange, ...]
) -> tuple[Refusal, ...]:
    known_classes = frozenset(entry.code for entry in shared.time_classes)
    known = {service.code for service in (*shared.definitions, *setup.shared.definitions)}
    unknown = [
        Refusal(SetupCode.SERVICE_UNKNOWN, f"services.{code}", {"service": code})
        for code in setup.services
        if code not in known
    ]
    owners = counties_of_municipalities(session, [place.code for place in setup.municipalities])
    elsewhere = [
        Refusal(SetupCode.OTHER_COUNTY, f"municipalities.{code}", {"county": county})
        for code, county in owners.items()
        if county != setup.code
    ]
    return (
        *calendar_faults(setup, known_classes),
        *unknown,
        *elsewhere,
        *shared_faults(changes, shared_paths(session, setup.code)),
    )


def _record(
    session: Session, county_id: int, changes: tuple[SetupChange, ...], actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act="county.set_up",
        subject=("county", county_id),
        county_id=county_id,
        detail={
            "changes": len(changes),
            "settings": [[change.path, change.before, change.after] for change in changes[:MOST_AUDITED]],
        },
    )
