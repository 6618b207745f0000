"""/t/kirjaa: charge one visit: code → service → times → live price → send."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.facts.answers import ChargeAnswer
from foundation.vocabulary.labels import SAID_UNITS, said_unit
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _, current_language
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, Result
from foundation.web.transaction import db, system_context
from marketplace.rules.cards import typed_reference
from provider_portal.disclosure.fundings import (
    disclose_funding,
    funding_being_charged,
    may_check,
)
from provider_portal.disclosure.own_clients import last_time
from provider_portal.load.known_funding import KnownFunding
from provider_portal.pages.card_code import answer_to_card, code_page
from provider_portal.pages.filled_visit import filled_values
from provider_portal.pages.labels import TOO_MANY_CHECKS_TODAY
from provider_portal.pages.visit_form import CodeForm, VisitForm
from provider_portal.rules.visit_entry import VisitEntry, as_sent

blueprint = Blueprint("provider_charge_one", __name__, template_folder="../templates")


@blueprint.get("/t/kirjaa")
@allow(*PROVIDER_ROLES)
@system_context
def show() -> Result:
    """Show the clients and ask for a code, or show the form of a known code."""
    form = CodeForm(request.args)
    code = form.seteli.data or ""
    if not code:
        return code_page(form)
    if typed_reference(code):
        return answer_to_card(form, code)
    funding = known_voucher(code)
    if funding is None:
        form.refuse("seteli", _("No voucher that you may charge has this code."))
        return code_page(form)
    return _visit_page(_disclosed(funding), _new_form(funding), None)


def known_voucher(code: str) -> KnownFunding | None:
    """Return the voucher with a code that the provider may charge. Wrong codes are counted."""
    guess = limit_guesses("voucher_code")
    funding = funding_being_charged(db(), current_provider_id(), code)
    if funding is None:
        guess.was_wrong()
    return funding


@blueprint.post("/t/kirjaa")
@allow(*PROVIDER_ROLES)
@system_context
def send() -> Result:
    """Check what was typed, or send it."""
    funding = known_voucher(request.args.get("seteli", ""))
    if funding is None:
        return redirect(url_for(".show", seteli=request.args.get("seteli", "")))
    form = with_services(VisitForm(), funding)
    is_valid, is_live = form.validate_on_submit(), "live" in request.args
    if is_live or not is_valid or request.form.get("step") != "send":
        show_page = _preview if is_live else _visit_page
        return show_page(funding, form, _check(funding, form) if is_valid else _unchecked(funding))
    answer = take_in(funding, form, check=False)
    if answer.id is None or answer.reference_reused:
        return _visit_page(funding, form, answer)
    flash(*outcome_message(answer))
    return redirect(url_for("provider_charges_list.show", charge_id=answer.id))


def _check(funding: KnownFunding, form: VisitForm) -> ChargeAnswer | None:
    """Return what would become of the charge; None, with an error on the form, after too many checks."""
    who: dict[str, Any] = {"actor": current_actor(), "now": now()}
    if may_check(db(), current_provider_id(), funding.voucher, **who) is None:
        return take_in(funding, form, check=True)
    form.refuse(None, _(TOO_MANY_CHECKS_TODAY))
    return _unchecked(funding)


def _unchecked(funding: KnownFunding) -> ChargeAnswer | None:
    """Record the look at a funding that is shown without a check, and return no answer."""
    _disclosed(funding)
    return None


def _disclosed(funding: KnownFunding) -> KnownFunding:
    return disclose_funding(db(), funding, actor=current_actor(), now=now())


def outcome_message(answer: ChargeAnswer, *, is_retried: bool = False) -> tuple[str, str]:
    """Return what became of a charge in words, and the kind of notice.

    `is_retried`: a program sends it until it has an answer, so one that was sent before is no news.
    """
    text = {
        "accepted": N_("The charge was accepted."),
        "on_hold": N_("The charge was received. The county will check it first."),
        "refused": N_("The charge was refused. Read why below."),
    }[answer.outcome]
    if answer.duplicate and not is_retried:
        text = N_("You have already sent this charge. Nothing was added.")
    return _(text), "error" if answer.outcome == "refused" else "success"


def take_in(funding: KnownFunding, form: VisitForm, *, check: bool) -> ChargeAnswer:
    """Take in the charge of a valid form, or check it."""
    entry = _entry(funding, form)
    (answer,) = take_in_charges(
        db(),
        provider_id=current_provider_id(),
        sent=[as_sent(entry)],
        actor=current_actor(),
        now=now(),
        check=check,
    )
    return answer


def _entry(funding: KnownFunding, form: VisitForm) -> VisitEntry:
    service, day = form.service.data or "", form.service_day.data
    assert day is not None  # the form has been validated
    offering = funding.offerings.get(service)
    return VisitEntry(
        reference=form.reference.data or "",
        voucher=funding.voucher,
        service=service,
        unit=offering.unit if offering else "hour",
        service_day=day,
        start=form.start.data,
        end=form.end.data,
        quantity=form.quantity.data,
        unit_price_cents=form.unit_price_cents.data,
        worker=form.worker.data or "",
        note=" ".join((form.note.data or "").split()),
        notice_hundredths=form.notice_hours.data if form.says_cancelled else None,
        cancel_reason=(form.cancel_reason.data or "") if form.says_cancelled else "",
        visit=form.visit.data or "",
    )


def _new_form(funding: KnownFunding) -> VisitForm:
    last = last_time(db(), current_provider_id(), funding.voucher)
    form = with_services(VisitForm(formdata=None, data=filled_values(last)), funding)
    known = [code for code, _name in form.service.choices]
    if form.service.data not in known and known:
        form.service.data = known[0]
    return form


def with_services(form: VisitForm, funding: KnownFunding) -> VisitForm:
    """Give a form the services that the voucher pays for, and return it."""
    names = {code: funding.services[code].in_language(current_language()) for code in funding.offerings}
    units = {
        code: _(SAID_UNITS[said_unit(offering.unit, [code])].name)
        for code, offering in funding.offerings.items()
    }
    form.offer((code, f"{name} ({units[code]})") for code, name in names.items())
    return form


def _visit_page(funding: KnownFunding, form: VisitForm, answer: ChargeAnswer | None) -> Page:
    last = last_time(db(), current_provider_id(), funding.voucher)
    return render_template(
        "provider_portal/charge_one.html", funding=funding, form=form, answer=answer, last=last
    )


def _preview(funding: KnownFunding, form: VisitForm, answer: ChargeAnswer | None) -> Page:
    return render_template("provider_portal/preview.html", funding=funding, form=form, answer=answer)
