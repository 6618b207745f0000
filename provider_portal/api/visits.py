"""Visits that clients have planned with a provider."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validates_schema

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
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
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.transaction import db
from marketplace.rules.visit_list import VisitState
from provider_portal.disclosure.visits import planned_visits

blueprint = Blueprint(
    "provider_visits", __name__, url_prefix="/api/v1", description="Planned visits of a provider"
)
LONGEST_DAYS, USUAL_DAYS = 92, 13


class PlannedQuery(ApiSchema):
    """The days, both included: two weeks from today on unless given."""

    first_day = Day(data_key="from", load_default=None)
    last_day = Day(data_key="to", load_default=None)

    @validates_schema
    def check(self, query: dict[str, Any], **_options: Any) -> None:
        """Refuse days in the wrong order, and more than three months."""
        window = _window(query)
        if window.last < window.first:
            raise FieldProblem("to", "ends_before_start", N_("The last day is before the first day"))
        if window.days() > LONGEST_DAYS:
            raise FieldProblem("to", "window_too_long", N_("Ask for at most three months at a time"))


def _window(query: dict[str, Any]) -> DateWindow:
    first = query.get("first_day") or today()
    return DateWindow(first, query.get("last_day") or first + timedelta(days=USUAL_DAYS))


class PlannedVisitSchema(ApiSchema):
    """A planned visit. Without times, it stands for the days until `last_day`.

    `charged` is how much of it has been charged, `charge` the first charge.
    """

    id = fields.String(metadata={"example": "700-20261203-1"})
    choice = Id(attribute="choice.id")
    client = fields.String(attribute="client_number", allow_none=True)
    client_name = fields.String(allow_none=True)
    voucher = fields.String(attribute="choice.voucher")
    offering = Id(attribute="choice.offering_id")
    service = fields.String(attribute="choice.service")
    day = Day()
    last_day = Day(attribute="planned.last_day")
    start = fields.AwareDateTime(allow_none=True)
    end = fields.AwareDateTime(allow_none=True)
    quantity = Quantity()
    unit = fields.String(attribute="choice.unit")
    state = fields.String(metadata={"enum": [state.value for state in VisitState]})
    charged = Quantity(attribute="planned.charged_quantity")
    charge = fields.Integer(attribute="charge_id", allow_none=True)


@blueprint.get("/visits")
@allow(*PROVIDER_ROLES)
@takes_paging
@takes_query(PlannedQuery)
@blueprint.response(200, paged_schema(PlannedVisitSchema))
def list_visits() -> Answer:
    """List the visits that clients have planned with me, in order of their time."""
    window, paging = _window(read_query(PlannedQuery)), read_paging()
    page = {"first": paging.offset, "count": paging.page_size}
    found, total = planned_visits(
        db(), current_provider_id(), window, **page, actor=current_actor(), now=now()
    )
    return paged(found, paging, total)
