"""A client's planned visits."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields, validate

from clearing.plans.facts.plan import CancelledBy, VisitId
from clearing.plans.rules.cancelling import CancellationTerms
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    ClockTime,
    Code,
    Day,
    DaysQuery,
    FieldError,
    Id,
    Money,
    Problem,
    Quantity,
    Text,
    days_of,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    read_query,
    takes_body,
    takes_paging,
    takes_query,
)
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.change_visit import ChangedVisit, cancel_visit, change_visit, restore_visit
from marketplace.api.answers import Document, reasons_out
from marketplace.api.rights import mandate_problem
from marketplace.api.schemas import ChoiceReasonSchema, NamesSchema
from marketplace.api.wishes import GuardianActSchema, keep_sent_wish
from marketplace.disclosure.visits import cancelling, own_visits, visit_to_change
from marketplace.load.listed_visit import ListedVisit
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import MANDATE_MISSING, VISIT_NOT_POSSIBLE
from marketplace.rules.visit_changes import VisitWish
from marketplace.rules.visit_list import VisitState
from marketplace.rules.visit_refusals import VISIT_REFUSALS, words_of

blueprint = Blueprint("my_visits", __name__, url_prefix="/api/v1", description="A client's planned visits")
LONGEST_WHY = 500
MOST_MINUTES = 36 * 60 - 1


class VisitsQuery(DaysQuery):
    """The days. `client` is a client number."""

    client = Code(load_default=None)


class VisitProviderSchema(ApiSchema):
    """Who gives the visit."""

    name = fields.String(attribute="provider")
    business_id = fields.String()
    phone = fields.String(attribute="provider_phone")


class VisitSchema(ApiSchema):
    """A planned visit. Without times, it stands for the days until `last_day`.

    `charged` is how much of it has been charged, `charge` the first charge. `cancellation_cost` is the most
    that a cancelled visit may still cost.
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
    video_link = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": [state.value for state in VisitState]})
    charged = Quantity(attribute="planned.charged_quantity")
    charge = fields.Integer(attribute="charge_id", allow_none=True)
    cancelled_by = fields.String(allow_none=True, metadata={"enum": [*CancelledBy, None]})
    cancelled_at = fields.AwareDateTime(allow_none=True)
    cancellation_cost = Money(attribute="fee_cents", allow_none=True)
    provider = fields.Nested(VisitProviderSchema, attribute="choice")


@blueprint.get("/me/visits")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@takes_paging
@takes_query(VisitsQuery)
@blueprint.response(200, paged_schema(VisitSchema))
def list_my_visits() -> Answer:
    """List my planned visits, or those of a client whom I help, in order of their time"""
    query, paging = read_query(VisitsQuery), read_paging()
    page = {"first": paging.offset, "count": paging.page_size, "client": query["client"]}
    found, total = own_visits(db(), days_of(query), **page, actor=current_actor(), now=now())
    return paged(found, paging, total)


class VisitChangeSchema(GuardianActSchema):
    """What the visit should be instead. What is left out stays as it is. `length` is minutes."""

    to_day = Day(load_default=None)
    start = ClockTime(load_default=None)
    length = fields.Integer(strict=True, load_default=None, validate=validate.Range(min=1, max=MOST_MINUTES))
    quantity = Quantity(load_default=None, least=1)
    why = Text(most=LONGEST_WHY, load_default="")


class ChangedVisitSchema(VisitSchema):
    """The visit as it is now. `warnings` have not forbidden it, such as another visit at the same time."""

    warnings = fields.List(fields.Nested(ChoiceReasonSchema))


@dataclass(frozen=True, slots=True)
class WarnedVisit(ListedVisit):
    """A changed visit with the warnings of its change."""

    warnings: tuple[Document, ...] = ()

    @classmethod
    def of(cls, visit: ListedVisit, done: ChangedVisit) -> WarnedVisit:
        """Return a visit with the warnings in the language of the response."""
        own = (visit.client_id, visit.county_id, visit.client_name, visit.client_number)
        warnings = tuple(reasons_out(done.warnings))
        return cls(*own, visit.choice, visit.planned, visit.video_link, warnings=warnings)


class VisitCancelSchema(GuardianActSchema):
    """Why the visit is cancelled."""

    why = Text(most=LONGEST_WHY, load_default="")


