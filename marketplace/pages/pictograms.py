"""Our own drawings: symbols of one file, shown beside words and hidden from screen readers."""

from __future__ import annotations

from flask import Blueprint, current_app
from markupsafe import Markup

FILE = "pictograms.svg"


def pictogram(name: str) -> Markup:
    """Return the drawing of a symbol, or of a service by its code."""
    address = current_app.jinja_env.globals["asset"](FILE)  # type: ignore[operator]
    return Markup(
        '<svg class="om-picture" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(address, name.lower())


def with_picture(name: str, text: str) -> Markup:
    """Return a text with the drawing before it, for the label of a choice."""
    return Markup('<span class="om-pictured">{}<span>{}</span></span>').format(pictogram(name), text)


def add_pictograms(blueprint: Blueprint) -> None:
    """Let templates use these."""
    blueprint.add_app_template_global(pictogram)
    blueprint.add_app_template_global(with_picture)
