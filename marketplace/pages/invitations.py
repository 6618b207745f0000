"""/kutsu: the holder of an invitation's code reads it, and accepts it with an account or makes one."""

from __future__ import annotations

from typing import overload

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.log_in_services import Audience
from foundation.vocabulary.refusals import Refusal
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.extension_points import Identified
from foundation.web.forms import (
    EmailField,
    Form,
    HiddenField,
    PasswordField,
    TextField,
    at_most,
    matches,
    needed,
)
from foundation.web.identity import actor_or_none, hash_password, password_fault, public
from foundation.web.identity.log_in import begin_session
from foundation.web.identity.openid.attempts import Verified
from foundation.web.identity.openid.pages import verified_citizen
from foundation.web.languages import _, current_language
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, Result
from foundation.web.state import shell
from foundation.web.transaction import db, system_context
from marketplace.actions.accept_invitation import (
    Accepted,
    NewAccount,
    accept_as_verified,
    accept_invitation,
    accept_with_new_account,
)
from marketplace.actions.verified_person import VerifiedPerson
from marketplace.disclosure.client_invitations import OpenedInvitation
from marketplace.disclosure.invitations import opened_invitation
from marketplace.load.invitations import OpenInvitation
from marketplace.pages.client_invitations import FAULTS as CLIENT_FAULTS
from marketplace.pages.client_invitations import client_page, find_by_code
from marketplace.pages.mandate_forms import EMAIL, LONGEST_NAME
from marketplace.rules.client_invitations import CODE_ENDED
from marketplace.rules.mandate_terms import normalised_code
from marketplace.rules.refusals import ALREADY_GUARDIAN, EMAIL_KNOWN, INVITATION_UNKNOWN, OWN_INVITATION

blueprint = Blueprint("marketplace_invitations", __name__, template_folder="../templates")
MOST_WRONG_CODES, WRONG_CODE_MINUTES = 10, 10
FAULTS = {
    INVITATION_UNKNOWN.code: N_("This code does not work. Check the code, or ask for a new one."),
    OWN_INVITATION.code: N_("This is your own invitation. Give the code to the person who helps you."),
    ALREADY_GUARDIAN.code: N_("You are already the guardian of this person."),
    EMAIL_KNOWN.code: N_("This e-mail address already has an account. Log in first."),
    CODE_ENDED.code: CLIENT_FAULTS[CODE_ENDED.code],
}


class CodeForm(Form):
    """The code of an invitation."""

    code = TextField(
        N_("Invitation code"),
        [needed(N_("Write the code"))],
        hint=N_("Twelve letters and numbers. For example ABCD-EFGH-2345."),
    )


class NameForm(Form):
    """The name of somebody who has no account."""

    code = HiddenField("")
    name = TextField(
        N_("Your name"),
        [needed(N_("Write your name")), at_most(LONGEST_NAME, N_("Enter at most %(length)s characters"))],
    )


class AccountForm(NameForm):
    """A new account."""

    email = EmailField(
        N_("E-mail address"),
        [
            needed(N_("Enter your e-mail address")),
            matches(EMAIL, N_("Enter an e-mail address, for example name@example.fi")),
        ],
    )
    password = PasswordField(
        N_("Password"),
        [
            needed(N_("Enter your password")),
        ],
    )


