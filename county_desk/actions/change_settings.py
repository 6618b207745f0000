"""Change a section of a county's settings as its file would: shown first, then stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from county_desk.actions.set_up_county import set_up_county
from county_desk.load.county_setup import lock_setup, newest_setup
from county_desk.rules.county_changes import SetupChange
from county_desk.rules.county_setup import CountySetup, SetupCode, SharedSetup
from county_desk.rules.settings_sections import mark_of_changes, mark_of_section
from county_desk.write.county_setup import remove_version
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

Edit = Callable[[CountySetup], CountySetup]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the administrator has seen: the mark of the section, and that of the preview ("": none yet)."""

    section: str
    preview: str = ""


@dataclass(frozen=True, slots=True)
class ChangedSettings:
    """The changes, whether they are stored, and the marks of the section and of these changes.

    With faults nothing is stored. Without changes there is nothing to store.
    """

    changes: tuple[SetupChange, ...]
    faults: tuple[Refusal, ...]
    is_stored: bool
    seen: Seen


def change_settings(
    session: Session, code: str, section: str, edit: Edit, seen: Seen, *, actor: Actor, now: datetime
) -> ChangedSettings:
    """Show what an edit of a section changes; store it if that is what `seen` has been shown.

    Refused with `county_unknown`, `changed_meanwhile` if somebody else has changed the section since it was
    opened, and with what refuses a file (`set_up_county`). Other sections stay as they are at this moment.
    """
    lock_setup(session)
    stored = newest_setup(session, code)
    if stored is None:
        return ChangedSettings((), (Refusal(SetupCode.COUNTY_UNKNOWN),), False, Seen(""))
    planned = replace(edit(stored), shared=SharedSetup((), ()))
    tried = set_up_county(session, planned, actor=actor, now=now, dry_run=True)
    now_seen = Seen(mark_of_section(stored, section), mark_of_changes(tried.changes))
    faults = tried.faults
    if seen.section != now_seen.section:
        faults = (Refusal(SetupCode.CHANGED_MEANWHILE),)
    is_stored = not faults and bool(tried.changes) and seen == now_seen
    if is_stored:
        set_up_county(session, planned, actor=actor, now=now)
    return ChangedSettings(tried.changes, faults, is_stored, now_seen)


def withdraw_version(
    session: Session, county_id: int, name: str, first_day: date, *, actor: Actor, now: datetime
) -> bool:
    """Withdraw a version of a setting (one of `DATED`) that has not begun; return whether it did.

    What was in force before then stays in force.
    """
    lock_setup(session)
    if first_day <= helsinki_day(now) or not remove_version(session, county_id, name, first_day):
        return False
    record(
        session,
        actor=actor,
        now=now,
        act="county.withdraw_version",
        subject=("county", county_id),
        county_id=county_id,
        detail={"setting": name, "from": first_day.isoformat()},
    )
    return True