class CancelledVisitSchema(ApiSchema):
    """The cancelled visit, until when that was free, and the most that the provider may charge after that.

    Of `cost`, the client pays `you_pay`. It stays booked until it is charged, or until `booked_until`.
    """

    visit = fields.Nested(VisitSchema)
    free_until = fields.AwareDateTime(allow_none=True)
    cost = Money(attribute="cost_cents", allow_none=True)
    you_pay = Money(attribute="you_pay_cents", allow_none=True)
    booked_until = Day(allow_none=True)


@blueprint.post("/visits/<visit_id>/change")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(VisitChangeSchema)
@blueprint.response(200, ChangedVisitSchema)
def post_change(visit_id: str) -> Answer:
    """Move a planned visit, or make it shorter or longer"""
    visit, sent = _own_visit(visit_id), read_body(VisitChangeSchema)
    start = sent["start"]
    minute = None if start is None else start.hour * 60 + start.minute
    wish = VisitWish(sent["to_day"], minute, sent["length"], sent["quantity"])
    who = {"actor": current_actor(), "why": sent["why"]}
    done = _done(change_visit(db(), visit=visit.visit_id, wish=wish, now=now(), **who))
    _keep_wish(visit, GuardianAct.CHANGE_VISIT)
    return WarnedVisit.of(_own_visit(visit_id), done)


@blueprint.post("/visits/<visit_id>/cancel")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(VisitCancelSchema, required=False)
@blueprint.response(200, CancelledVisitSchema)
def post_cancel(visit_id: str) -> Answer:
    """Cancel a planned visit: its money is free again, and the provider may charge what its terms allow"""
    visit = _own_visit(visit_id)
    why = read_body(VisitCancelSchema)["why"] if request.get_data(cache=True) else ""
    terms = cancelling(db(), visit, today())
    done = _done(cancel_visit(db(), visit=visit.visit_id, actor=current_actor(), now=now(), why=why))
    _keep_wish(visit, GuardianAct.CANCEL_VISIT)
    return cancelled_answer(_own_visit(visit_id), terms, done)


@blueprint.post("/visits/<visit_id>/restore")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@blueprint.response(200, VisitSchema)
def post_restore(visit_id: str) -> Answer:
    """Take back the cancelling of a visit, or else its move"""
    visit = _own_visit(visit_id)
    _done(restore_visit(db(), visit=visit.visit_id, actor=current_actor(), now=now()))
    return _own_visit(visit_id)


def _keep_wish(visit: ListedVisit, act: GuardianAct) -> None:
    keep_sent_wish(visit.client_id, visit.county_id, act, visit.choice.id)


def cancelled_answer(
    visit: ListedVisit, terms: CancellationTerms | None, done: ChangedVisit
) -> dict[str, object]:
    """Return a cancelled visit with what it may still cost; nothing if it was cancelled in good time."""
    free_until = None if terms is None else terms.free_until
    if terms is None or (done.fee is not None and not done.fee.is_charged):
        nothing = {"cost_cents": 0, "you_pay_cents": 0, "booked_until": None}
        return {"visit": visit, "free_until": free_until, **nothing}
    return {
        "visit": visit,
        "free_until": free_until,
        "cost_cents": terms.cost_cents,
        "you_pay_cents": terms.you_pay_cents,
        "booked_until": terms.booked_until,
    }


def _own_visit(text: str) -> ListedVisit:
    visit_id = VisitId.parse(text) or not_there()
    return visit_to_change(db(), visit_id, actor=current_actor(), now=now()) or not_there()


def _done(outcome: ChangedVisit | Refusal) -> ChangedVisit:
    """Return what was done; raise a refusal: 403 without the right, 422 with every reason, else 409."""
    if not isinstance(outcome, Refusal):
        return outcome
    if outcome == MANDATE_MISSING:
        raise mandate_problem()
    if outcome.code != VISIT_NOT_POSSIBLE:
        raise Problem(409, outcome.code, VISIT_REFUSALS[outcome.code])
    errors = [
        FieldError(reason.field or "", reason.code, words)
        for reason, words in zip(outcome.reasons, words_of(outcome), strict=True)
    ]
    raise Problem(422, outcome.code, VISIT_REFUSALS[outcome.code], errors=errors)
