"""Values in the county's words. Every text is a msgid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint
from markupsafe import Markup

from clearing.reasons import Finding
from foundation.web.catalogues import N_
from foundation.web.languages import _, current_language
from foundation.web.values_in_words import in_words
from marketplace.load.names import Names

KINDS = {"voucher": N_("Service voucher"), "commitment": N_("Payment commitment")}
UNITS = {
    "hour": N_("hours"),
    "visit": N_("visits"),
    "day": N_("days"),
    "night": N_("nights"),
    "month": N_("months"),
    "km": N_("kilometres"),
    "piece": N_("pieces"),
}
FUNDING_STATES = {
    None: (N_("Not open yet"), "wait"),
    "granted": (N_("Granted, not open yet"), "wait"),
    "open": (N_("Open"), "good"),
    "paused": (N_("Paused"), "wait"),
    "closed": (N_("Closed"), "plain"),
    "revoked": (N_("Revoked"), "bad"),
}
APPROVAL_STATES = {
    None: (N_("No approval"), "plain"),
    "pending": (N_("Waits for the county"), "wait"),
    "approved": (N_("Approved"), "good"),
    "suspended": (N_("Suspended"), "bad"),
    "ended": (N_("Ended"), "plain"),
}
CHARGE_STATES = {
    "accepted": (N_("Accepted"), "good"),
    "on_hold": (N_("On hold"), "wait"),
    "refused": (N_("Refused"), "bad"),
    "settled": (N_("Settled"), "good"),
    "withdrawn": (N_("Withdrawn"), "plain"),
    "rejected": (N_("Refused by the county"), "bad"),
}
PAPERS = {
    "register_entry": N_("Register entry"),
    "insurance": N_("Insurance"),
    "prepayment_register": N_("Prepayment register"),
}
DAY_KINDS = {
    "weekday": N_("Weekdays"),
    "saturday": N_("Saturdays"),
    "sunday_or_holiday": N_("Sundays and holidays"),
}
PERIODS = {"week": N_("week"), "month": N_("month"), "quarter": N_("quarter")}
HELPERS = {"support_person": N_("Support person"), "guardian": N_("Guardian")}


def state_tag(states: Mapping[Any, tuple[str, str]], state: object) -> Markup:
    """A state as a tag: a word, and a tone that is never alone."""
    text, tone = states.get(state, (str(state), "plain"))
    return Markup('<strong class="om-tag om-tag--{}">{}</strong>').format(tone, _(text))


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
        "county_funding": lambda state: state_tag(FUNDING_STATES, state),
        "county_charge": lambda state: state_tag(CHARGE_STATES, state),
        "approval": lambda state: state_tag(APPROVAL_STATES, state),
        "paper": in_words_of(PAPERS),
        "funding_kind": in_words_of(KINDS),
        "unit_word": in_words_of(UNITS),
        "day_kind": in_words_of(DAY_KINDS),
        "helper_kind": in_words_of(HELPERS),
        "county_told": told_words,
        "county_told_detail": told_detail,
    }
    for name, function in filters.items():
        blueprint.add_app_template_filter(function, name)
