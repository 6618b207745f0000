"""The search that a page was reached from: its address is kept as `haku`."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import request

from marketplace.rules.searching import CLASSES_OF_TIME, class_of_time


def searched_time() -> str | None:
    """Return the time of day or week that was searched for; None for any time."""
    time = searched_value("time")
    return time if time in CLASSES_OF_TIME else None


def searched_value(name: str) -> str | None:
    """Return a value of the search, as it was sent; None if it has no such value."""
    found = parse_qs(request.values.get("haku", ""), keep_blank_values=True).get(name, [])
    return found[0] if found else None


def searched_class() -> str | None:
    """Return the time class whose prices are shown to who searched for a time; None for the usual one."""
    return class_of_time(searched_time())
