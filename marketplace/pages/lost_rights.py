"""What a helper reads whose rights ended while a form was open: nothing was done, and what was typed."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from foundation.vocabulary.roles import Role
from foundation.web.errors import answer_http_error
from foundation.web.identity import actor_or_none
from foundation.web.pages import Page

OWN_WORDS = ("why", "words", "wish_words", "question")
"""The fields of clients' forms in which people write in their own words."""


def page_with_typed_words() -> Page | None:
    """Return the page with what a helper has written in the refused form; None without any words."""
    actor = actor_or_none()
    if request.method != "POST" or actor is None or actor.role is not Role.REPRESENTATIVE:
        return None
    typed = [words for name in OWN_WORDS if (words := request.form.get(name, "").strip())]
    return render_template("marketplace/lost_right.html", typed=typed) if typed else None


def keep_typed_words(blueprint: Blueprint) -> None:
    """Answer a form of a helper that is not found any more with what was typed in it."""
    blueprint.register_error_handler(404, _answer)


def _answer(error: NotFound) -> ResponseReturnValue:
    page = page_with_typed_words()
    return answer_http_error(error) if page is None else (page, 404)