@blueprint.route("/kutsu", methods=["GET", "POST"])
@public
@system_context
def show() -> Result:
    """Ask for the code; show what its holder is invited to do."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form)
    code = form.code.data or ""
    found = _opened(code, of_clients=True)
    if found is None:
        return _refused(INVITATION_UNKNOWN)
    if isinstance(found, OpenedInvitation):
        return client_page(found, code) if found.invitation.is_open else _refused(CODE_ENDED)
    return _invitation_page(found, code, AccountForm(formdata=None, data={"name": found.invited}))


def _code_page(form: CodeForm) -> Page:
    return render_template(
        "marketplace/invitation_code.html", form=form, verified=verified_citizen() is not None
    )


def _refused(refusal: Refusal) -> Result:
    form = CodeForm()
    form.refuse("code", _(FAULTS[refusal.code]))
    return _code_page(form), 422


@overload
def _opened(typed: str) -> OpenInvitation | None: ...
@overload
def _opened(typed: str, *, of_clients: bool) -> OpenInvitation | OpenedInvitation | None: ...
def _opened(typed: str, *, of_clients: bool = False) -> OpenInvitation | OpenedInvitation | None:
    """Return the invitation of a typed code, also one of a client to log in. Wrong guesses are counted."""
    guess = limit_guesses("invitation_code", wrong=MOST_WRONG_CODES, minutes=WRONG_CODE_MINUTES)
    code = normalised_code(typed)
    if code is None:
        guess.was_wrong()
        return None
    found = opened_invitation(db(), code, actor=actor_or_none(), now=now())
    of_client = find_by_code(code) if of_clients and found is None else None
    if found is None and of_client is None:
        guess.was_wrong()
    return found or of_client


def _invitation_page(
    invitation: OpenInvitation, code: str, form: AccountForm, name_form: NameForm | None = None
) -> Page:
    verified = verified_citizen()
    name_form = name_form or NameForm(formdata=None, data={"name": verified.name if verified else ""})
    form.code.data = name_form.code.data = code
    return render_template(
        "marketplace/invitation.html",
        invitation=invitation,
        code=code,
        form=form,
        name_form=name_form,
        verified=verified is not None,
        services=shell().log_in_services(Audience.CLIENTS),
        reader=actor_or_none(),
    )


@blueprint.post("/kutsu/hyvaksy")
@public
@system_context
def accept() -> Result:
    """Accept the invitation as the person who is logged in."""
    form, actor = CodeForm(), actor_or_none()
    if actor is None or not form.validate() or _opened(form.code.data or "") is None:
        return _refused(INVITATION_UNKNOWN)
    code = normalised_code(form.code.data or "") or ""
    outcome = accept_invitation(db(), code=code, actor=actor, now=now())
    return _refused(outcome) if isinstance(outcome, Refusal) else _begin(outcome)


@blueprint.post("/kutsu/palvelu")
@public
@system_context
def accept_verified() -> Result:
    """Accept as somebody whom a broker has verified, with an account that logs in there."""
    form, verified = NameForm(), verified_citizen()
    invitation = _opened(form.code.data or "")
    if invitation is None or verified is None:
        return _refused(INVITATION_UNKNOWN)
    if not form.validate():
        return _invitation_page(invitation, form.code.data or "", AccountForm(formdata=None), form)
    person = VerifiedPerson(form.name.data or "", current_language(), verified.identity_hash or "")
    code = normalised_code(form.code.data or "") or ""
    outcome = accept_as_verified(db(), code=code, person=person, now=now())
    return _refused(outcome) if isinstance(outcome, Refusal) else _begin(outcome, verified)


@blueprint.post("/kutsu/tunnus")
@public
@system_context
def make_account() -> Result:
    """Make an account for the holder of a code, and accept the invitation with it."""
    form = AccountForm()
    invitation = _opened(form.code.data or "")
    if invitation is None:
        return _refused(INVITATION_UNKNOWN)
    outcome = _make_account(form) if form.validate() and _is_password_good(form) else None
    if isinstance(outcome, Accepted):
        return _begin(outcome)
    if outcome is not None:
        form.refuse("email", _(FAULTS[outcome.code]))
    return _invitation_page(invitation, form.code.data or "", form), 422


def _is_password_good(form: AccountForm) -> bool:
    fault = password_fault(form.password.data or "", (form.name.data or "", form.email.data or ""))
    if fault is not None:
        form.refuse("password", _(fault))
    return fault is None


def _make_account(form: AccountForm) -> Accepted | Refusal:
    account = NewAccount(
        name=form.name.data or "",
        email=(form.email.data or "").lower(),
        password_hash=hash_password(form.password.data or ""),
        language=current_language(),
    )
    code = normalised_code(form.code.data or "") or ""
    return accept_with_new_account(db(), code=code, account=account, now=now())


def _begin(accepted: Accepted, verified: Verified | None = None) -> Result:
    """Continue as a representative: the roles of before are still there to choose."""
    role = accepted.person_id, accepted.role_grant_id
    begin_session(Identified(*role) if verified is None else verified.identified(*role))
    flash(_("Thank you. You can now help."), "success")
    return redirect(url_for("marketplace_helping.show_helped"), 303)
