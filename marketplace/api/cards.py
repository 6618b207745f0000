"""The card of a client: read, renew, cancel."""

from __future__ import annotations

from flask_smorest import Blueprint

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    Day,
    FieldError,
    Id,
    Problem,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    takes_body,
    takes_paging,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.cancel_card import cancel_card
from marketplace.actions.renew_card import renew_card
from marketplace.api.rights import mandate_problem
from marketplace.disclosure.cards import card_to_act_on, client_to_act_for, own_cards
from marketplace.load.cards import OwnCard
from marketplace.rules.cards import printed_reference
from marketplace.rules.refusals import MANDATE_MISSING

blueprint = Blueprint("my_cards", __name__, url_prefix="/api/v1", description=N_("A client's card"))


class CardInSchema(ApiSchema):
    """Whose card: a client's number."""

    client = Code(required=True)


class OwnCardSchema(ApiSchema):
    """A card in force: its printed reference, and the days on which it is valid."""

    id = Id()
    client = Code()
    reference = Code()
    first_day = Day()
    last_day = Day()


@blueprint.get("/me/cards")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@takes_paging
@blueprint.response(200, paged_schema(OwnCardSchema))
def list_cards() -> Answer:
    """List my cards in force, and those of the clients whom I help"""
    paging = read_paging()
    found = own_cards(db(), actor=current_actor(), now=now())
    shown = found[paging.offset : paging.offset + paging.page_size]
    return paged([_card_out(card) for card in shown], paging, len(found))


@blueprint.post("/me/cards")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(CardInSchema)
@blueprint.response(201, OwnCardSchema)
def post_card() -> Answer:
    """Make a card; the earlier one stops working"""
    client = client_to_act_for(db(), read_body(CardInSchema)["client"], actor=current_actor())
    if client is None:
        raise Problem(422, errors=[FieldError("client", "client_unknown", N_("There is no such client"))])
    made = renew_card(db(), client=client, actor=current_actor(), now=now())
    if isinstance(made, Refusal):
        raise _problem(made)
    return _card_out(card_to_act_on(db(), made, actor=current_actor()) or not_there()), 201


def _problem(refusal: Refusal) -> Problem:
    if refusal == MANDATE_MISSING:
        return mandate_problem()
    return Problem(422, refusal.code, N_("You have no voucher in use. A card needs one."))


@blueprint.delete("/me/cards/<int:card_id>")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@blueprint.response(204)
def delete_card(card_id: int) -> None:
    """Cancel a card: its reference finds nothing from now on"""
    card = card_to_act_on(db(), card_id, actor=current_actor()) or not_there()
    if cancel_card(db(), card=card.card, actor=current_actor(), now=now()) is not None:
        raise mandate_problem()


def _card_out(own: OwnCard) -> dict[str, object]:
    return {
        "id": own.card.id,
        "client": own.client_number,
        "reference": printed_reference(own.card.reference),
        "first_day": own.card.days.first,
        "last_day": own.card.days.last,
    }
