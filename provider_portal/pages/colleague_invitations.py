"""/kutsu/yritys/<code>: somebody accepts an invitation to a role at a provider."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.labels import ROLES
from foundation.vocabulary.log_in_services import Audience
from foundation.vocabulary.refusals import Refusal
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.extension_points import Identified
from foundation.web.forms import Form, PasswordField, TextField, at_most, needed
from foundation.web.identity import actor_or_none, hash_password, password_fault, public
from foundation.web.identity.log_in import begin_session
from foundation.web.identity.openid.attempts import Verified
from foundation.web.identity.openid.pages import logged_in_as_citizen, verified_citizen
from foundation.web.languages import _, current_language
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, Result
from foundation.web.state import shell
from foundation.web.transaction import db, system_context
from marketplace.actions.accept_colleague import (
    AcceptedColleague,
    accept_colleague,
    accept_colleague_as_verified,
    accept_colleague_with_password,
)
from marketplace.actions.verified_person import VerifiedPerson
from marketplace.load.accounts import Account, account_of
from marketplace.load.colleagues import OpenProviderInvitation, provider_invitation_with_digest
from marketplace.rules.accounts import LONGEST_NAME, NewPassword, digest_of_code
from marketplace.rules.colleagues import INVITATION_UNKNOWN

blueprint = Blueprint("provider_invitations", __name__, template_folder="../templates")
MOST_WRONG_CODES, WRONG_CODE_MINUTES = 10, 10
FAULTS = {
    "account_known": N_("This e-mail address already has an account. Log in first."),
    "other_account": N_("This invitation is for another person. Log out, and open the link again."),
    "own_role": N_("You cannot give a role to yourself."),
    "role_held": N_("You have this role already."),
}


class NameForm(Form):
    """The name of somebody who has no account."""

    name = TextField(
        N_("Your name"),
        [needed(N_("Enter your name")), at_most(LONGEST_NAME, N_("Enter at most %(length)s characters"))],
    )


class PasswordForm(NameForm):
    """The name and the first password of somebody who has no account."""

    password = PasswordField(N_("Password"), [needed(N_("Choose a password"))])

    def is_password_good(self, email: str) -> bool:
        """Refuse a password that is short or easy to guess; return whether it is neither."""
        fault = password_fault(self.password.data or "", (self.name.data or "", email))
        if fault is not None:
            self.refuse("password", _(fault))
        return fault is None


class Opened(NamedTuple):
    """An invitation whose link works, and the account of its address."""

    invitation: OpenProviderInvitation
    account: Account | None


@blueprint.route("/kutsu/yritys/<code>", methods=["GET", "POST"])
@public
@system_context
def show(code: str) -> Result:
    """Show the role; let somebody without an account choose a password and accept."""
    opened = _opened(code)
    if opened is None:
        return _gone()
    form = PasswordForm()
    if not form.validate_on_submit() or not form.is_password_good(opened.invitation.email):
        return _page(code, opened, form)
    password_hash = hash_password(form.password.data or "")
    account = NewPassword(form.name.data or "", password_hash, current_language())
    return _answer(code, opened, accept_colleague_with_password(db(), code=code, account=account, now=now()))


@blueprint.post("/kutsu/yritys/<code>/hyvaksy")
@public
@system_context
def accept(code: str) -> Result:
    """Accept the invitation as the person who is logged in."""
    opened, actor = _opened(code), actor_or_none()
    if opened is None:
        return _gone()
    if actor is None:
        return redirect(url_for("identity.log_in", next=url_for(".show", code=code)), 303)
    is_citizen = logged_in_as_citizen()
    outcome = accept_colleague(db(), code=code, actor=actor, now=now(), is_citizen=is_citizen)
    return _answer(code, opened, outcome)


@blueprint.post("/kutsu/yritys/<code>/palvelu")
@public
@system_context
def accept_verified(code: str) -> Result:
    """Accept as somebody whom a broker has verified, with an account that logs in there."""
    opened, verified, form = _opened(code), verified_citizen(), NameForm()
    if opened is None:
        return _gone()
    if verified is None:
        return redirect(url_for(".show", code=code), 303)
    if not form.validate():
        return _page(code, opened, PasswordForm(formdata=None), form)
    person = VerifiedPerson(form.name.data or "", current_language(), verified.identity_hash or "")
    outcome = accept_colleague_as_verified(db(), code=code, person=person, now=now())
    return _answer(code, opened, outcome, verified)


def _opened(code: str) -> Opened | None:
    """Return the open invitation of a link. Wrong guesses are counted."""
    guess = limit_guesses("provider_invitation", wrong=MOST_WRONG_CODES, minutes=WRONG_CODE_MINUTES)
    found = provider_invitation_with_digest(db(), digest_of_code(code), now())
    if found is None:
        guess.was_wrong()
        return None
    return Opened(found, account_of(db(), found.email))


def _answer(
    code: str, opened: Opened, outcome: AcceptedColleague | Refusal, verified: Verified | None = None
) -> Result:
    if outcome == INVITATION_UNKNOWN:
        return _gone()
    if isinstance(outcome, Refusal):
        form = PasswordForm(formdata=None)
        form.refuse(None, _(FAULTS[outcome.code]))
        return _page(code, opened, form), 422
    role = outcome.person_id, outcome.role_grant_id
    begin_session(Identified(*role) if verified is None else verified.identified(*role))
    flash(_("Thank you. You now have the role."), "success")
    return redirect(url_for("identity.home"), 303)


def _page(code: str, opened: Opened, form: PasswordForm, name_form: NameForm | None = None) -> Page:
    verified = verified_citizen()
    return render_template(
        "provider_portal/colleague_invitation.html",
        code=code,
        invitation=opened.invitation,
        account=opened.account,
        reader=actor_or_none(),
        form=form,
        name_form=name_form or NameForm(formdata=None, data={"name": verified.name if verified else ""}),
        verified=verified is not None,
        is_citizen=logged_in_as_citizen(),
        services=shell().log_in_services(Audience.CLIENTS),
        role_names=ROLES,
    )


def _gone() -> Result:
    return render_template("provider_portal/colleague_invitation_gone.html"), 404
