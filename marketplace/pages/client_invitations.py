"""/kutsu/tili: the holder of a code from a letter or a mail logs in as the client from now on."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for

from foundation.vocabulary.log_in_services import Audience
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.extension_points import Identified
from foundation.web.forms import EmailField, Form, HiddenField, PasswordField, matches, may_be_empty, needed
from foundation.web.identity import (
    actor_or_none,
    allow,
    current_actor,
    hash_password,
    password_fault,
    public,
)
from foundation.web.identity.log_in import begin_session
from foundation.web.identity.openid.attempts import Verified
from foundation.web.identity.openid.pages import verified_citizen
from foundation.web.languages import _, current_language
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, Result
from foundation.web.state import shell
from foundation.web.transaction import db, system_context
from marketplace.actions.accept_client_invitation import (
    AcceptedClient,
    ClientLogIn,
    accept_client_as,
    accept_client_as_verified,
    accept_client_with_password,
)
from marketplace.actions.verified_person import VerifiedPerson
from marketplace.disclosure.client_invitations import OpenedInvitation, opened_client_invitation
from marketplace.load.client_invitations import account_of_person
from marketplace.rules.accounts import EMAIL
from marketplace.rules.mandate_terms import normalised_code

blueprint = Blueprint("marketplace_client_invitations", __name__, template_folder="../templates")
MOST_WRONG_CODES, WRONG_CODE_MINUTES = 10, 10
FAULTS = {
    "invitation_unknown": N_("This code does not work. Check the code, or ask for a new one."),
    "code_ended": N_("This code is too old or has been used. Call us and ask for a new letter."),
    "client_ended": N_("You are no longer our client. Call us if this is wrong."),
    "holder_works": N_("We cannot use this code. Call us."),
    "helps_client": N_("You help this person. The code is only for this person."),
    "other_identity": N_("The code is for another person. Call us."),
    "other_holder": N_("This person already has another account. Log out. Then write the code again."),
    "email_known": N_("This e-mail address already has an account. Log in first."),
}


class LogInForm(Form):
    """What the client will log in with."""

    code = HiddenField("")
    email = EmailField(
        N_("E-mail address"),
        [may_be_empty(), matches(EMAIL.pattern, N_("Enter an e-mail address, for example name@example.fi"))],
        hint=N_("You can leave this empty. Then you log in with your user name."),
    )
    password = PasswordField(N_("New password"), [needed(N_("Choose a password"))])


class HeldCodeForm(Form):
    """The code alone, for somebody who has an account."""

    code = HiddenField("")


@blueprint.get("/kutsu/tili/<code>")
@public
@system_context
def open_link(code: str) -> Result:
    """Show the invitation of a link in a mail."""
    opened = _opened(code)
    if opened is None or not opened.invitation.is_open:
        fault = FAULTS["invitation_unknown" if opened is None else "code_ended"]
        return render_template("marketplace/client_invitation_gone.html", fault=fault), 404
    return client_page(opened, code)


def _opened(typed: str) -> OpenedInvitation | None:
    """Return the invitation of a code. Wrong guesses are counted together with those of helpers."""
    guess = limit_guesses("invitation_code", wrong=MOST_WRONG_CODES, minutes=WRONG_CODE_MINUTES)
    found = find_by_code(typed)
    if found is None:
        guess.was_wrong()
    return found


def find_by_code(typed: str) -> OpenedInvitation | None:
    """Return the invitation of a typed code, open or not; None if there is none."""
    return opened_client_invitation(db(), stored_code(typed), actor=actor_or_none(), now=now())


def stored_code(typed: str) -> str:
    """Return the code in what was typed from a letter, or that of a link as it is."""
    return normalised_code(typed) or typed.strip()


def client_page(opened: OpenedInvitation, code: str, form: LogInForm | None = None) -> Page:
    """Return the page on which the client chooses a password."""
    form = form or LogInForm(formdata=None, data={"email": opened.invitation.email or ""})
    form.code.data = code
    return render_template(
        "marketplace/client_invitation.html",
        invitation=opened.invitation,
        account=opened.account,
        form=form,
        code=code,
        reader=actor_or_none(),
        verified=verified_citizen() is not None,
        services=shell().log_in_services(Audience.CLIENTS),
    )


@blueprint.post("/kutsu/tili")
@public
@system_context
def choose_password() -> Result:
    """Store the client's new password, and log the client in."""
    form = LogInForm()
    code = form.code.data or ""
    opened = _opened(code)
    if opened is None or not opened.invitation.is_open:
        return redirect(url_for("marketplace_invitations.show"), 303)
    if not form.validate() or not _is_password_good(form, opened):
        return client_page(opened, code, form)
    log_in = ClientLogIn(form.email.data or None, hash_password(form.password.data or ""))
    outcome = accept_client_with_password(db(), code=stored_code(code), log_in=log_in, now=now())
    if isinstance(outcome, AcceptedClient):
        return _begin(outcome)
    form.refuse("email" if outcome.code == "email_known" else None, _(FAULTS[outcome.code]))
    return client_page(opened, code, form)


def _is_password_good(form: LogInForm, opened: OpenedInvitation) -> bool:
    own = (opened.invitation.client_name or "", form.email.data or "", opened.invitation.user_name)
    fault = password_fault(form.password.data or "", own)
    if fault is not None:
        form.refuse("password", _(fault))
    return fault is None


@blueprint.post("/kutsu/tili/hyvaksy")
@public
@system_context
def accept() -> Result:
    """Let the person who is logged in act as the client too."""
    form, actor = HeldCodeForm(), actor_or_none()
    code = form.code.data or ""
    opened = _opened(code)
    if actor is None or opened is None or not opened.invitation.is_open or not form.validate():
        return redirect(url_for("marketplace_invitations.show"), 303)
    outcome = accept_client_as(db(), code=stored_code(code), actor=actor, now=now())
    return _refused(opened, code, outcome) if isinstance(outcome, Refusal) else _begin(outcome)


@blueprint.post("/kutsu/tili/palvelu")
@public
@system_context
def accept_verified() -> Result:
    """Let somebody whom a broker has verified act as the client, with an account that logs in there."""
    form, verified = HeldCodeForm(), verified_citizen()
    code = form.code.data or ""
    opened = _opened(code)
    if verified is None or opened is None or not opened.invitation.is_open or not form.validate():
        return redirect(url_for("marketplace_invitations.show"), 303)
    name = opened.invitation.client_name or verified.name
    person = VerifiedPerson(name, current_language(), verified.identity_hash or "")
    outcome = accept_client_as_verified(db(), code=stored_code(code), person=person, now=now())
    return _refused(opened, code, outcome) if isinstance(outcome, Refusal) else _begin(outcome, verified)


def _refused(opened: OpenedInvitation, code: str, refusal: Refusal) -> Page:
    form = LogInForm(formdata=None)
    form.refuse(None, _(FAULTS[refusal.code]))
    return client_page(opened, code, form)


def _begin(accepted: AcceptedClient, verified: Verified | None = None) -> Result:
    role = accepted.person_id, accepted.role_grant_id
    begin_session(Identified(*role) if verified is None else verified.identified(*role))
    return redirect(url_for(".show_ready"), 303)


@blueprint.get("/kutsu/valmis")
@allow(Role.CLIENT)
def show_ready() -> Page:
    """Say what the client logs in with from now on."""
    account = account_of_person(db(), current_actor().person_id or 0)
    return render_template("marketplace/client_ready.html", account=account)
