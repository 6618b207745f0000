"""/kulut: each charge as a card, to be answered with Right or Not right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.charges.disputes.facts.thread import Claim
from clearing.charges.disputes.rules.statements import WORDS_MISSING
from foundation.vocabulary.dispute_labels import CLAIMS, REFUSALS
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, Form, QuantityField, TextAreaField, at_most
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.actions.answer_charge import (
    ANSWERABLE,
    confirm_charge,
    dispute_charge,
)
from marketplace.load.charges import Answer, MyCharge, answers_of
from marketplace.load.fundings import MyFunding
from marketplace.pages.acting_client import Acting, acting
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import CHARGE_NOT_OPEN

blueprint = Blueprint("marketplace_charges", __name__, template_folder="../templates")
ON_A_PAGE = 10
LONGEST_WHY = 2000
ANSWER_WITHIN_DAYS = 30
"""Older visits are no longer asked about; they can still be answered."""

PLACE, NEXT = "place", "next"
"""The field that says where an answer was given, and its value for the next visit to check."""


class DisputeForm(Form):
    """What is not right, and what would be right. Words alone are enough."""

    claim = ChoiceField(N_("What is not right?"))
    quantity = QuantityField(N_("How much was it?"), hint=N_("Only if it was less."))
    why = TextAreaField(
        N_("Tell more in your own words"),
        [at_most(LONGEST_WHY, N_("Enter at most %(length)s characters"))],
        hint=N_("A few words are enough. For example: nobody came."),
    )

    @property
    def chosen(self) -> Claim:
        """What was chosen; without a choice what was typed says it."""
        if self.claim.data:
            return Claim(self.claim.data)
        return Claim.OTHER if self.quantity.data is None else Claim.QUANTITY

    def words(self) -> str:
        """Return the client's own words, or those of the choice, which say enough by themselves."""
        written = (self.why.data or "").strip()
        says_enough = self.chosen in (Claim.QUANTITY, Claim.NOT_DONE)
        return written or (_(CLAIMS[self.chosen.value]) if says_enough else "")


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
    charges = person.data.charges(fundings, first=paging.offset, count=paging.page_size)
    return render_template(
        "marketplace/charges.html",
        person=person,
        **_waiting(person, fundings),
        charges=charges,
        threads=person.data.threads([charge.id for charge in charges]),
        paging=paging.of(person.data.charge_count(fundings)),
        answerable=ANSWERABLE,
    )


def _waiting(person: Acting, fundings: list[MyFunding]) -> dict[str, object]:
    """Return the next visit to check and how many wait; for somebody who may answer."""
    since = today() - timedelta(days=ANSWER_WITHIN_DAYS)
    upcoming = person.data.next_charge_to_answer(fundings, since) if person.may_confirm else None
    count = 0 if upcoming is None else person.data.charges_to_answer(fundings, since)
    return {"upcoming": upcoming, "waiting": count, "next": NEXT}


def _place(charge_id: int) -> str:
    """Return where the answer was given: the next visit to check, or a visit in a page of the list."""
    place = request.values.get(PLACE, "")
    if place == NEXT:
        return url_for(".show_charges", _anchor=NEXT)
    page = read_id(place) or 1
    return url_for(".show_charges", page=page if page > 1 else None, _anchor=f"charge-{charge_id}")


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
    person = acting()
    charge = _own_charge(charge_id, person)
    if confirm_charge(db(), charge=charge, actor=current_actor(), now=now()) is not None:
        not_found()
    keep_wish_or_ask(person, GuardianAct.CONFIRM, charge_id)
    flash(_("Thank you. You said that the visit was right."), "success")
    return redirect(_place(charge_id))


@blueprint.route("/kulut/<int:charge_id>/ei-oikein", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def dispute(charge_id: int) -> Result:
    """Ask what is not right, and dispute the charge."""
    person, form = acting(), DisputeForm()
    charge = _own_charge(charge_id, person)
    form.claim.choices = [(code, _(text)) for code, text in CLAIMS.items()]
    if form.validate_on_submit() and _disputed(form, charge):
        keep_wish_or_ask(person, GuardianAct.DISPUTE, charge_id)
        flash(_("Thank you. The county and the provider can read what you wrote."), "success")
        return redirect(_place(charge_id))
    page = {"person": person, "charge": charge, "form": form, "place": _place(charge_id)}
    return render_template("marketplace/dispute.html", **page)


def _disputed(form: DisputeForm, charge: MyCharge) -> bool:
    claim = form.chosen
    refusal = dispute_charge(
        db(),
        charge=charge,
        why=form.words(),
        claim=claim,
        quantity=form.quantity.data if claim is Claim.QUANTITY else None,
        actor=current_actor(),
        now=now(),
    )
    if refusal == CHARGE_NOT_OPEN:
        not_found()
    if refusal is None:
        return True
    if refusal == WORDS_MISSING:
        form.refuse("why", _("Tell us what is not right"))
    else:
        form.refuse(refusal.field or None, _(REFUSALS[refusal.code]))
    return False
