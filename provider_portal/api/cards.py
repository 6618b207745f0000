"""A client's card as a provider reads it."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Answer, ApiSchema, Code, Day, not_there, read_body, takes_body
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.limits import limit_guesses
from foundation.web.transaction import db, system_context
from provider_portal.disclosure.cards import fundings_of_card

blueprint = Blueprint("provider_cards", __name__, url_prefix="/api/v1", description="Cards of clients")


class CardReferenceSchema(ApiSchema):
    """What the QR code of the card says, or what was typed."""

    reference = Code(required=True, metadata={"example": "K-7K3M-92QD-T4XP-8WCN"})


class CardVoucherSchema(ApiSchema):
    """A voucher of the card's client that the provider may charge today."""

    voucher = Code()
    services = fields.List(Code())
    first_day = Day()
    last_day = Day()


class CardSchema(ApiSchema):
    """The client of a card, and the vouchers."""

    client = Code(attribute="client_number")
    name = fields.String(attribute="client_name")
    vouchers = fields.List(fields.Nested(CardVoucherSchema))


@blueprint.post("/cards/lookup")
@allow(*PROVIDER_ROLES, scope=KeyScope.CARDS_READ)
@system_context
@takes_body(CardReferenceSchema)
@blueprint.response(200, CardSchema)
def look_up_card() -> Answer:
    """Find the vouchers of a card's client that may be charged"""
    guess, sent = limit_guesses("voucher_code"), read_body(CardReferenceSchema)
    reference, provider_id = sent["reference"], current_provider_id()
    found = fundings_of_card(db(), provider_id, reference, actor=current_actor(), now=now())
    if not found:
        guess.was_wrong()
        not_there()
    return {
        "client_number": found[0].client_number,
        "client_name": found[0].client_name,
        "vouchers": found,
    }
