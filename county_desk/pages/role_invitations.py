"""/kutsu/rooli/<code>: somebody accepts an invitation to a role in a county."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, url_for

from county_desk.actions.accept_role import (
    AcceptedRole,
    VerifiedIdentity,
    accept_role,
    accept_role_with_identity,
    accept_role_with_password,
)
from county_desk.load.people import OpenRoleInvitation, role_invitation_with_digest
from county_desk.rules.people import INVITATION_UNKNOWN
from foundation.vocabulary.labels import ROLES
from foundation.vocabulary.log_in_services import Audience, LogInService
from foundation.vocabulary.refusals import Refusal
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.extension_points import Identified
from foundation.web.forms import Form, PasswordField, TextField, at_most, needed
from foundation.web.identity import actor_or_none, hash_password, password_fault, public
from foundation.web.identity.log_in import begin_session
from foundation.web.identity.openid.attempts import Verified
from foundation.web.identity.openid.pages import verified_subject
from foundation.web.languages import _, current_language
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, Result
from foundation.web.state import shell
from foundation.web.transaction import db, system_context
from marketplace.load.accounts import Account, account_of
from marketplace.rules.accounts import LONGEST_NAME, NewPassword, digest_of_code

blueprint = Blueprint("county_role_invitations", __name__, template_folder="../templates")
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

    invitation: OpenRoleInvitation
    account: Account | None


@blueprint.route("/kutsu/rooli/<code>", methods=["GET", "POST"])
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
    outcome = accept_role_with_password(db(), code=code, account=_new_password(form), now=now())
    return _answer(code, opened, outcome)


@blueprint.post("/kutsu/rooli/<code>/hyvaksy")
@public
@system_context
def accept(code: str) -> Result:
    """Accept the invitation as the person who is logged in."""
    opened, actor = _opened(code), actor_or_none()
    if opened is None:
        return _gone()
    if actor is None:
        return redirect(url_for("identity.log_in", next=url_for(".show", code=code)), 303)
    return _answer(code, opened, accept_role(db(), code=code, actor=actor, now=now()))


@blueprint.post("/kutsu/rooli/<code>/palvelu")
@public
@system_context
def accept_verified(code: str) -> Result:
    """Accept as somebody whom a log-in service has verified, with a new account."""
    opened, verified, form = _opened(code), verified_subject(), NameForm()
    if opened is None:
        return _gone()
    if verified is None or verified.service not in {item.name for item in _services(opened)}:
        return redirect(url_for(".show", code=code), 303)
    if not form.validate():
        return _page(code, opened, PasswordForm(formdata=None), form)
    identity = VerifiedIdentity(form.name.data or "", verified.issuer, verified.subject, current_language())
    outcome = accept_role_with_identity(db(), code=code, identity=identity, now=now())
    return _answer(code, opened, outcome, verified)


def _services(opened: Opened) -> list[LogInService]:
    """Return the services of the county's staff, at which an invited person can log in."""
    return [
        service
        for service in shell().log_in_services(Audience.STAFF)
        if service.county in (None, opened.invitation.county.code)
    ]


def _opened(code: str) -> Opened | None:
    """Return the open invitation of a link. Wrong guesses are counted."""
    guess = limit_guesses("role_invitation", wrong=MOST_WRONG_CODES, minutes=WRONG_CODE_MINUTES)
    found = role_invitation_with_digest(db(), digest_of_code(code), now())
    if found is None:
        guess.was_wrong()
        return None
    return Opened(found, account_of(db(), found.email))


def _new_password(form: PasswordForm) -> NewPassword:
    password_hash = hash_password(form.password.data or "")
    return NewPassword(form.name.data or "", password_hash, current_language())


def _answer(
    code: str, opened: Opened, outcome: AcceptedRole | Refusal, verified: Verified | None = None
) -> Result:
    if outcome == INVITATION_UNKNOWN:
        return _gone()
    if isinstance(outcome, Refusal):
        form = PasswordForm(formdata=None)
        form.refuse(None, _(FAULTS[outcome.code]))
        return _page(code, opened, form), 422
    role = outcome.person_id, outcome.role_grant_id
    if begin_session(Identified(*role) if verified is None else verified.identified(*role)):
        flash(_("Thank you. You now have the role."), "success")
        return redirect(url_for("identity.home"), 303)
    flash(_("Thank you. You can log in from the first day of the role on."), "success")
    return redirect(url_for("identity.log_in"), 303)


def _page(code: str, opened: Opened, form: PasswordForm, name_form: NameForm | None = None) -> Page:
    verified, services = verified_subject(), _services(opened)
    service = next((item for item in services if verified and item.name == verified.service), None)
    return render_template(
        "county_desk/role_invitation.html",
        code=code,
        invitation=opened.invitation,
        account=opened.account,
        reader=actor_or_none(),
        form=form,
        name_form=name_form or NameForm(formdata=None, data={"name": verified.name if verified else ""}),
        services=services,
        verified=service is not None,
        verified_by=service.title(current_language()) if service else "",
        role_names=ROLES,
        is_later=opened.invitation.terms.first_day > today(),
    )


def _gone() -> Result:
    return render_template("county_desk/role_invitation_gone.html"), 404
