"""The search that a page was reached from: its address is kept as `haku`."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import request

from marketplace.rules.searching import CLASSES_OF_TIME, class_of_time


def searched_time() -> str | None:
    """Return the time of day or week that was searched for; None for any time."""
    found = parse_qs(request.values.get("haku", "")).get("time", [])
    return next((time for time in found if time in CLASSES_OF_TIME), None)


def searched_class() -> str | None:
    """Return the time class whose prices are shown to who searched for a time; None for the usual one."""
    return class_of_time(searched_time())
