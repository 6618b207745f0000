"""/hallinta/alue/maksutili: the account that the county pays from, changed by two administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.payments.gateways.sepa_text import Letters
from county_desk.actions.change_payer_account import (
    confirm_payer_account,
    enter_payer_account,
    withdraw_payer_account,
)
from county_desk.load.payer_accounts import account_changes, account_in_use
from county_desk.pages.settings import own_county_id
from county_desk.pages.worded_form import WordedForm
from county_desk.reading.county_file import parse_bic
from county_desk.rules.payer_account import AccountRefusal, PayerAccount
from foundation.vocabulary.identifiers import parse_iban
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, fresh
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db

blueprint = Blueprint("county_payer_account", __name__, template_folder="../templates")
LETTERS = {
    Letters.NORDIC.value: N_("It takes å, ä and ö"),
    Letters.BASIC.value: N_("It takes only a to z"),
}
REFUSALS = {
    AccountRefusal.UNCHANGED: N_("The county pays from this account already"),
    AccountRefusal.WAITING: N_("Another account waits to be confirmed. Confirm or withdraw it first."),
    AccountRefusal.NOT_WAITING: N_("This account does not wait any more."),
    AccountRefusal.SAME_PERSON: N_("You entered this account yourself. Another administrator confirms it."),
}


class AccountForm(WordedForm):
    """Another account, and why."""

    iban = TextField(
        N_("Account number (IBAN)"),
        [needed(N_("Enter the account number"))],
        hint=N_("For example FI21 1234 5600 0007 85"),
    )
    bic = TextField(N_("Bank (BIC)"), [needed(N_("Enter the BIC"))], hint=N_("For example NDEAFIHH"))
    letters = ChoiceField(
        N_("Which letters does the bank take in names?"),
        [needed(N_("Choose one"))],
        choices=list(LETTERS.items()),
    )
    why = TextField(N_("Why is it changed?"), [needed(N_("Write why")), at_most(500, N_("Write less"))])

    def account(self) -> PayerAccount | None:
        """Return the account, or None after showing what is wrong with it."""
        iban, bic = (
            parse_iban(self.iban.data or ""),
            parse_bic((self.bic.data or "").replace(" ", "").upper()),
        )
        if iban is None:
            self.refuse("iban", _(N_("Check the account number: it is not an IBAN")))
        if bic is None:
            self.refuse("bic", _(N_("Check the BIC: it has 8 or 11 letters and digits")))
        return None if iban is None or bic is None else PayerAccount(iban, bic, self.letters.data)


@blueprint.get("/hallinta/alue/maksutili")
@allow(Role.ADMIN)
def show() -> Page:
    """Show the account in use, one that waits, and those before."""
    changes = account_changes(db(), own_county_id())
    return render_template(
        "county_desk/payer_account.html",
        account=account_in_use(db(), own_county_id()),
        waiting=next((each for each in changes if each.is_waiting), None),
        changes=changes,
        letters=LETTERS,
        own_id=current_actor().person_id,
    )


@blueprint.route("/hallinta/alue/maksutili/uusi", methods=["GET", "POST"])
@allow(Role.ADMIN)
@fresh
def enter() -> Result:
    """Enter another account; a second administrator confirms it."""
    form = AccountForm(data={"letters": account_in_use(db(), own_county_id()).letters})
    if form.validate_on_submit() and (account := form.account()) is not None:
        refusal = _enter(account, form.why.data or "")
        if refusal is None:
            flash(_("The account is stored. Another administrator confirms it."), "success")
            return redirect(url_for(".show"), 303)
        form.refuse(refusal.field or None, _(REFUSALS[AccountRefusal(refusal.code)]))
    return render_template("county_desk/payer_account_new.html", form=form)


@blueprint.post("/hallinta/alue/maksutili/<int:change_id>/vahvista")
@allow(Role.ADMIN)
@fresh
def confirm(change_id: int) -> Result:
    """Confirm an account that another administrator entered."""
    done = confirm_payer_account(db(), own_county_id(), change_id, actor=current_actor(), now=now())
    return _told(done, _("The account is confirmed. The next payment run uses it."))


@blueprint.post("/hallinta/alue/maksutili/<int:change_id>/peru")
@allow(Role.ADMIN)
def withdraw(change_id: int) -> Result:
    """Withdraw an account that waits."""
    done = withdraw_payer_account(db(), own_county_id(), change_id, actor=current_actor(), now=now())
    return _told(done, _("The account is withdrawn. The county pays as before."))


def _enter(account: PayerAccount, why: str) -> Refusal | None:
    actor = current_actor()
    return enter_payer_account(db(), own_county_id(), account, why=why, actor=actor, now=now())


def _told(done: Refusal | None, text: str) -> Result:
    """Say what was done, or why it was not."""
    if done is not None and done.code == AccountRefusal.NOT_WAITING:
        not_found()
    if done is None:
        flash(text, "success")
    else:
        flash(_(REFUSALS[AccountRefusal(done.code)]), "error")
    return redirect(url_for(".show"), 303)
