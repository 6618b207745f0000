"""Small things that every page module uses."""

from __future__ import annotations

from typing import NoReturn, TypeAlias

from flask import abort
from werkzeug.wrappers import Response

Page: TypeAlias = str
"""A rendered page."""

Result: TypeAlias = str | Response | tuple[str, int]
"""A rendered page, with or without its status, or a redirect."""


def not_found() -> NoReturn:
    """404, the same for what does not exist and for what is somebody else's."""
    abort(404)


def safe_path(path: str | None) -> str | None:
    """A path within this service to lead back to, or None: never another host, never the log-in itself."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\", "/kirjaudu")):
        return None
    return path if path.isprintable() and "\\" not in path else None
