"""Carry out a county's file: create the county, or change its settings to those of the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from county_desk.load.county_setup import (
    counties_of_municipalities,
    lock_setup,
    shared_paths,
    stored_setup,
    stored_shared,
    use_of_county,
)
from county_desk.rules.county_changes import (
    SetupChange,
    calendar_faults,
    changes_between,
    changes_part,
    past_faults,
    shared_faults,
)
from county_desk.rules.county_setup import CountySetup, FirstDays, SetupCode, SharedSetup, first_days
from county_desk.write.county_setup import StillUsedError, store_setup
from foundation.vocabulary.dates import helsinki_day
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
    days = _first_days(session, setup, helsinki_day(now))
    changes = changes_between(stored_setup(session, setup.code, days), shared, setup, days)
    faults = (*_faults(session, setup, shared, changes), *past_faults(setup, changes, days))
    if faults or not changes:
        return SetupReport(faults=faults)
    try:
        with session.begin_nested() as savepoint:
            dated = [name for name in ("calendar", "late_days") if changes_part(changes, name)]
            county_id = store_setup(session, setup, days, dated)
            _record(session, county_id, changes, actor, now)
            if dry_run:
                savepoint.rollback()
    except StillUsedError as error:
        return SetupReport(faults=(Refusal(SetupCode.IN_USE, error.path),))
    return SetupReport(changes)


def _first_days(session: Session, setup: CountySetup, today: date) -> FirstDays:
    use = use_of_county(session, setup.code)
    return first_days(setup, today, is_new=use is None, in_use=bool(use))


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
