"""/mt/tilit: the county confirms providers' bank accounts, by somebody else than who entered them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.roles import SETTLEMENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, fresh
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.change_bank_account import confirm_bank_account
from marketplace.load.bank_accounts import waiting_accounts
from marketplace.rules.refusals import ACCOUNT_NOT_WAITING

blueprint = Blueprint("county_bank_accounts", __name__, template_folder="../templates")
OWN = N_("You entered this account yourself. Another person confirms it.")


@blueprint.get("/mt/tilit")
@allow(*SETTLEMENT_ROLES)
def list_waiting() -> Page:
    """List the accounts that wait to be confirmed."""
    actor = current_actor()
    waiting = waiting_accounts(db(), actor.county_id or 0)
    return render_template("county_desk/bank_accounts.html", waiting=waiting, own_id=actor.person_id)


@blueprint.post("/mt/tilit/<int:account_id>/vahvista")
@allow(*SETTLEMENT_ROLES)
@fresh
def confirm(account_id: int) -> Result:
    """Confirm the account that was on the page."""
    actor = current_actor()
    refusal = confirm_bank_account(db(), actor.county_id or 0, account_id, actor=actor, now=now())
    if refusal == ACCOUNT_NOT_WAITING:
        not_found()
    flash(*((_("The account is confirmed."), "success") if refusal is None else (_(OWN), "error")))
    return redirect(url_for(".list_waiting"), 303)
