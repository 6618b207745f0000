"""/tt/selvitettavat: charges on hold, each with why it waits, to admit or refuse."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.charges.disputes.actions.judge_disputed_charge import admit_held, refuse_held
from county_desk.disclosure.charges import ON_HOLD, held_charge, waiting_charges
from county_desk.load.charges import is_on_hold
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.load.catalogue import service_names
from marketplace.load.charges import answers_of

blueprint = Blueprint("county_held", __name__, template_folder="../templates")
ON_A_PAGE = 20


class WordForm(WordedForm):
    """The county's word on a charge."""

    word = ChoiceField(
        N_("What is your decision?"),
        [needed(N_("Choose one"))],
        choices=[
            (
                "admit",
                N_("Admit: it is decided again, and may still be refused for another reason"),
            ),
            ("refuse", N_("Refuse: nothing is paid, and the provider reads why")),
        ],
    )
    why = TextAreaField(
        N_("Why?"),
        [needed(N_("Enter the reason")), at_most(500, N_("Enter at most %(length)s characters"))],
        hint=N_("The provider, the client and the auditor can read it."),
    )


@blueprint.get("/tt/selvitettavat")
@allow(Role.WORKER)
def show() -> Page:
    """The charges on hold, the newest first, and paid ones that their clients dispute."""
    actor, paging = current_actor(), read_page_number(ON_A_PAGE)
    window = {"first": paging.offset, "count": paging.page_size}
    waiting = waiting_charges(db(), actor.county_id or 0, **window, actor=actor, now=now())
    return render_template(
        "county_desk/held.html",
        waiting=waiting,
        answers=answers_of(db(), [charge.id for charge in waiting.held]),
        paging=paging.of(waiting.held_count),
        names=service_names(db()),
    )


@blueprint.route("/tt/selvitettava/<int:charge_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def judge(charge_id: int) -> Result:
    """One charge: what was sent, why it waits, and the county's word."""
    actor, form = current_actor(), WordForm()
    county_id = actor.county_id or 0
    if not is_on_hold(db(), county_id, charge_id):
        not_found()
    if form.validate_on_submit() and _said(form, charge_id):
        return redirect(url_for(".show"))
    charge = held_charge(db(), county_id, charge_id, actor=actor, now=now())
    said = answers_of(db(), [charge_id]).get(charge_id)
    names = service_names(db())
    return render_template("county_desk/held_one.html", charge=charge, said=said, form=form, names=names)


def _said(form: WordForm, charge_id: int) -> bool:
    action = admit_held if form.word.data == "admit" else refuse_held
    judged = action(db(), charge_id, why=form.why.data, actor=current_actor(), now=now())
    if isinstance(judged, Refusal):
        form.refuse(None, _("Somebody else has decided the charge in the meantime."))
        return False
    texts = {
        "accepted": _("The charge is accepted and will be paid."),
        ON_HOLD: _("The charge still waits: there is another reason now."),
    }
    flash(texts.get(judged.state, _("The charge is refused.")), "success")
    return True
