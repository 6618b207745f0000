"""Types and functions that page modules use."""

from typing import NoReturn, TypeAlias

from flask import abort
from werkzeug.wrappers import Response

Page: TypeAlias = str
"""A rendered page."""

Result: TypeAlias = str | Response | tuple[str, int]
"""A rendered page, with or without its status, or a redirect."""


MOST_DIGITS = 18
"""Every number of so many digits fits into 63 bits."""


def not_found() -> NoReturn:
    """Raise 404, for what does not exist and for what belongs to somebody else alike."""
    abort(404)


def read_id(text: str) -> int | None:
    """Return the id in a text of an address or a form; None if it is not one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def safe_path(path: str | None) -> str | None:
    """Return a path within this service to return to; None for another host or the log-in page."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\", "/kirjaudu")):
        return None
    return path if path.isprintable() and "\\" not in path else None
