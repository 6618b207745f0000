"""What a price list leaves open, listed in the report of its import: holes are never filled by guessing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from foundation.tabular.import_report import Note
from marketplace.rules.day_coverage import Range, holes
from marketplace.rules.price_rows import PriceRow

HOLE_WORDS = "%(service)s: no value on %(day_kind)s from %(from)s to %(to)s. Visits there will wait for you."
CALENDAR_WORDS = "The calendar has no time class on %(day_kind)s from %(from)s to %(to)s."
CLASS_WORDS = "%(service)s: no value for the time class %(time_class)s."


def notes_on_times(rows: Iterable[PriceRow]) -> list[Note]:
    """The holes of each service whose rows say which minutes they are for."""
    covered: defaultdict[str, defaultdict[str, list[Range]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for kind, minutes in row.covers:
            covered[row.service][kind].append(minutes)
    return [
        Note(
            "no_value_at_times",
            HOLE_WORDS,
            {"service": service, "day_kind": hole.day_kind, "from": hole.times[0], "to": hole.times[1]},
        )
        for service, by_kind in covered.items()
        for hole in holes(by_kind)
    ]


def notes_on_calendar(calendar: Mapping[str, Sequence[tuple[Range, str]]]) -> list[Note]:
    """The minutes to which the county's calendar gives no time class."""
    covered = {kind: [minutes for minutes, _ in ranges] for kind, ranges in calendar.items()}
    return [
        Note(
            "no_time_class",
            CALENDAR_WORDS,
            {"day_kind": hole.day_kind, "from": hole.times[0], "to": hole.times[1]},
        )
        for hole in holes(covered)
    ]


def notes_on_classes(
    values: Mapping[str, set[str]], calendar: Mapping[str, Sequence[tuple[Range, str]]]
) -> list[Note]:
    """The time classes of the calendar for which an hourly service has no value; `any` means all."""
    used = dict.fromkeys(name for ranges in calendar.values() for _, name in ranges)
    return [
        Note("no_value_for_class", CLASS_WORDS, {"service": service, "time_class": name})
        for service, classes in values.items()
        for name in used
        if "any" not in classes and name not in classes
    ]
