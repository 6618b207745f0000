"""/auttajat: who may act for the client, what each may do, and invitations."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.clock import now, today
from foundation.web.files import pdf_download
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _, current_language
from foundation.web.limits import limits_exports
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.change_mandate import change_mandate, end_mandate
from marketplace.actions.invite_to_act import Invited, Invitee, invite, withdraw_invitation
from marketplace.disclosure.invitations import invitation_for_letter
from marketplace.documents.code_letter import CodeLetter, code_letter_file
from marketplace.load.catalogue import counties
from marketplace.load.invitations import GivenMandate, OpenInvitation
from marketplace.pages.acting_client import Acting, acting
from marketplace.pages.mandate_forms import (
    RIGHTS_OF_THEM,
    ChangeForm,
    InviteForm,
    TermsForm,
    form_of_mandate,
    form_to_invite,
)
from marketplace.rules.mandate_terms import grouped, normalised_code

blueprint = Blueprint("marketplace_mandates", __name__, template_folder="../templates")


@blueprint.get("/auttajat")
@allow(Role.CLIENT)
def show_mandates() -> Page:
    """Show who may act for the client, what each may do and until when."""
    person = acting()
    helpers = person.data.helpers
    return render_template(
        "marketplace/mandates.html",
        person=person,
        mandates=helpers.mandates(today()),
        earlier=helpers.earlier(today()),
        invitations=helpers.invitations(now()),
        right_texts=RIGHTS_OF_THEM,
    )


@blueprint.route("/auttajat/kutsu", methods=["GET", "POST"])
@allow(Role.CLIENT)
def ask_whom() -> Result:
    """Ask whom the client invites to do what, and show the code once."""
    person = acting()
    form = form_to_invite(person.data.fundings())
    if form.validate_on_submit():
        outcome = _invite(person, form)
        if isinstance(outcome, Invited):
            return _show_code(person, form, outcome)
        form.refuse_terms(outcome)
    return _form_page(person, form, None)


def _invite(person: Acting, form: InviteForm) -> Invited | Refusal:
    return invite(
        db(),
        client_id=person.client.id,
        county_id=person.client.county_id,
        invitee=Invitee(form.name.data or "", (form.email.data or "").lower() or None),
        terms=form.terms(),
        actor=current_actor(),
        now=now(),
    )


def _show_code(person: Acting, form: InviteForm, invited: Invited) -> Page:
    """Return the page with the code. It answers the form itself: an address or a session would keep it."""
    return render_template(
        "marketplace/invited.html",
        person=person,
        name=form.name.data,
        email=form.email.data,
        code=grouped(invited.code),
        last_day=invited.expires_at,
    )


@blueprint.post("/auttajat/kutsut/kirje")
@allow(Role.CLIENT)
@limits_exports()
def save_letter() -> Response:
    """Save the letter to a helper with a code that the page has just shown; the program has not stored it."""
    client = acting().client
    code = normalised_code(request.form.get("code", "")) or not_found()
    actor = current_actor()
    sent = (
        invitation_for_letter(db(), client.id, "support_person", code, actor=actor, now=now()) or not_found()
    )
    return pdf_download(code_letter_file(_letter(sent, code), current_language()), "omatori-koodi.pdf")


def _letter(sent: OpenInvitation, code: str) -> CodeLetter:
    return CodeLetter(
        county=counties(db(), [sent.county_id])[sent.county_id],
        to=sent.invited,
        address=url_for("marketplace_invitations.show", _external=True),
        last_day=helsinki_day(sent.expires_at),
        made_at=now(),
        code=code,
    )


def _form_page(person: Acting, form: TermsForm, mandate: GivenMandate | None) -> Page:
    return render_template("marketplace/mandate_form.html", person=person, form=form, mandate=mandate)


def _mandate(person: Acting, mandate_id: int) -> GivenMandate:
    """Return a mandate about which the client decides; a guardian's is the county's."""
    mandate = person.data.helpers.mandate(mandate_id, today())
    if mandate is None or mandate.kind == "guardian":
        not_found()
    return mandate


@blueprint.route("/auttajat/<int:mandate_id>", methods=["GET", "POST"])
@allow(Role.CLIENT)
def change(mandate_id: int) -> Result:
    """Change what somebody may do, with which vouchers and until when."""
    person = acting()
    mandate = _mandate(person, mandate_id)
    form = form_of_mandate(mandate, person.data.fundings())
    if form.validate_on_submit():
        refusal = _change(person, mandate, form)
        if refusal is None:
            flash(_("The rights were changed."), "success")
            return redirect(url_for(".show_mandates"))
        form.refuse_terms(refusal)
    return _form_page(person, form, mandate)


def _change(person: Acting, mandate: GivenMandate, form: ChangeForm) -> Refusal | None:
    assert form.first_day.data is not None
    return change_mandate(
        db(),
        client_id=person.client.id,
        mandate_id=mandate.id,
        terms=form.terms(),
        first_day=form.first_day.data,
        actor=current_actor(),
        now=now(),
    )


@blueprint.route("/auttajat/<int:mandate_id>/lopeta", methods=["GET"])
@allow(Role.CLIENT)
def ask_end(mandate_id: int) -> Page:
    """Ask whether to end a mandate."""
    person = acting()
    return render_template(
        "marketplace/end_mandate.html", person=person, mandate=_mandate(person, mandate_id)
    )


@blueprint.post("/auttajat/<int:mandate_id>/lopeta")
@allow(Role.CLIENT)
def end(mandate_id: int) -> Result:
    """End a mandate at once."""
    person = acting()
    key = {"client_id": person.client.id, "mandate_id": _mandate(person, mandate_id).id}
    if end_mandate(db(), **key, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("The person can no longer see your data or do anything for you."), "success")
    return redirect(url_for(".show_mandates"))


@blueprint.post("/auttajat/kutsut/<int:invitation_id>/peru")
@allow(Role.CLIENT)
def withdraw(invitation_id: int) -> Result:
    """Withdraw an invitation: its code works no longer."""
    client = acting().client
    key = {"client_id": client.id, "county_id": client.county_id, "invitation_id": invitation_id}
    if not withdraw_invitation(db(), **key, actor=current_actor(), now=now()):
        not_found()
    flash(_("The invitation was taken back. Its code does not work."), "success")
    return redirect(url_for(".show_mandates"))
