"""/t/korjattavat: refused charges, until their visits are charged."""

from __future__ import annotations

from flask import Blueprint, render_template

from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import read_page_number
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.pages import Page
from foundation.web.transaction import db
from provider_portal.disclosure.refusals import listed_refusals

ON_A_PAGE = 10
blueprint = Blueprint("provider_refusals", __name__, template_folder="../templates")


@blueprint.get("/t/korjattavat")
@allow(*PROVIDER_ROLES)
def list_all() -> Page:
    """Show the refused charges that are still to be mended, newest first, each with its reasons."""
    paging = read_page_number(ON_A_PAGE)
    window = {"first": paging.offset, "count": paging.page_size}
    charges, total = listed_refusals(db(), current_provider_id(), **window, actor=current_actor(), now=now())
    return render_template("provider_portal/refusals.html", charges=charges, paging=paging.of(total))
