"""Everything that the service holds about a client, as one document."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import Answer, ApiSchema, Code, FieldError, Problem, read_query, takes_query
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.languages import current_language
from foundation.web.limits import LARGE_EXPORT, limits_exports
from foundation.web.transaction import db
from marketplace.disclosure.own_data import copy_of_number
from marketplace.documents.own_data import own_data_json

blueprint = Blueprint(
    "own_data", __name__, url_prefix="/api/v1", description=N_("Everything about a client, as one document")
)


class OwnDataQuery(ApiSchema):
    """Whose data: a client number; not needed if there is only one client."""

    client = Code(load_default=None)


class DataClientSchema(ApiSchema):
    """Whose data they are."""

    number = fields.String()
    name = fields.String()


class DataFieldSchema(ApiSchema):
    """A field: its name in the rows, its label, its form (see `forms`) and the labels of its codes."""

    name = fields.String()
    label = fields.String()
    form = fields.String()
    codes = fields.Dict(keys=fields.String(), values=fields.String())


class DataKindSchema(ApiSchema):
    """A kind of data with its rows. A row has every field, null where there is nothing."""

    kind = fields.String()
    title = fields.String()
    fields_ = fields.List(fields.Nested(DataFieldSchema), data_key="fields", attribute="fields")
    rows = fields.List(fields.Dict(keys=fields.String()))


class OwnDataSchema(ApiSchema):
    """The data by kind, what is left out and why, and the labels that are needed to read them."""

    format = fields.String()
    language = fields.String()
    made_at = fields.String()
    county = fields.String()
    client = fields.Nested(DataClientSchema)
    left_out = fields.List(fields.String())
    forms = fields.Dict(keys=fields.String(), values=fields.String())
    services = fields.Dict(keys=fields.String(), values=fields.String())
    kinds = fields.List(fields.Nested(DataKindSchema))


@blueprint.get("/me/data")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@limits_exports(LARGE_EXPORT)
@takes_query(OwnDataQuery)
@blueprint.response(200, OwnDataSchema)
def get_own_data() -> Answer:
    """Everything about me, or about a client whom I help in all vouchers; the client reads who asked"""
    found = copy_of_number(db(), read_query(OwnDataQuery)["client"], actor=current_actor(), now=now())
    if found is None:
        raise Problem(422, errors=[FieldError("client", "client_unknown", N_("There is no such client"))])
    return own_data_json(found, current_language())
