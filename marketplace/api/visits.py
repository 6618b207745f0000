"""A client's planned visits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validates_schema

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    Day,
    FieldProblem,
    Id,
    Quantity,
    paged,
    paged_schema,
    read_paging,
    read_query,
    takes_paging,
    takes_query,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.api.schemas import NamesSchema
from marketplace.disclosure.visits import own_visits
from marketplace.rules.visit_list import VisitState

blueprint = Blueprint("my_visits", __name__, url_prefix="/api/v1", description="A client's planned visits")
LONGEST_DAYS, USUAL_DAYS = 92, 13


class VisitsQuery(ApiSchema):
    """The days, both included: two weeks from today on unless given. `client` is a client number."""

    first_day = Day(data_key="from", load_default=None)
    last_day = Day(data_key="to", load_default=None)
    client = Code(load_default=None)

    @validates_schema
    def check(self, query: dict[str, Any], **_options: Any) -> None:
        """Refuse days in the wrong order, and more than three months."""
        window = window_of(query)
        if window.last < window.first:
            raise FieldProblem("to", "ends_before_start", N_("The last day is before the first day"))
        if window.days() > LONGEST_DAYS:
            raise FieldProblem("to", "window_too_long", N_("Ask for at most three months at a time"))


def window_of(query: dict[str, Any]) -> DateWindow:
    """Return the days of a query."""
    first = query.get("first_day") or today()
    return DateWindow(first, query.get("last_day") or first + timedelta(days=USUAL_DAYS))


class VisitProviderSchema(ApiSchema):
    """Who gives the visit."""

    name = fields.String(attribute="provider")
    business_id = fields.String()
    phone = fields.String(attribute="provider_phone")


class VisitSchema(ApiSchema):
    """A planned visit. Without times, it stands for the days until `last_day`.

    `charged` is how much of it has been charged, `charge` the first charge.
    """

    id = fields.String(metadata={"example": "700-20261203-1"})
    choice = Id(attribute="choice.id")
    client = fields.String(attribute="client_number")
    voucher = fields.String(attribute="choice.voucher")
    offering = Id(attribute="choice.offering_id")
    service = fields.String(attribute="choice.service")
    name = fields.Nested(NamesSchema, attribute="choice.service_name")
    day = Day()
    last_day = Day(attribute="planned.last_day")
    start = fields.AwareDateTime(allow_none=True)
    end = fields.AwareDateTime(allow_none=True)
    quantity = Quantity()
    unit = fields.String(attribute="choice.unit")
    remote = fields.Boolean(attribute="choice.remote")
    state = fields.String(metadata={"enum": [state.value for state in VisitState]})
    charged = Quantity(attribute="planned.charged_quantity")
    charge = fields.Integer(attribute="charge_id", allow_none=True)
    provider = fields.Nested(VisitProviderSchema, attribute="choice")


@blueprint.get("/me/visits")
@allow(*CLIENT_ROLES)
@takes_paging
@takes_query(VisitsQuery)
@blueprint.response(200, paged_schema(VisitSchema))
def list_my_visits() -> Answer:
    """List my planned visits, or those of a client whom I help, in order of their time"""
    query, paging = read_query(VisitsQuery), read_paging()
    page = {"first": paging.offset, "count": paging.page_size, "client": query["client"]}
    found, total = own_visits(db(), window_of(query), **page, actor=current_actor(), now=now())
    return paged(found, paging, total)
