"""The people of a county. An administrator invites on the pages, where a fresh second factor is asked for."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from county_desk.actions.change_person import end_role
from county_desk.actions.invite_person import withdraw_role_invitation
from county_desk.load.people import open_role_invitations, people_of_county, person_of_county
from county_desk.rules.people import OWN_ROLE
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Day,
    Money,
    Problem,
    Text,
    idempotent,
    not_there,
    read_body,
    takes_body,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db

blueprint = Blueprint(
    "county_people_api", __name__, url_prefix="/api/v1", description=N_("The people of a county")
)
OWN_ROLE_TITLE = N_("You cannot give, change or end a role of your own. Ask another administrator.")


class RoleTermsSchema(ApiSchema):
    """A role with its days, and the most that a case worker may grant in one decision."""

    role = fields.String(attribute="terms.role.value")
    first_day = Day(data_key="from", attribute="terms.first_day")
    last_day = Day(data_key="to", attribute="terms.last_day", allow_none=True)
    granting_limit = Money(attribute="terms.granting_limit_cents", allow_none=True)


class CountyPersonSchema(RoleTermsSchema):
    """A person in a role of the county."""

    id = fields.Integer(attribute="role_grant_id")
    name = fields.String()
    email = fields.String(allow_none=True)
    substitute_for = fields.String(allow_none=True)


class OpenInvitationSchema(RoleTermsSchema):
    """An invitation whose link still works."""

    id = fields.Integer()
    email = fields.String()
    expires_at = fields.AwareDateTime()


class CountyPeopleSchema(ApiSchema):
    """The people of a county, and the invitations that are open."""

    items = fields.List(fields.Nested(CountyPersonSchema))
    invitations = fields.List(fields.Nested(OpenInvitationSchema))


class EndRoleSchema(ApiSchema):
    """Why a role ends, for the audit log."""

    why = Text(required=True, least=1, most=200)


@blueprint.get("/people")
@allow(Role.ADMIN, scope=KeyScope.STAFF_MANAGE)
@blueprint.response(200, CountyPeopleSchema)
def list_people() -> Answer:
    """List the people of my county with their roles, and the open invitations"""
    return {
        "items": people_of_county(db(), _county_id(), today()),
        "invitations": open_role_invitations(db(), _county_id(), now()),
    }


@blueprint.post("/people/<int:role_grant_id>/end")
@allow(Role.ADMIN, scope=KeyScope.STAFF_MANAGE)
@idempotent
@takes_body(EndRoleSchema)
@blueprint.response(204)
def post_end(role_grant_id: int) -> None:
    """End a role of a person at once, with its sessions and keys"""
    person_of_county(db(), _county_id(), role_grant_id, today()) or not_there()
    why = read_body(EndRoleSchema)["why"]
    refusal = end_role(db(), _county_id(), role_grant_id, actor=current_actor(), now=now(), why=why)
    if refusal == OWN_ROLE:
        raise Problem(409, OWN_ROLE.code, OWN_ROLE_TITLE)
    if refusal is not None:
        not_there()


@blueprint.delete("/people/invitations/<int:invitation_id>")
@allow(Role.ADMIN, scope=KeyScope.STAFF_MANAGE)
@blueprint.response(204)
def delete_invitation(invitation_id: int) -> None:
    """Withdraw an invitation: its link works no longer"""
    if not withdraw_role_invitation(db(), _county_id(), invitation_id, actor=current_actor(), now=now()):
        not_there()


def _county_id() -> int:
    return current_actor().county_id or 0
