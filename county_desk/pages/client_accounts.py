"""/tt/asiakas/<id>/tunnus: a worker invites a client to log in, by a letter or a mail."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for

from county_desk.disclosure.client_accounts import (
    ClientLogIns,
    log_ins_of_client,
    own_letter_of_client,
)
from county_desk.pages.looking import reason_to_look, require_own_client
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.files import pdf_download
from foundation.web.forms import ChoiceField, EmailField, HiddenField, may_be_empty, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _, current_language
from foundation.web.limits import limits_exports
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import shell
from foundation.web.transaction import db
from marketplace.actions.invite_client import ClientInvited, invite_client, withdraw_client_invitation
from marketplace.disclosure.invitations import invitation_for_letter
from marketplace.documents.code_letter import CodeLetter, code_letter_file
from marketplace.load.catalogue import counties
from marketplace.load.client_invitations import SentInvitation
from marketplace.load.invitations import OpenInvitation
from marketplace.rules.client_invitations import Way
from marketplace.rules.mandate_terms import grouped, normalised_code

blueprint = Blueprint("county_client_accounts", __name__, template_folder="../templates")
FILE_NAME = "omatori-koodi.pdf"
WAYS = {
    Way.LETTER.value: N_("A letter with a code"),
    Way.MAIL.value: N_("An e-mail with a link"),
}
FAULTS = {
    "client_ended": N_("The person is no longer a client of the county."),
    "holder_works": N_(
        "The client also works in Omatori. Such an account gets a new password on the log-in page only."
    ),
    "email_malformed": N_("Enter an e-mail address, for example name@example.fi"),
}


class InviteForm(WordedForm):
    """How the code reaches the client."""

    way = ChoiceField(
        N_("How does the client get the code?"),
        [needed(N_("Choose a letter or an e-mail"))],
        choices=list(WAYS.items()),
        hint=N_(
            "The code of a letter works for 30 days, the link of an e-mail for 72 hours. Both work once."
        ),
    )
    email = EmailField(
        N_("The client's e-mail address"),
        [may_be_empty()],
        hint=N_("Only for an e-mail. Make sure that nobody else reads it."),
    )


class LetterForm(WordedForm):
    """The code that the page has shown."""

    code = HiddenField("")


@blueprint.route("/tt/asiakas/<int:client_id>/tunnus", methods=["GET", "POST"])
@allow(Role.WORKER)
def show(client_id: int) -> Result:
    """Show how the client logs in; invite the client, and show the code of a letter once."""
    found = _log_ins(client_id)
    form = InviteForm(data={"way": Way.LETTER.value})
    if not form.validate_on_submit():
        return _page(found, form)
    outcome = _invite(client_id, form)
    if isinstance(outcome, Refusal):
        form.refuse(outcome.field or None, _(FAULTS[outcome.code]))
        return _page(found, form)
    if form.way.data == Way.LETTER:
        return _page(_log_ins(client_id), form, outcome.code)
    flash(_("The e-mail was sent. The link works for 72 hours."), "success")
    return redirect(url_for(".show", client_id=client_id))


def _invite(client_id: int, form: InviteForm) -> ClientInvited | Refusal:
    return invite_client(
        db(),
        client_id,
        Way(form.way.data),
        form.email.data,
        actor=current_actor(),
        now=now(),
        address=shell().settings.public_url or url_for("front.front_page", _external=True),
    )


def _page(found: ClientLogIns, form: InviteForm, code: str | None = None) -> Page:
    return render_template(
        "county_desk/client_account.html", found=found, form=form, code=code, shown=grouped(code or "")
    )


def _log_ins(client_id: int) -> ClientLogIns:
    """Return how the client logs in; a worker who has not said why today is asked on the client's page."""
    why = _reason(client_id)
    actor = current_actor()
    found = log_ins_of_client(db(), actor.county_id or 0, client_id, why=why, actor=actor, now=now())
    return found or not_found()


def _reason(client_id: int) -> str:
    require_own_client(client_id)
    return reason_to_look(client_id) or abort(redirect(url_for("county_clients.show", client_id=client_id)))


@blueprint.post("/tt/asiakas/<int:client_id>/tunnus/kirje")
@allow(Role.WORKER)
@limits_exports()
def save_letter(client_id: int) -> Response:
    """Save the letter with a code that the page has just shown; the program has not stored the code."""
    _reason(client_id)
    code = normalised_code(LetterForm().code.data or "") or not_found()
    sent = own_letter_of_client(db(), client_id, code, actor=current_actor(), now=now()) or not_found()
    found = _log_ins(client_id)
    name = (found.account.user_name if found.account else None) or sent.user_name
    letter = _letter(sent, sent.client_name or "", code, name)
    return pdf_download(code_letter_file(letter, Language(found.client.language)), FILE_NAME)


def _letter(
    sent: SentInvitation | OpenInvitation, to: str, code: str, user_name: str | None = None
) -> CodeLetter:
    return CodeLetter(
        county=counties(db(), [sent.county_id])[sent.county_id],
        to=to,
        address=url_for("marketplace_invitations.show", _external=True),
        last_day=helsinki_day(sent.expires_at),
        made_at=now(),
        code=code,
        user_name=user_name,
    )


@blueprint.post("/tt/asiakas/<int:client_id>/edunvalvoja/kirje")
@allow(Role.WORKER)
@limits_exports()
def save_letter_to_guardian(client_id: int) -> Response:
    """Save the letter with the code of a guardian that the page has just shown."""
    _reason(client_id)
    code = normalised_code(LetterForm().code.data or "") or not_found()
    actor = current_actor()
    sent = invitation_for_letter(db(), client_id, "guardian", code, actor=actor, now=now()) or not_found()
    letter = _letter(sent, sent.invited, code)
    return pdf_download(code_letter_file(letter, current_language()), FILE_NAME)


@blueprint.post("/tt/asiakas/<int:client_id>/tunnus/<int:invitation_id>/peru")
@allow(Role.WORKER)
def withdraw(client_id: int, invitation_id: int) -> Result:
    """Let the code of a lost letter work no longer."""
    _reason(client_id)
    if not withdraw_client_invitation(db(), client_id, invitation_id, actor=current_actor(), now=now()):
        not_found()
    flash(_("The code no longer works."), "success")
    return redirect(url_for(".show", client_id=client_id))
