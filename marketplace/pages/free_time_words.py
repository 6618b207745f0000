"""Free times of an offering in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby

from flask import Blueprint

from clearing.plans.facts.free_times import FreeHours, FreeSlot
from clearing.plans.rules.free_times import first_free_day
from foundation.web.clock import today
from foundation.web.formats import weekday_text
from foundation.web.hours import hours_text

WEEK = timedelta(days=6)


def free_week_text(slots: Iterable[FreeSlot]) -> str:
    """Format the times of the week that begins on the first free day: `ti 9–12, to 17–20`.

    The text is empty if no time is free, or the provider gives no hours.
    """
    coming = [slot for slot in slots if slot.day >= today()]
    first = first_free_day(coming, today())
    if first is None:
        return ""
    week = sorted(slot for slot in coming if slot.day <= first + WEEK)
    days = (
        f"{weekday_text(day.weekday(), short=True)} {', '.join(map(slot_text, slots))}"
        for day, slots in groupby(week, key=lambda slot: slot.day)
    )
    return ", ".join(days).replace(" ", "\xa0").replace(",\xa0", ", ")


def add_free_time_filters(blueprint: Blueprint) -> None:
    """Let templates use these."""
    blueprint.add_app_template_filter(free_week_text, "free_week")
    blueprint.add_app_template_filter(slot_text, "hours")


def slot_text(each: FreeHours | FreeSlot) -> str:
    """Format the hours of a time: `9–12`."""
    return hours_text(each.starts, each.ends)
