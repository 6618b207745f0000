"""The providers that a county knows, and its approvals."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from clearing.eligibility.facts.kinds import ApprovalState
from county_desk.disclosure.fundings import disclose_concerned
from county_desk.load.providers import CountyProvider, ProviderFilter, county_provider, county_providers
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.money import format_hundredths
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_READERS, Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    Day,
    FieldError,
    Money,
    Problem,
    Text,
    idempotent,
    paged,
    paged_schema,
    read_body,
    read_paging,
    read_query,
    takes_body,
    takes_paging,
    takes_query,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.approve_provider import ApprovalChanged, OfService
from marketplace.actions.change_approval_window import change_approval_until
from marketplace.rules.approving import APPROVAL_REFUSALS, ApprovalRefusalCode

blueprint = Blueprint(
    "county_providers", __name__, url_prefix="/api/v1", description=N_("Providers of a county")
)
STATES = [state.value for state in ApprovalState]
CONFLICTS = (ApprovalRefusalCode.SAME, ApprovalRefusalCode.NOT_APPROVED)
PROVIDER_UNKNOWN = N_("There is no provider with this business ID.")


class ApprovalStateSchema(ApiSchema):
    """A state from a day on."""

    state = fields.String(validate=validate.OneOf(STATES))
    from_day = Day(data_key="from")
    why = fields.String()


class CountyApprovalSchema(ApiSchema):
    """An approval for one service; `state` is today's."""

    id = fields.Integer()
    service = fields.String()
    state = fields.String(allow_none=True)
    states = fields.List(fields.Nested(ApprovalStateSchema))


class PaperSchema(ApiSchema):
    """A paper and its days."""

    kind = fields.String()
    first_day = Day(data_key="from")
    last_day = Day(data_key="to", allow_none=True)


class CountyProviderSchema(ApiSchema):
    """A provider with its approvals in the county."""

    business_id = fields.String()
    name = fields.String()
    email = fields.String()
    phone = fields.String()
    account_verified = fields.Boolean()
    papers = fields.List(fields.Nested(PaperSchema))
    approvals = fields.List(fields.Nested(CountyApprovalSchema))


