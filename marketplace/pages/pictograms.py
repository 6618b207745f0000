"""Our own drawings: symbols of one file, shown beside words and hidden from screen readers."""

from __future__ import annotations

import re
from functools import cache

from flask import Blueprint, current_app
from markupsafe import Markup

from foundation.web.assets import SOURCE

FILE = "pictograms.svg"
OTHER = "other"
"""The symbol of a service that has none of its own: a county may add services."""


@cache
def symbols() -> frozenset[str]:
    """Return the names of the symbols."""
    return frozenset(re.findall(r'<symbol id="(\w+)"', (SOURCE / FILE).read_text("utf-8")))


def pictogram(name: str) -> Markup:
    """Return the drawing of a symbol, or of a service by its code."""
    symbol = name.lower() if name.lower() in symbols() else OTHER
    address = current_app.jinja_env.globals["asset"](FILE)  # type: ignore[operator]
    return Markup(
        '<svg class="om-picture" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(address, symbol)


def with_picture(name: str, text: str) -> Markup:
    """Return a text with the drawing before it, for the label of a choice."""
    return Markup('<span class="om-pictured">{}<span>{}</span></span>').format(pictogram(name), text)


def add_pictograms(blueprint: Blueprint) -> None:
    """Let templates use these."""
    blueprint.add_app_template_global(pictogram)
    blueprint.add_app_template_global(with_picture)
