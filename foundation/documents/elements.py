"""Parts of XML elements by their names alone: the namespaces of a message differ by version."""

from __future__ import annotations

from typing import Any

LONGEST_TEXT = 500


def name_of(element: Any) -> str:
    """Return the element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def first(element: Any, *paths: str) -> Any:
    """The first element at any of the paths, or None. Steps of our own: `find` of lxml is far slower."""
    for path in paths:
        found = element
        for step in path.split("/"):
            found = next(found.iterchildren("{*}" + step), None)
            if found is None:
                break
        else:
            return found
    return None


def text_of(element: Any, *paths: str, longest: int = LONGEST_TEXT) -> str:
    """Return the text at the first of the paths that has any, without spaces around it."""
    for path in paths:
        found = first(element, path)
        text = "" if found is None else (found.text or "").strip()[:longest]
        if text:
            return text
    return ""
