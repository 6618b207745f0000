"""A provider's free times: hours of the week, closed days, and what is free of them."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from clearing.plans.facts.free_times import FreeHours
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    ClockTime,
    Day,
    FieldError,
    Id,
    Problem,
    check_if_match,
    read_body,
    takes_body,
    with_etag,
)
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.transaction import db
from marketplace.actions.keep_free_times import replace_free_times
from marketplace.load.own_free_times import OwnFreeTimes, lock_free_times, own_free_times
from marketplace.rules.refusals import FREE_TIMES_CHANGED
from provider_portal.api.offerings import IF_MATCH

blueprint = Blueprint(
    "provider_free_times_api", __name__, url_prefix="/api/v1", description="Free times of a provider"
)
MIDNIGHT = 24 * 60
TITLES = {
    "hours_too_short": N_("The hours end at least 30 minutes after they begin"),
    "ends_before_start": N_("The last day is before the first"),
    "at_once_impossible": N_("From 1 to 50 clients at once"),
    "offering_missing": N_("Name at least one of your offerings"),
    "offering_unknown": N_("This is not one of your offerings"),
    "hours_overlap": N_("Other hours of the same offering overlap these"),
    "closed_days_overlap": N_("Other closed days overlap these"),
    "too_many_hours": N_("At most 200 hours can be given"),
    "too_many_closed": N_("At most 100 times of closed days can be given"),
}


class FreeHoursSchema(ApiSchema):
    """Hours of a weekday (0: Monday) in which offerings are given; `to` 00:00 is the midnight after it.

    They are valid from `first_day` (left out: today) until `until` (null: until further notice).
    """

    weekday = fields.Integer(required=True, strict=True, validate=validate.Range(0, 6))
    starts = ClockTime(required=True, data_key="from")
    ends = ClockTime(required=True, data_key="to")
    first_day = Day()
    last_day = Day(data_key="until", allow_none=True)
    at_once = fields.Integer(strict=True, load_default=1)
    offering_ids = fields.List(Id(), required=True, data_key="offerings")


class ClosedDaysSchema(ApiSchema):
    """Days on which nobody new is taken, both included."""

    first = Day(required=True, data_key="from")
    last = Day(required=True, data_key="to")


class FreeSlotSchema(ApiSchema):
    """A time that is free."""

    day = Day()
    starts = ClockTime(data_key="from")
    ends = ClockTime(data_key="to")


class FreeOfOfferingSchema(ApiSchema):
    """What is free of an offering, in two weeks from its first free day."""

    offering = fields.Integer()
    times = fields.List(fields.Nested(FreeSlotSchema))


class FreeTimesInSchema(ApiSchema):
    """All hours and closed days."""

    hours = fields.List(fields.Nested(FreeHoursSchema), required=True)
    closed = fields.List(fields.Nested(ClosedDaysSchema), load_default=list)


class FreeTimesSchema(FreeTimesInSchema):
    """The same, and what is free: hours without planned visits of clients."""

    free = fields.List(fields.Nested(FreeOfOfferingSchema))


@blueprint.get("/my/free-times")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_READ)
@blueprint.response(200, FreeTimesSchema)
def get_free_times() -> Answer:
    """Read the hours that I give, my closed days, and what is free."""
    return _answer(own_free_times(db(), current_provider_id()))


@blueprint.put("/my/free-times")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_WRITE)
@IF_MATCH
@takes_body(FreeTimesInSchema)
@blueprint.response(200, FreeTimesSchema)
def put_free_times() -> Answer:
    """Store all hours and closed days in place of those that are stored."""
    stored = lock_free_times(db(), current_provider_id())
    check_if_match(stored.version)
    kept = _replaced(read_body(FreeTimesInSchema), stored.version)
    if kept == FREE_TIMES_CHANGED:
        raise Problem(412)
    if isinstance(kept, Refusal):
        raise Problem(422, errors=[FieldError(r.field, r.code, TITLES[r.code]) for r in kept.reasons])
    return _answer(kept)


def _replaced(body: dict[str, Any], seen: str) -> OwnFreeTimes | Refusal:
    hours = [_hours(each) for each in body["hours"]]
    closed = [DateWindow(each["first"], each["last"]) for each in body["closed"]]
    key = {"seen": seen, "actor": current_actor(), "now": now()}
    return replace_free_times(db(), current_provider_id(), hours, closed, **key)  # type: ignore[arg-type]


def _hours(values: dict[str, Any]) -> FreeHours:
    return FreeHours(
        values["weekday"],
        _minute(values["starts"]),
        _minute(values["ends"]) or MIDNIGHT,
        values.get("first_day") or today(),
        values.get("last_day"),
        values["at_once"],
        frozenset(values["offering_ids"]),
    )


def _answer(times: OwnFreeTimes) -> Answer:
    free = [{"offering": key, "times": slots} for key, slots in sorted(times.free.items())]
    body = {"hours": list(times.hours.values()), "closed": list(times.closed.values()), "free": free}
    return with_etag(body, times.version)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
