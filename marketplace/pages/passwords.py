"""/kirjaudu/unohtui and /kirjaudu/uusi-salasana: a new password by a link in a mail."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import EmailField, Form, PasswordField, matches, needed
from foundation.web.identity import hash_password, password_fault, public
from foundation.web.languages import _
from foundation.web.limits import limit_guesses
from foundation.web.pages import Result
from foundation.web.state import shell
from foundation.web.transaction import db
from marketplace.actions.reset_password import change_password_by_link, digest_of_link, mail_new_link
from marketplace.load.passwords import PasswordAccount, account_of_link
from marketplace.pages.mandate_forms import EMAIL

blueprint = Blueprint("marketplace_passwords", __name__, template_folder="../templates")
MOST_ASKED, ASKED_MINUTES = 10, 10
MOST_WRONG_CODES, WRONG_CODE_MINUTES = 10, 10


class AddressForm(Form):
    """The address of an account."""

    email = EmailField(
        N_("E-mail address"),
        [
            needed(N_("Enter your e-mail address")),
            matches(EMAIL, N_("Enter an e-mail address, for example name@example.fi")),
        ],
    )


class NewPasswordForm(Form):
    """A new password."""

    password = PasswordField(N_("New password"), [needed(N_("Enter your new password"))])

    def is_good(self, account: PasswordAccount) -> bool:
        """Refuse a password that is short or easy to guess; return whether it is neither."""
        fault = password_fault(self.password.data or "", (account.name, account.email))
        if fault is not None:
            self.refuse("password", _(fault))
        return fault is None


@blueprint.route("/kirjaudu/unohtui", methods=["GET", "POST"])
@public
def forget() -> Result:
    """Mail a link to an address; the answer is the same for every address."""
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("marketplace/password_forgotten.html", form=form)
    limit_guesses("forgotten_password", wrong=MOST_ASKED, minutes=ASKED_MINUTES).was_wrong()
    address = shell().settings.public_url or request.url_root
    mail_new_link(db(), form.email.data or "", address=address, now=now())
    return render_template("marketplace/password_sent.html")


@blueprint.route("/kirjaudu/uusi-salasana/<code>", methods=["GET", "POST"])
@public
def choose(code: str) -> Result:
    """Change the password by the link of a mail; the person logs in with it next."""
    account, form = _account(code), NewPasswordForm()
    if account is None:
        return render_template("marketplace/password_gone.html"), 404
    if not form.validate_on_submit() or not form.is_good(account):
        return render_template("marketplace/password_new.html", form=form)
    change_password_by_link(db(), code, hash_password(form.password.data or ""), now=now())
    flash(_("Your password is changed. Log in with the new password."), "success")
    return redirect(url_for("identity.log_in"), 303)


def _account(code: str) -> PasswordAccount | None:
    """Return the account of a link. Wrong guesses are counted."""
    guess = limit_guesses("password_link", wrong=MOST_WRONG_CODES, minutes=WRONG_CODE_MINUTES)
    found = account_of_link(db(), digest_of_link(code), now())
    if found is None:
        guess.was_wrong()
    return found
