"""Sentences whose values name their kind by their last word: `total_cents`, `service_day`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.labels import StateLabel
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import translate
from foundation.web.formats import day_text, money_text, number_text
from foundation.web.languages import current_language


def in_words(msgid: str, values: Mapping[str, object], language: Language | None = None) -> str:
    """The sentence in the reader's language, its sums, quantities and days as people read them."""
    language = language or current_language()
    shown = {name: value_text(name, value, language) for name, value in values.items()}
    return translate(msgid, language, **shown)


def state_tag(states: Mapping[Any, StateLabel], state: object) -> Markup:
    """Return the tag of a state: its label, and a tone that never says more than the label."""
    text, tone = states.get(state, StateLabel(str(state), "plain"))
    return Markup('<strong class="om-tag om-tag--{}">{}</strong>').format(
        tone, translate(text, current_language())
    )


def value_text(name: str, value: object, language: Language) -> str:
    """One value by the last word of its name; a value of another kind as it is."""
    if isinstance(value, int) and name.endswith("_cents"):
        return money_text(value, language)
    if isinstance(value, int) and name.endswith("_hundredths"):
        return number_text(value, language)
    if isinstance(value, str) and name.endswith("_day"):
        return day_text(parse_iso_day(value), language)
    return str(value)
