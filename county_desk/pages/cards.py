"""/tt/asiakas/…/kortti: a worker cancels the card of a client who has lost it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from county_desk.disclosure.cards import LostCard, card_of_client
from county_desk.pages.looking import reason_to_look, require_own_client
from foundation.vocabulary.roles import Role
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.cancel_card import cancel_card

blueprint = Blueprint("county_cards", __name__, template_folder="../templates")


@blueprint.get("/tt/asiakas/<int:client_id>/kortti")
@allow(Role.WORKER)
def show(client_id: int) -> Page:
    """Show whether the client has a card, and ask whether to cancel it."""
    return render_template("county_desk/card.html", found=_card(client_id))


@blueprint.post("/tt/asiakas/<int:client_id>/kortti")
@allow(Role.WORKER)
def cancel(client_id: int) -> Result:
    """Cancel the card at once."""
    card = _card(client_id).card
    if card is None or cancel_card(db(), card=card, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("The card has been cancelled. The client can make a new one."), "success")
    return redirect(url_for(".show", client_id=client_id))


def _card(client_id: int) -> LostCard:
    """Return the client's card; a worker who has not said why today is asked on the client's page."""
    require_own_client(client_id)
    why = reason_to_look(client_id)
    if why is None:
        abort(redirect(url_for("county_clients.show", client_id=client_id)))
    actor = current_actor()
    found = card_of_client(db(), actor.county_id or 0, client_id, why=why, actor=actor, now=now())
    return found or not_found()