class ProvidersQuery(ApiSchema):
    """Which of the providers."""

    q = Text(load_default=None, most=200)
    service = Code(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class ApprovalInSchema(ApiSchema):
    """The state of a provider's service from a day on (today if it is left out); `to` ends a suspension."""

    provider = Code(required=True)
    service = Code(required=True)
    state = fields.Enum(ApprovalState, by_value=True, required=True)
    from_day = Day(data_key="from", load_default=None, allow_none=True)
    last_day = Day(data_key="to", load_default=None, allow_none=True)
    why = Text(load_default="", most=500)
    acknowledged = fields.List(
        fields.String(validate=validate.OneOf([ApprovalRefusalCode.CHARGES_SINCE])), load_default=list
    )


class TouchedSchema(ApiSchema):
    """A client's choice that rests on an approval that was broken."""

    client = fields.String(attribute="client_number")
    voucher = fields.String()
    service = fields.String()
    held = Money(attribute="held_cents")


class ChargeSinceSchema(ApiSchema):
    """A charge since the first day of the change; `county_pays` is what its corrections left of it."""

    id = fields.Integer()
    client = fields.String(attribute="client_number")
    service_day = Day()
    reference = fields.String()
    county_pays = Money(attribute="county_pays_cents")


class ChargesSinceSchema(ApiSchema):
    """Charges since then: `held` are on hold now, what was left of corrected ones is `taken_back`.

    `left` are settled and need a correction.
    """

    held = fields.List(fields.Nested(ChargeSinceSchema))
    held_sum = Money(attribute="held_cents")
    taken_back = fields.List(fields.Nested(ChargeSinceSchema))
    taken_back_sum = Money(attribute="taken_back_cents")
    left = fields.List(fields.Nested(ChargeSinceSchema))
    left_sum = Money(attribute="left_cents")


class ApprovalOutSchema(ApiSchema):
    """The approval as it is now, and the choices and charges that the change concerns."""

    id = fields.Integer()
    provider = fields.String()
    service = fields.String()
    state = fields.String()
    from_day = Day(data_key="from")
    touched = fields.List(fields.Nested(TouchedSchema))
    charges_since = fields.Nested(ChargesSinceSchema, attribute="since")


@blueprint.get("/providers")
@allow(*COUNTY_READERS, scope=KeyScope.PROVIDERS_READ)
@takes_paging
@takes_query(ProvidersQuery)
@blueprint.response(200, paged_schema(CountyProviderSchema))
def list_providers() -> Answer:
    """List the providers that have or applied for an approval of the county"""
    query, paging = read_query(ProvidersQuery), read_paging()
    filters = ProviderFilter(query["q"], query["service"], query["state"])
    window: dict[str, Any] = {"day": today(), "now": now()}
    window |= {"first": paging.offset, "count": paging.page_size}
    found, total = county_providers(db(), current_actor().county_id or 0, filters, **window)
    return paged(found, paging, total)


@blueprint.post("/approvals")
@allow(Role.WORKER, scope=KeyScope.APPROVALS_WRITE)
@idempotent
@takes_body(ApprovalInSchema)
@blueprint.response(201, ApprovalOutSchema)
def post_approval() -> Answer:
    """Approve a provider for a service, suspend or end its approval

    If the provider has charged visits since the day, the answer is 409 `charges_since` with their count and
    sum. Send the request again with `"acknowledged": ["charges_since"]` to hold these charges.
    """
    sent = read_body(ApprovalInSchema)
    provider = _provider(sent["provider"])
    changed = _change(provider, sent)
    if isinstance(changed, Refusal):
        raise _problem(changed)
    _disclose(changed)
    named = {"provider": provider.business_id, "service": sent["service"], "id": changed.approval_id}
    days = {"state": changed.state.value, "from_day": changed.from_day}
    return named | days | {"touched": changed.touched, "since": changed.since}, 201


def _disclose(changed: ApprovalChanged) -> None:
    actor, concerned = current_actor(), (changed.touched, changed.since)
    disclose_concerned(db(), actor.county_id or 0, *concerned, actor=actor, now=now())


def _provider(business_id: str) -> CountyProvider:
    found = county_provider(db(), current_actor().county_id or 0, business_id, day=today(), now=now())
    if found is None:
        raise Problem(422, errors=[FieldError("provider", "provider_unknown", PROVIDER_UNKNOWN)])
    return found


def _change(provider: CountyProvider, sent: dict[str, Any]) -> ApprovalChanged | Refusal:
    county_id = current_actor().county_id or 0
    of_service: OfService = {"provider_id": provider.id, "county_id": county_id, "service": sent["service"]}
    said: dict[str, Any] = {
        "from_day": sent["from_day"] or today(),
        "why": sent["why"],
        "acknowledged": sent["acknowledged"],
        "actor": current_actor(),
        "now": now(),
    }
    key = {"state": sent["state"], "last_day": sent["last_day"]}
    return change_approval_until(db(), **of_service, **key, **said)


def _problem(refusal: Refusal) -> Problem:
    title = APPROVAL_REFUSALS[refusal.code]
    if refusal.code == ApprovalRefusalCode.CHARGES_SINCE:
        sums = {f"{name}_sum": f"{name}_cents" for name in ("held", "taken_back", "left")}
        found = {name: format_hundredths(int(refusal.values[key])) for name, key in sums.items()}
        counts = {name: refusal.values[name] for name in ("held", "taken_back", "left")}
        return Problem(409, refusal.code, title, extra={"charges_since": counts | found})
    if refusal.code in CONFLICTS:
        return Problem(409, refusal.code, title)
    return Problem(422, errors=[FieldError(refusal.field, refusal.code, title)])
