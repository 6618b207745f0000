"""Values in the county's words. Every text is a msgid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint

from clearing.reasons import Finding
from foundation.vocabulary import labels
from foundation.web.languages import _, current_language
from foundation.web.values_in_words import in_words, state_tag
from marketplace.load.names import Names


def county_named(names: Names | None) -> str:
    """A name in the reader's language."""
    return "" if names is None else names.in_language(current_language())


def told_words(finding: Finding) -> str:
    """What a reason says."""
    return in_words(finding.reason.title, finding.values)


def told_detail(finding: Finding) -> str:
    """More of a reason."""
    return in_words(finding.reason.detail, finding.values)


def in_words_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """A filter that says a code in words."""
    return lambda code: _(words.get(code, code))


def add_filters(blueprint: Blueprint) -> None:
    """Let the face's templates use these."""
    filters: dict[str, Callable[..., Any]] = {
        "county_name": county_named,
        "county_funding": lambda state: state_tag(labels.FUNDING_STATES, state),
        "county_charge": lambda state: state_tag(labels.CHARGE_STATES, state),
        "approval": lambda state: state_tag(labels.APPROVAL_STATES, state),
        "paper": in_words_of(labels.PAPERS),
        "funding_kind": in_words_of(labels.FUNDING_KINDS),
        "unit_word": lambda unit: _(labels.UNITS[unit].plural),
        "day_kind": in_words_of(labels.DAY_KINDS),
        "helper_kind": in_words_of(labels.MANDATES),
        "county_told": told_words,
        "county_told_detail": told_detail,
    }
    for name, function in filters.items():
        blueprint.add_app_template_filter(function, name)
