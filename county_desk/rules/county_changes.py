"""What a county's file changes, and why it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from clearing.eligibility.facts.calendar import DayKind
from clearing.grants.facts.funding import ANY_CLASS
from county_desk.rules.county_setup import CountySetup, SetupCode, SharedSetup
from county_desk.rules.first_days import BEGINNING, DATED, FirstDays
from county_desk.rules.listed_settings import settings_of, shared_settings_of
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.day_coverage import Range, clock_text, holes

SHARED = ("service_definitions.", "time_classes.")
"""The beginnings of the paths of settings that all counties share."""


@dataclass(frozen=True, slots=True)
class SetupChange:
    """What a file changes: the path of a setting, and its value before and after (None: not there)."""

    path: str
    before: str | None
    after: str | None


def changes_between(
    stored: CountySetup | None, shared: SharedSetup, planned: CountySetup, days: FirstDays
) -> tuple[SetupChange, ...]:
    """Return each setting that a file would change, in the order of the file; then each that it removes.

    Time classes and definitions that the file does not name are not removed: all counties share them.

    Args:
        stored: The county's settings; None if it is new.
        shared: The stored definitions and time classes.
        planned: The settings of the file.
        days: From which days its dated settings are in force; `stored` has those of these days.
    """
    before = dict(shared_settings_of(shared)) | ({} if stored is None else dict(settings_of(stored)))
    after = dict(settings_of(planned)) | dict(shared_settings_of(planned.shared))
    changed = [
        SetupChange(path, before.get(path), value)
        for path, value in after.items()
        if before.get(path) != value
    ]
    removed = [
        SetupChange(path, value, None)
        for path, value in before.items()
        if path not in after and not path.startswith(SHARED)
    ]
    return (*changed, *removed, *_days_of(changed + removed, days))


def _days_of(changes: list[SetupChange], days: FirstDays) -> Iterator[SetupChange]:
    """Yield from which day the dated settings among the changes are in force."""
    for name in DATED:
        day = getattr(days, name)
        if day != BEGINNING and changes_part(changes, name):
            yield SetupChange(f"{name}_from", None, day.isoformat())


def changes_part(changes: Iterable[SetupChange], name: str) -> bool:
    """Return whether a setting, or one of a section, is among the changes."""
    return any(change.path == name or change.path.startswith(f"{name}.") for change in changes)


def past_faults(setup: CountySetup, changes: Iterable[SetupChange], days: FirstDays) -> tuple[Refusal, ...]:
    """Return which dated settings a file changes from a day that is locked."""
    asked = [(name, getattr(setup, f"{name}_from"), getattr(days, name)) for name in DATED]
    changes = tuple(changes)
    return tuple(
        Refusal(SetupCode.PAST_LOCKED, f"{name}_from", {"first": first.isoformat()})
        for name, day, first in asked
        if day is not None and day < first and changes_part(changes, name)
    )


def calendar_faults(setup: CountySetup, known_classes: frozenset[str]) -> tuple[Refusal, ...]:
    """Return what is wrong with a calendar: unknown time classes, holes, and minutes covered twice."""
    known = (known_classes | {time_class.code for time_class in setup.shared.time_classes}) - {ANY_CLASS}
    faults = [
        Refusal(SetupCode.TIME_CLASS_UNKNOWN, f"calendar.{entry.day_kind}", {"time_class": entry.time_class})
        for entry in setup.calendar
        if entry.time_class not in known
    ]
    ranges: dict[str, list[Range]] = {
        kind: sorted(
            (entry.from_minute, entry.to_minute) for entry in setup.calendar if entry.day_kind == kind
        )
        for kind in DayKind
    }
    for hole in holes(ranges):
        between = dict(zip(("first", "last"), hole.times, strict=True))
        faults.append(Refusal(SetupCode.DAY_NOT_COVERED, f"calendar.{hole.day_kind}", between))
    faults += [
        Refusal(SetupCode.DAY_COVERED_TWICE, f"calendar.{kind}", {"time": clock_text(later[0])})
        for kind, of_kind in ranges.items()
        for earlier, later in pairwise(of_kind)
        if later[0] < earlier[1]
    ]
    return tuple(faults)


def shared_faults(changes: tuple[SetupChange, ...], shared: frozenset[str]) -> tuple[Refusal, ...]:
    """Return the settings that a file would change although other counties share them.

    Args:
        shared: Prefixes of paths that another county uses, such as `service_definitions.HOME_CARE.`.
    """
    return tuple(
        Refusal(
            SetupCode.SHARED_DIFFERS,
            change.path,
            {"before": change.before or "", "after": change.after or ""},
        )
        for change in changes
        if change.before is not None and change.path.startswith(tuple(shared))
    )


def operator_faults(shared: SharedSetup, planned: SharedSetup) -> tuple[Refusal, ...]:
    """Return what an administrator's settings say otherwise about what all counties share."""
    stored = dict(shared_settings_of(shared))
    return tuple(
        Refusal(SetupCode.SHARED_BY_OPERATOR, path, {"before": stored.get(path, ""), "after": value})
        for path, value in shared_settings_of(planned)
        if stored.get(path) != value
    )
