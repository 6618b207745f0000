"""A provider's own dated prices; the price of a past day never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS, PROVIDER_ROLES
from foundation.web.api import (
    Answer,
    FieldError,
    Problem,
    check_if_match,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    read_query,
    takes_body,
    takes_paging,
    takes_query,
    with_etag,
)
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.transaction import db
from marketplace.actions.publish_price import NewPrice, change_price, publish_price
from marketplace.load.own_offerings import (
    OwnPrice,
    lock_offering,
    own_offering,
    own_price,
    own_prices,
    time_class_ids,
)
from marketplace.rules.price_windows import PriceRefusalCode
from provider_portal.api.offerings import IF_MATCH
from provider_portal.api.schemas import OwnPriceEditSchema, OwnPriceSchema, PriceQuery

PRICE_REFUSALS: Mapping[str, str] = {
    PriceRefusalCode.LOCKED: N_("The price of a past day cannot change"),
    PriceRefusalCode.BACKWARDS: N_("The last day is before the first"),
    PriceRefusalCode.OVERLAPS: N_("There is another price on these days"),
}
CONFLICTS = (PriceRefusalCode.LOCKED, PriceRefusalCode.OVERLAPS)
blueprint = Blueprint(
    "provider_prices", __name__, url_prefix="/api/v1", description="A provider's own dated prices"
)


@blueprint.get("/my/prices")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_READ)
@takes_paging
@takes_query(PriceQuery)
@blueprint.response(200, paged_schema(OwnPriceSchema))
def list_prices() -> Answer:
    """List my prices by offering, time class and first day."""
    offering_id, paging = read_query(PriceQuery).get("offering"), read_paging()
    found, total = own_prices(
        db(), current_provider_id(), offering_id=offering_id, first=paging.offset, count=paging.page_size
    )
    return paged(found, paging, total)


@blueprint.post("/my/prices")
@allow(*PROVIDER_OWNERS, scope=KeyScope.OFFERINGS_WRITE)
@idempotent
@takes_body(OwnPriceSchema)
@blueprint.response(201, OwnPriceSchema)
def post_price() -> Answer:
    """Publish a price from a day on; the previous one ends the day before."""
    price = NewPrice(**read_body(OwnPriceSchema))
    _check_known(price)
    published = publish_price(
        db(), provider_id=current_provider_id(), price=price, actor=current_actor(), now=now()
    )
    return _answer(published, 201)


@blueprint.get("/my/prices/<int:price_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_READ)
@blueprint.response(200, OwnPriceSchema)
def get_price(price_id: int) -> Answer:
    """Read one of my prices."""
    price = _own(price_id)
    return with_etag(price, price.version)


@blueprint.patch("/my/prices/<int:price_id>")
@allow(*PROVIDER_OWNERS, scope=KeyScope.OFFERINGS_WRITE)
@IF_MATCH
@takes_body(OwnPriceEditSchema)
@blueprint.response(200, OwnPriceSchema)
def patch_price(price_id: int) -> Answer:
    """Change a price that is not yet in force, or end one in force."""
    provider_id, actor = current_provider_id(), current_actor()
    lock_offering(db(), provider_id, _own(price_id).offering_id)
    price = _own(price_id)
    check_if_match(price.version)
    changed = _changed(price, read_body(OwnPriceEditSchema, partial=True))
    decided = change_price(
        db(), provider_id=provider_id, price_id=price_id, changed=changed, actor=actor, now=now()
    )
    return _answer(decided, 200)


def _own(price_id: int) -> OwnPrice:
    return own_price(db(), current_provider_id(), price_id) or not_there()


def _check_known(price: NewPrice) -> None:
    """Raise 422 if the offering is not the provider's or the time class does not exist."""
    faults = []
    if own_offering(db(), current_provider_id(), price.offering_id) is None:
        faults.append(FieldError("offering", "offering_unknown", N_("You have no such offering")))
    if price.time_class not in time_class_ids(db()):
        faults.append(FieldError("time_class", "field_not_a_choice"))
    if faults:
        raise Problem(422, errors=faults)


def _changed(price: OwnPrice, fields: dict[str, Any]) -> NewPrice:
    return NewPrice(
        offering_id=price.offering_id,
        time_class=price.time_class,
        unit_price_cents=fields.get("unit_price_cents", price.unit_price_cents),
        first_day=fields.get("first_day", price.first_day),
        last_day=fields.get("last_day", price.last_day),
    )


def _answer(decided: OwnPrice | Refusal, status: int) -> Answer:
    if isinstance(decided, Refusal):
        raise _problem(decided)
    return with_etag(decided, decided.version, status)


def _problem(refusal: Refusal) -> Problem:
    if refusal.code not in PRICE_REFUSALS:
        return Problem(404)
    code, title = refusal.code, PRICE_REFUSALS[refusal.code]
    status = 409 if code in CONFLICTS else 422
    return Problem(status, code, title, errors=[FieldError(refusal.field, code, title)])
