"""/t/korjattavat: refused charges, until their visits are charged or nothing is to be charged."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import read_page_number
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from provider_portal.actions.close_refusal import close_refusal, reopen_refusal
from provider_portal.disclosure.refusals import listed_refusals
from provider_portal.load.refusals import is_closed

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


@blueprint.post("/t/korjattavat/<int:charge_id>/ei-veloiteta")
@allow(*PROVIDER_ROLES)
def close(charge_id: int) -> Result:
    """Take a refused charge off the list: nothing is to be charged."""
    if close_refusal(db(), charge_id, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("It is off the list. You can put it back on the page of the charge."), "success")
    return redirect(url_for(".list_all"), 303)


@blueprint.post("/t/korjattavat/<int:charge_id>/palauta")
@allow(*PROVIDER_ROLES)
def reopen(charge_id: int) -> Result:
    """Put a refused charge back on the list."""
    if reopen_refusal(db(), charge_id, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("It is on the list again."), "success")
    return redirect(url_for(".list_all"), 303)


@blueprint.app_template_global("is_closed_refusal")
def is_closed_refusal(charge_id: int) -> bool:
    """Return whether the company has said that nothing is to be charged."""
    return is_closed(db(), charge_id)
