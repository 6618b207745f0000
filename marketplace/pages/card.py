"""/kortti: the client's card to carry: its QR code has a random reference and nothing else."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from foundation.documents.qr import qr_modules, qr_path
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.files import pdf_download
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _, current_language
from foundation.web.limits import limits_exports
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.cancel_card import cancel_card
from marketplace.actions.renew_card import renew_card
from marketplace.documents.card import SIZES, card_file
from marketplace.load.cards import ClientCard
from marketplace.load.catalogue import counties
from marketplace.load.mandates import may_manage_card
from marketplace.pages.acting_client import Acting, acting
from marketplace.rules.cards import printed_reference
from marketplace.rules.refusals import MANDATE_MISSING, NO_VOUCHER_FOR_CARD

blueprint = Blueprint("marketplace_card", __name__, template_folder="../templates")
REFUSALS = {
    MANDATE_MISSING.code: N_("You are not allowed to do this for this client"),
    NO_VOUCHER_FOR_CARD.code: N_("You have no voucher in use. A card needs one."),
}


@blueprint.app_template_global("card_code")
def card_code(card: ClientCard) -> tuple[str, int, str]:
    """Return the printed reference of a card, the modules of a side of its QR code, and the code's path."""
    reference = printed_reference(card.reference)
    modules = qr_modules(reference)
    return reference, len(modules), qr_path(modules)


@blueprint.get("/kortti")
@allow(*CLIENT_ROLES)
def show_card() -> Page:
    """Show the card, or how to get one."""
    person = _of_all_vouchers()
    may_manage = may_manage_card(db(), current_actor(), person.client.id, today())
    return render_template(
        "marketplace/card.html", person=person, card=person.data.card(), may_manage=may_manage
    )


def _of_all_vouchers() -> Acting:
    """Return the client of the page; 404 for a mandate for some vouchers: a card finds every one of them."""
    person = acting()
    return person if person.data.is_for_all else not_found()


def _manager() -> Acting:
    """Return the client of the page; 404 for somebody who may not make and cancel the card."""
    person = acting()
    return person if may_manage_card(db(), current_actor(), person.client.id, today()) else not_found()


@blueprint.get("/kortti/uusi")
@allow(*CLIENT_ROLES)
def ask_renew() -> Page:
    """Ask whether to make a card."""
    person = _manager()
    return render_template("marketplace/card_renew.html", person=person, card=person.data.card())


@blueprint.post("/kortti/uusi")
@allow(*CLIENT_ROLES)
def renew() -> Result:
    """Make a card, and cancel the earlier one."""
    made = renew_card(db(), client=_manager().client, actor=current_actor(), now=now())
    if isinstance(made, Refusal):
        flash(_(REFUSALS[made.code]), "error")
    else:
        flash(_("Your new card is ready. Print it, or show it on your phone."), "success")
    return redirect(url_for(".show_card"))


@blueprint.get("/kortti/peru")
@allow(*CLIENT_ROLES)
def ask_cancel() -> Page:
    """Ask whether to cancel the card."""
    person = _manager()
    card = person.data.card() or not_found()
    return render_template("marketplace/card_cancel.html", person=person, card=card)


@blueprint.post("/kortti/peru")
@allow(*CLIENT_ROLES)
def cancel() -> Result:
    """Cancel the card."""
    card = _manager().data.card() or not_found()
    refusal = cancel_card(db(), card=card, actor=current_actor(), now=now())
    if refusal is not None:
        flash(_(REFUSALS[refusal.code]), "error")
    else:
        flash(_("The card has been cancelled. Nobody can use it any more."), "success")
    return redirect(url_for(".show_card"))


@blueprint.get("/kortti/<size>.pdf")
@allow(*CLIENT_ROLES)
@limits_exports()
def save_card(size: str) -> Response:
    """Save the card as a PDF file of A6 or A4."""
    card = acting().data.card()
    if card is None or size not in SIZES:
        not_found()
    county = counties(db(), [card.county_id])[card.county_id]
    return pdf_download(card_file(card, county, size, current_language()), f"kortti-{size}.pdf")
