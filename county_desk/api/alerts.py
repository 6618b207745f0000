"""Early warnings about a county's clients."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from clearing.upkeep.facts.course import AlertRule
from county_desk.disclosure.alerts import listed_alerts
from foundation.vocabulary.roles import Role
from foundation.web.api import Answer, ApiSchema, Day, paged, paged_schema, read_paging, takes_paging
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db

blueprint = Blueprint(
    "county_alerts_api", __name__, url_prefix="/api/v1", description=N_("Early warnings about clients")
)


class AlertSchema(ApiSchema):
    """An open early warning. `figures` are those of the last judgement: cents, or hundredths of a unit.

    `verdict` is what a worker said of it: `useful`, `not_useful`; null: nothing yet.
    """

    id = fields.Integer()
    rule = fields.String(attribute="rule.value", metadata={"enum": [rule.value for rule in AlertRule]})
    client = fields.String(attribute="client_number")
    voucher = fields.String()
    opened_on = Day()
    judged_on = Day()
    weeks = fields.Integer()
    uncertain = fields.Boolean(attribute="is_uncertain")
    verdict = fields.String(allow_none=True)
    figures = fields.Dict(keys=fields.String())


@blueprint.get("/alerts")
@allow(Role.WORKER)
@takes_paging
@blueprint.response(200, paged_schema(AlertSchema))
def list_alerts() -> Answer:
    """List the open early warnings, the most urgent first"""
    paging, actor = read_paging(), current_actor()
    found, total = listed_alerts(
        db(),
        actor.county_id or 0,
        first=paging.offset,
        count=paging.page_size,
        actor=actor,
        now=now(),
    )
    return paged(found, paging, total)
