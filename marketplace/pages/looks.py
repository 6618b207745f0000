"""/katsojat: who has looked at the client's data, and why."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, render_template

from foundation.vocabulary.labels import ROLES_FOR_CLIENT
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.identity import allow
from foundation.web.languages import _
from foundation.web.pages import Page
from marketplace.pages.acting_client import acting

blueprint = Blueprint("marketplace_looks", __name__, template_folder="../templates")
ON_A_PAGE = 25
ACTS = {
    "look": N_("Looked at your data"),
    "choice": N_("Changed your choice of provider"),
    "charge": N_("Handled a visit"),
    "funding": N_("Handled your voucher"),
    "decision": N_("Handled your decision"),
    "card": N_("Handled your card"),
    "help_request": N_("Handled what you asked of the county"),
    "time_request": N_("Handled your question about a free time"),
    "mandate": N_("Changed who may act for you"),
    "proposal": N_("Suggested help for you, or answered a suggestion"),
    "share_plan": N_("Changed who may read your support plan"),
}


@blueprint.app_template_filter("act_in_words")
def act_in_words(act: str) -> str:
    """Return the label of an audit act, such as `client.look` or `choice.make`."""
    noun, _dot, verb = act.partition(".")
    return _(ACTS.get(verb) or ACTS.get(noun) or N_("Handled your data"))


KINDS = {
    "funding": N_("your voucher"),
    "charge": N_("your visits"),
    "choice": N_("your choice of provider"),
    "client": N_("your name and basic data"),
    "page": N_("the pages that you see too"),
    "mandate": N_("your name"),
    "invitation": N_("your name"),
    "audit": N_("the list of who has used your data"),
    "ledger": N_("payments from your vouchers"),
    "support_plan": N_("your support plan and goals"),
    "help_request": N_("what you asked of the county"),
    "time_request": N_("your question about a free time"),
}
"""What was looked at, by the kind of an audit row's subject."""


@blueprint.app_template_filter("kinds_in_words")
def kinds_in_words(kinds: Iterable[str]) -> str:
    """Return the labels of what was looked at; empty if none has a label."""
    return ", ".join(_(KINDS[kind]) for kind in sorted(kinds) if kind in KINDS)


@blueprint.app_template_filter("role_in_words")
def role_in_words(role: str | None) -> str:
    """Return the label of a role; None is the system."""
    return _(ROLES_FOR_CLIENT.get(role or "", N_("The system")))


@blueprint.get("/katsojat")
@allow(*CLIENT_ROLES)
def show_looks() -> Page:
    """Show the looks and acts, newest first: one row for a person, a reason and a day."""
    person, paging = acting(), read_page_number(ON_A_PAGE)
    looks = person.data.looks(first=paging.offset, count=paging.page_size)
    total = person.data.look_count()
    return render_template("marketplace/looks.html", person=person, looks=looks, paging=paging.of(total))
