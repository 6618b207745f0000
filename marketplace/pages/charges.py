"""/kulut: each charge as a card, to be answered with Right or Not right."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import Form, TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.answer_charge import (
    ANSWERABLE,
    confirm_charge,
    dispute_charge,
)
from marketplace.load.charges import Answer, MyCharge, answers_of
from marketplace.pages.acting_client import Acting, acting

blueprint = Blueprint("marketplace_charges", __name__, template_folder="../templates")
ON_A_PAGE = 10
LONGEST_WHY = 2000


class DisputeForm(Form):
    """What is not right."""

    why = TextAreaField(
        N_("What is not right?"),
        [
            needed(N_("Tell us what is not right")),
            at_most(LONGEST_WHY, N_("Enter at most %(length)s characters")),
        ],
        hint=N_("A few words are enough. For example: nobody came."),
    )


@blueprint.app_template_global("client_answers")
def client_answers(charge_ids: Iterable[int]) -> dict[int, str]:
    """Return the clients' answers to these charges as text, for the pages of the county and the provider."""
    return {key: _answer_in_words(answer) for key, answer in answers_of(db(), charge_ids).items()}


def _answer_in_words(answer: Answer) -> str:
    if answer.answer == "confirmed":
        return _("The client says: right.")
    return _("The client says: not right. “%(why)s”", why=answer.why)


@blueprint.get("/kulut")
@allow(*CLIENT_ROLES)
def show_charges() -> Page:
    """Show the charges of all the client's vouchers, newest first."""
    person, paging = acting(), read_page_number(ON_A_PAGE)
    fundings = person.data.fundings()
    return render_template(
        "marketplace/charges.html",
        person=person,
        charges=person.data.charges(fundings, first=paging.offset, count=paging.page_size),
        paging=paging.of(person.data.charge_count(fundings)),
        answerable=ANSWERABLE,
    )


def _own_charge(charge_id: int, person: Acting) -> MyCharge:
    charge = person.data.charge(charge_id)
    if charge is None or not person.may_confirm:
        not_found()
    if charge.state not in ANSWERABLE:
        not_found()
    return charge


@blueprint.post("/kulut/<int:charge_id>/oikein")
@allow(*CLIENT_ROLES)
def confirm(charge_id: int) -> Result:
    """Confirm a charge."""
    charge = _own_charge(charge_id, acting())
    if confirm_charge(db(), charge=charge, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("Thank you. You said that the visit was right."), "success")
    return redirect(url_for(".show_charges"))


@blueprint.route("/kulut/<int:charge_id>/ei-oikein", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def dispute(charge_id: int) -> Result:
    """Ask why a charge is not right, and dispute it."""
    person, form = acting(), DisputeForm()
    charge = _own_charge(charge_id, person)
    if form.validate_on_submit():
        why = form.why.data
        if dispute_charge(db(), charge=charge, why=why, actor=current_actor(), now=now()) is not None:
            not_found()
        flash(_("Thank you. The county and the provider can read what you wrote."), "success")
        return redirect(url_for(".show_charges"))
    return render_template("marketplace/dispute.html", person=person, charge=charge, form=form)
