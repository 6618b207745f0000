"""/mt/saatavat: what providers owe back, claiming it, and correcting a charge for the county."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from secrets import token_hex

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.charges.corrections.actions.correct_charge import NOT_OPEN, CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.facts.answers import ChargeAnswer
from clearing.payments.actions.claim_recovery import DUE_AFTER, ClaimRefusalCode, claim_recovery
from clearing.payments.load.claims import claims_of_county
from clearing.payments.load.dues import OwingProvider, owing_providers
from county_desk.load.charges import is_charge_of
from county_desk.pages.settlement_runs import own_county
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.clock import now, today
from foundation.web.formats import sentence_text
from foundation.web.forms import (
    ChoiceField,
    DayField,
    Form,
    HiddenField,
    MoneyField,
    QuantityField,
    TextField,
    WholeNumberField,
    at_most,
    between,
    needed,
)
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db

PAID_SHOWN = timedelta(days=90)
POSITIVE = between(1, None, N_("Write a number above zero"))
REASONS = {
    CorrectionReason.WRONG_QUANTITY: N_("The quantity was wrong"),
    CorrectionReason.WRONG_PRICE: N_("The price was wrong"),
    CorrectionReason.NOT_GIVEN: N_("The service was not given"),
    CorrectionReason.WRONG_CLIENT: N_("The client was another person"),
    CorrectionReason.WRONG_DAY: N_("The day was wrong"),
    CorrectionReason.AGREED: N_("It was agreed with the provider"),
}
CLAIM_REFUSALS: Mapping[str, str] = {
    ClaimRefusalCode.FORBIDDEN: N_("You may not claim money back."),
    ClaimRefusalCode.WHY_MISSING: N_("Write why"),
    ClaimRefusalCode.NOTHING_OWED: N_("The provider does not owe anything."),
    ClaimRefusalCode.OVER_OWED: N_("The provider owes less than that."),
    ClaimRefusalCode.RUN_PREPARED: N_("A payment to the provider waits for approval. Claim after it."),
}
blueprint = Blueprint("county_corrections", __name__, template_folder="../templates")


class ClaimForm(Form):
    """How much is claimed, why, and when it is due."""

    amount_cents = MoneyField(N_("Sum to claim back"), [needed(N_("Enter the amount")), POSITIVE])
    why = TextField(N_("Why is it claimed?"), [needed(N_("Write why")), at_most(500, N_("Write less"))])
    due_on = DayField(N_("When is it due?"), [needed(N_("Write the day, for example 1.12.2026"))])


class CorrectForm(Form):
    """Which charge, what was wrong, and how much is given back. Sent twice, it is one correction."""

    charge = WholeNumberField(N_("Number of the charge"), [needed(N_("Write the number")), POSITIVE])
    reason = ChoiceField(N_("What was wrong?"), [needed(N_("Choose what was wrong"))])
    quantity = QuantityField(N_("Units that are taken back"), hint=N_("Units take their money with them."))
    price_cents = MoneyField(
        N_("Money that is taken back"),
        hint=N_("Left empty, and the units too: all that is left."),
    )
    note = TextField(
        N_("Why does the county correct it?"), [needed(N_("Write why")), at_most(500, N_("Write less"))]
    )
    reference = HiddenField("")


@blueprint.get("/mt/saatavat")
@allow(Role.SETTLEMENT_OFFICER)
def list_claims() -> Page:
    """Which providers owe the county after corrections, and the claims on them."""
    county_id = own_county().id
    claims = claims_of_county(db(), county_id, paid_since=today() - PAID_SHOWN)
    return render_template("county_desk/claims.html", owing=owing_providers(db(), county_id), claims=claims)


@blueprint.route("/mt/saatavat/<int:provider_id>", methods=["GET", "POST"])
@allow(Role.SETTLEMENT_OFFICER)
def claim(provider_id: int) -> Result:
    """Claim a provider's negative sum back instead of carrying it."""
    owing = _owing(provider_id)
    form = ClaimForm(data={"amount_cents": owing.owed_cents, "due_on": today() + DUE_AFTER})
    if form.validate_on_submit():
        done = _claim(provider_id, form)
        if not isinstance(done, Refusal):
            flash(_("The sum is claimed. It stays open until the money has come."), "success")
            return redirect(url_for(".list_claims"))
        form.refuse("amount_cents", _(CLAIM_REFUSALS[done.code]))
    return render_template("county_desk/claim.html", form=form, owing=owing)


@blueprint.route("/mt/korjaa", methods=["GET", "POST"])
@allow(Role.SETTLEMENT_OFFICER)
def correct() -> Result:
    """Correct a charge of the county."""
    form = CorrectForm(data={"reference": f"KORJAUS-{token_hex(5)}"})
    form.reason.choices = [(reason.value, _(text)) for reason, text in REASONS.items()]
    if form.validate_on_submit():
        done = _correct(form)
        if isinstance(done, ChargeAnswer) and done.outcome != "refused":
            flash(_("The correction was made. Its number is %(number)s.", number=done.id), "success")
            return redirect(url_for(".list_claims"))
        form.refuse("charge", _why(done))
    return render_template("county_desk/correct.html", form=form)


def _owing(provider_id: int) -> OwingProvider:
    found = owing_providers(db(), own_county().id)
    return next((one for one in found if one.id == provider_id), None) or not_found()


def _claim(provider_id: int, form: ClaimForm) -> int | Refusal:
    return claim_recovery(
        db(),
        county_id=own_county().id,
        provider_id=provider_id,
        amount_cents=Money(form.amount_cents.data or 0),
        why=form.why.data or "",
        due_on=form.due_on.data,
        actor=current_actor(),
        now=now(),
    )


def _correct(form: CorrectForm) -> ChargeAnswer | Refusal:
    charge_id, cents = form.charge.data or 0, form.price_cents.data
    if not is_charge_of(db(), own_county().id, charge_id):
        return NOT_OPEN
    wish = CorrectionWish(
        reference=form.reference.data or "",
        reason=CorrectionReason(form.reason.data or ""),
        quantity=form.quantity.data,
        price_cents=None if cents is None else Money(cents),
        note=form.note.data or "",
    )
    return correct_charge(db(), charge_id, wish=wish, actor=current_actor(), now=now())


def _why(done: ChargeAnswer | Refusal) -> str:
    if isinstance(done, Refusal):
        return _("There is no such accepted or settled charge in the county.")
    return " ".join(sentence_text(finding.reason.detail, finding.values) for finding in done.findings)
