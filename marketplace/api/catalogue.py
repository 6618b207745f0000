"""The public catalogue: services and municipalities."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from foundation.web.api import Answer, ApiSchema, paged, paged_schema, read_paging, takes_paging
from foundation.web.catalogues import N_
from foundation.web.identity import public
from foundation.web.transaction import db
from marketplace.api.names import NamesSchema, names_out
from marketplace.load.catalogue import MunicipalityEntry, ServiceEntry, municipalities, services

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


class MunicipalitySchema(ApiSchema):
    """A municipality, its county's code and its centre in WGS 84 degrees."""

    code = fields.String()
    name = fields.Nested(NamesSchema)
    county = fields.String()
    latitude = fields.Float()
    longitude = fields.Float()


@blueprint.get("/services")
@public
@takes_paging
@blueprint.response(200, paged_schema(ServiceSchema))
def list_services() -> Answer:
    """List the services"""
    paging, found = read_paging(), services(db())
    shown = found[paging.offset : paging.offset + paging.page_size]
    return paged([_service_out(service) for service in shown], paging, len(found))


def _service_out(service: ServiceEntry) -> dict[str, Any]:
    return {
        "code": service.code,
        "unit": service.unit,
        "name": names_out(service.name),
        "about": names_out(service.about),
        "free_of_charge": service.free_of_charge,
        "counties": service.counties,
    }


@blueprint.get("/municipalities")
@public
@takes_paging
@blueprint.response(200, paged_schema(MunicipalitySchema))
def list_municipalities() -> Answer:
    """List the municipalities"""
    paging, found = read_paging(), municipalities(db())
    shown = found[paging.offset : paging.offset + paging.page_size]
    return paged([_municipality_out(place) for place in shown], paging, len(found))


def _municipality_out(municipality: MunicipalityEntry) -> dict[str, Any]:
    return {
        "code": municipality.code,
        "name": names_out(municipality.name),
        "county": municipality.county,
        "latitude": municipality.place.latitude,
        "longitude": municipality.place.longitude,
    }
