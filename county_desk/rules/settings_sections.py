"""The sections of a county's settings that an administrator changes on a page of their own."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256

from county_desk.rules.county_changes import SetupChange
from county_desk.rules.county_setup import CountySetup
from county_desk.rules.listed_settings import settings_of, shared_settings_of


class Section(StrEnum):
    """A section. A cost centre is one by itself: `cost_centre_section` names it."""

    DETAILS = "details"
    LATE_DAYS = "late_days"
    CALENDAR = "calendar"
    SERVICES = "services"
    ADDRESS = "address"
    PAY_DAYS = "settlement_calendar"


_PATHS = {
    Section.DETAILS: ("name.", "phone", "business_id", "message_months"),
    Section.LATE_DAYS: ("late_days",),
    Section.CALENDAR: ("calendar.",),
    Section.SERVICES: ("services.",),
    Section.ADDRESS: ("address.",),
    Section.PAY_DAYS: ("settlement_calendar.",),
}


def cost_centre_section(code: str) -> str:
    """Return the section of a cost centre: the beginning of the paths of its settings."""
    return f"cost_centres.{code}."


def mark_of_section(setup: CountySetup, section: str) -> str:
    """Return a mark of what a section holds; another one means that somebody has changed it."""
    paths = _PATHS[Section(section)] if section in set(Section) else (section,)
    judging = f"{setup.calendar_from} {setup.late_days_from}"
    first_days = {
        Section.CALENDAR: judging,
        Section.LATE_DAYS: judging,
        Section.ADDRESS: str(setup.address_from),
        Section.PAY_DAYS: str(setup.settlement_calendar_from),
    }
    own = [f"{path}={value}" for path, value in settings_of(setup) if path.startswith(paths)]
    dated = [day for name, day in first_days.items() if name == section]
    return _digest(own + dated)


def mark_of_settings(setup: CountySetup) -> str:
    """Return a mark of all settings but the account, for programs that read them and send them back."""
    own = [f"{path}={value}" for path, value in settings_of(setup) if not path.startswith("bank.")]
    shared = [f"{path}={value}" for path, value in shared_settings_of(setup.shared)]
    days = [f"{name}={getattr(setup, name)}" for name in CountySetup.__slots__ if name.endswith("_from")]
    return _digest([*own, *shared, *days])


def mark_of_changes(changes: Iterable[SetupChange]) -> str:
    """Return a mark of a preview: what is stored afterwards is what was shown."""
    return _digest([f"{change.path}={change.before}>{change.after}" for change in changes])


def _digest(lines: Iterable[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()[:32]
