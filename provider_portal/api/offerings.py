"""A provider's own offerings."""

from __future__ import annotations

from typing import Any, NoReturn

from flask_smorest import Blueprint

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
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
    takes_body,
    takes_header,
    takes_paging,
    with_etag,
)
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.transaction import db
from marketplace.actions.edit_offering import add_offering, edit_offering
from marketplace.load.own_offerings import OwnOffering, lock_offering, own_offering, own_offerings
from marketplace.rules.refusals import (
    MUNICIPALITY_NOT_APPROVED,
    MUNICIPALITY_UNKNOWN,
    PLACE_UNKNOWN,
    SERVICE_UNKNOWN,
)
from provider_portal.api.schemas import OfferingInSchema, OfferingOutSchema, OfferingTextsSchema

blueprint = Blueprint(
    "provider_offerings", __name__, url_prefix="/api/v1", description="A provider's own offerings and prices"
)
TITLES = {
    SERVICE_UNKNOWN.code: N_("The county does not have this service"),
    MUNICIPALITY_NOT_APPROVED.code: N_("The county has not approved you for this municipality"),
    PLACE_UNKNOWN.code: N_("You have no such place"),
    MUNICIPALITY_UNKNOWN.code: N_("The county has no municipality with this code or name"),
}
IF_MATCH = takes_header("If-Match", "The ETag of the version that is edited")


@blueprint.get("/my/offerings")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_READ)
@takes_paging
@blueprint.response(200, paged_schema(OfferingOutSchema))
def list_offerings() -> Answer:
    """List my offerings with their prices."""
    paging = read_paging()
    found, total = own_offerings(db(), current_provider_id(), first=paging.offset, count=paging.page_size)
    return paged(found, paging, total)


@blueprint.post("/my/offerings")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_WRITE)
@idempotent
@takes_body(OfferingInSchema)
@blueprint.response(201, OfferingOutSchema)
def post_offering() -> Answer:
    """Offer a service of a county's catalogue. The unit is the service's."""
    added = _add(read_body(OfferingInSchema))
    if isinstance(added, Refusal):
        _refuse(added)
    return with_etag(added, added.version, 201)


@blueprint.get("/my/offerings/<int:offering_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_READ)
@blueprint.response(200, OfferingOutSchema)
def get_offering(offering_id: int) -> Answer:
    """Read one of my offerings."""
    offering = _own(offering_id)
    return with_etag(offering, offering.version)


@blueprint.patch("/my/offerings/<int:offering_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_WRITE)
@IF_MATCH
@takes_body(OfferingTextsSchema)
@blueprint.response(200, OfferingOutSchema)
def patch_offering(offering_id: int) -> Answer:
    """Change an offering; fields that are left out stay."""
    provider_id, actor = current_provider_id(), current_actor()
    lock_offering(db(), provider_id, offering_id)
    check_if_match(_own(offering_id).version)
    values = read_body(OfferingTextsSchema, partial=True)
    edited = edit_offering(
        db(), provider_id=provider_id, offering_id=offering_id, values=values, actor=actor, now=now()
    )
    if isinstance(edited, Refusal):
        _refuse(edited)
    return with_etag(edited, edited.version)


def _refuse(refusal: Refusal) -> NoReturn:
    """Answer 422 with the field that is wrong; 404 if there is no such offering."""
    if refusal.code not in TITLES:
        not_there()
    raise Problem(422, errors=[FieldError(refusal.field, refusal.code, TITLES[refusal.code])])


def _add(values: dict[str, Any]) -> OwnOffering | Refusal:
    return add_offering(
        db(),
        provider_id=current_provider_id(),
        county=values.pop("county"),
        service=values.pop("service"),
        values=values,
        actor=current_actor(),
        now=now(),
    )


def _own(offering_id: int) -> OwnOffering:
    return own_offering(db(), current_provider_id(), offering_id) or not_there()
