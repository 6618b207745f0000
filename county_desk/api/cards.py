"""Cards of the county's clients: a worker cancels a lost one."""

from __future__ import annotations

from flask_smorest import Blueprint

from county_desk.disclosure.cards import card_of_number
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import Role
from foundation.web.api import ApiSchema, Code, FieldError, Problem, idempotent, read_body, takes_body
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.cancel_card import cancel_card

blueprint = Blueprint("county_cards_api", __name__, url_prefix="/api/v1", description=N_("Lost cards"))


class LostCardSchema(ApiSchema):
    """Whose card: a client's number."""

    client = Code(required=True)


@blueprint.post("/cards/cancel")
@allow(Role.WORKER, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(LostCardSchema)
@blueprint.response(204)
def post_cancel() -> None:
    """Cancel the card that a client of the county has lost"""
    actor, number = current_actor(), read_body(LostCardSchema)["client"]
    found = card_of_number(db(), actor.county_id or 0, number, actor=actor, now=now())
    if found is None:
        raise Problem(422, errors=[FieldError("client", "client_unknown", N_("There is no such client"))])
    if found.card is None:
        raise Problem(409, "card_none", N_("The client has no card in use."))
    if cancel_card(db(), card=found.card, actor=actor, now=now()) is not None:
        raise Problem(403)
