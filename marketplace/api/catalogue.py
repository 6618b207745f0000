"""The public catalogue: services and municipalities."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from foundation.web.api import Answer, ApiSchema, Day, paged, paged_schema, read_paging, takes_paging
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.identity import public
from foundation.web.transaction import db
from marketplace.api.schemas import NamesSchema
from marketplace.load.catalogue import municipalities, services

blueprint = Blueprint(
    "catalogue", __name__, url_prefix="/api/v1", description=N_("Services and municipalities")
)


class ServiceSchema(ApiSchema):
    """A service of the catalogue; `counties` are the codes of those that offer it."""

    code = fields.String()
    unit = fields.String()
    name = fields.Nested(NamesSchema)
    about = fields.Nested(NamesSchema)
    free_of_charge = fields.Boolean()
    counties = fields.List(fields.String())


class FormerMunicipalitySchema(ApiSchema):
    """A municipality that became part of another one; `ended_on` was its last day."""

    code = fields.String()
    name = fields.Nested(NamesSchema)
    ended_on = Day()


class MunicipalitySchema(ApiSchema):
    """A municipality, its county's code and its centre in WGS 84 degrees.

    `former` are municipalities that became part of it: their codes and names are understood as this one.
    """

    code = fields.String()
    name = fields.Nested(NamesSchema)
    county = fields.String()
    latitude = fields.Float(attribute="place.latitude")
    longitude = fields.Float(attribute="place.longitude")
    former = fields.List(fields.Nested(FormerMunicipalitySchema))


@blueprint.get("/services")
@public
@takes_paging
@blueprint.response(200, paged_schema(ServiceSchema))
def list_services() -> Answer:
    """List the services"""
    paging, found = read_paging(), services(db())
    shown = found[paging.offset : paging.offset + paging.page_size]
    return paged(shown, paging, len(found))


@blueprint.get("/municipalities")
@public
@takes_paging
@blueprint.response(200, paged_schema(MunicipalitySchema))
def list_municipalities() -> Answer:
    """List the municipalities of today, with those that became part of them"""
    paging, found = read_paging(), municipalities(db(), today())
    shown = found[paging.offset : paging.offset + paging.page_size]
    return paged(shown, paging, len(found))
