"""The people of a provider. An owner invites on the pages, where a fresh second factor is asked for."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.api import Answer, ApiSchema, Day, Problem, not_there
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.transaction import db
from marketplace.actions.change_colleague import end_colleague
from marketplace.load.colleagues import colleagues_of
from marketplace.rules.colleagues import OWN_ROLE

blueprint = Blueprint(
    "provider_people_api", __name__, url_prefix="/api/v1", description="The people of a provider"
)
OWN_ROLE_TITLE = N_("You cannot give, change or end a role of your own. Ask another owner.")


class ColleagueSchema(ApiSchema):
    """A person in a role of the provider."""

    id = fields.Integer(attribute="role_grant_id")
    name = fields.String()
    email = fields.String(allow_none=True)
    role = fields.String(attribute="terms.role.value")
    first_day = Day(data_key="from")
    last_day = Day(data_key="to", attribute="terms.last_day", allow_none=True)


class ColleaguesSchema(ApiSchema):
    """The people of a provider."""

    items = fields.List(fields.Nested(ColleagueSchema))


@blueprint.get("/my/people")
@allow(*PROVIDER_OWNERS, scope=KeyScope.PEOPLE_MANAGE)
@blueprint.response(200, ColleaguesSchema)
def list_people() -> Answer:
    """List the people of my company with their roles."""
    return {"items": colleagues_of(db(), current_provider_id(), today())}


@blueprint.delete("/my/people/<int:role_grant_id>")
@allow(*PROVIDER_OWNERS, scope=KeyScope.PEOPLE_MANAGE)
@blueprint.response(204)
def end_person(role_grant_id: int) -> None:
    """End a role of a person at once, with its sessions and keys."""
    refusal = end_colleague(db(), current_provider_id(), role_grant_id, actor=current_actor(), now=now())
    if refusal == OWN_ROLE:
        raise Problem(409, OWN_ROLE.code, OWN_ROLE_TITLE)
    if refusal is not None:
        not_there()
