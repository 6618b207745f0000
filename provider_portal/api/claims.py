"""Claims of counties on the provider."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Answer, ApiSchema, Day, Money, paged, paged_schema, read_paging, takes_paging
from foundation.web.identity import allow, current_provider_id
from foundation.web.transaction import db
from provider_portal.load.claims import open_claims_on

blueprint = Blueprint(
    "provider_claims", __name__, url_prefix="/api/v1", description="Claims of counties on a provider"
)


class OpenClaimSchema(ApiSchema):
    """What a county claims back, and the reference of its invoice."""

    id = fields.Integer()
    county = fields.String()
    sum = Money(attribute="amount_cents")
    reference = fields.String(allow_none=True)
    made_on = Day()
    due_on = Day()


@blueprint.get("/my/claims")
@allow(*PROVIDER_ROLES, scope=KeyScope.SETTLEMENTS_READ)
@takes_paging
@blueprint.response(200, paged_schema(OpenClaimSchema))
def list_open_claims() -> Answer:
    """List what counties claim back from me, the longest due first."""
    paging, found = read_paging(), open_claims_on(db(), current_provider_id())
    return paged(found[paging.offset : paging.offset + paging.page_size], paging, len(found))
