"""/t/yritys/tili: an owner enters the company's bank account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.clock import now
from foundation.web.forms import Form, TextField, needed
from foundation.web.identity import allow, current_actor, current_provider_id, fresh
from foundation.web.languages import N_, _
from foundation.web.pages import Result
from foundation.web.transaction import db
from marketplace.actions.change_bank_account import enter_bank_account

blueprint = Blueprint("provider_bank_account", __name__, template_folder="../templates")
FAULTS = {
    "iban_malformed": N_("Check the account number: it is not a valid IBAN"),
    "bic_malformed": N_("Check the BIC: it has 8 or 11 letters and digits"),
    "account_in_use": N_("This is your newest account already"),
}


class AccountForm(Form):
    """The new account."""

    iban = TextField(
        N_("Account number (IBAN)"),
        [needed(N_("Enter the account number"))],
        hint=N_("For example FI21 1234 5600 0007 85"),
    )
    bic = TextField(
        N_("BIC of the bank"),
        [needed(N_("Enter the BIC"))],
        hint=N_("For example NDEAFIHH. You get it from your bank."),
    )


@blueprint.route("/t/yritys/tili", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
@fresh
def enter() -> Result:
    """Enter a new account, which the county then confirms."""
    form = AccountForm()
    if form.validate_on_submit():
        typed = {"iban": form.iban.data or "", "bic": form.bic.data or ""}
        refusal = enter_bank_account(db(), current_provider_id(), **typed, actor=current_actor(), now=now())
        if refusal is None:
            flash(_("The account is stored. The county confirms it before it pays to it."), "success")
            return redirect(url_for("provider_company.show"), 303)
        form.refuse("bic" if refusal.field == "bic" else "iban", _(FAULTS[refusal.code]))
    return render_template("provider_portal/bank_account.html", form=form)
