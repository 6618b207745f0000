"""Schemas of visit plans: timed, loose or total."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from marshmallow import fields, validate

from clearing.plans.facts.plan import (
    LoosePattern,
    PartOfWeek,
    TimedPattern,
    TotalPattern,
    VisitPlan,
)
from foundation.vocabulary.dates import PeriodKind
from foundation.web.api import ApiSchema, ClockTime, Day, Quantity
from marketplace.rules.wishes import Wish

MOST_UNITS = 99_999_99
MOST_PATTERNS = 50
HOUR_MINUTES = 60
Document = dict[str, Any]


class TimedSchema(ApiSchema):
    """Visits on weekdays (1 is Monday, 7 Sunday) at a Finnish time, every 1, 2 or 4 weeks, `length` minutes.

    `from` is the choice's first day if it is left out. `quantity` is that of one visit, unless it is sold by
    the hour.
    """

    weekdays = fields.List(fields.Integer(strict=True), required=True)
    start = ClockTime(required=True)
    length = fields.Integer(strict=True, required=True)
    every_weeks = fields.Integer(strict=True, load_default=1)
    from_day = Day(data_key="from", load_default=None)
    to = Day(load_default=None, allow_none=True)
    quantity = Quantity(load_default=None, allow_none=True, least=1, most=MOST_UNITS)


class LooseSchema(ApiSchema):
    """A quantity a week or a month, and in which part of the week it is mostly given."""

    quantity = Quantity(required=True, least=1, most=MOST_UNITS)
    per = fields.String(load_default="week", validate=validate.OneOf(["week", "month"]))
    part = fields.String(
        load_default="daytime", allow_none=True, validate=validate.OneOf([part.value for part in PartOfWeek])
    )


class TotalSchema(ApiSchema):
    """A quantity until a day; without one until the last day of the choice, else of the voucher."""

    quantity = Quantity(required=True, least=1, most=MOST_UNITS)
    to = Day(load_default=None, allow_none=True)


class PlanSchema(ApiSchema):
    """A plan of visits: exactly one of timed patterns, a loose quantity or a total."""

    timed = fields.List(
        fields.Nested(TimedSchema), load_default=list, validate=validate.Length(max=MOST_PATTERNS)
    )
    loose = fields.Nested(LooseSchema, load_default=None, allow_none=True)
    total = fields.Nested(TotalSchema, load_default=None, allow_none=True)


def wish_of(sent: Document) -> Wish:
    """Return what a client wishes, by a plan or by one of the quantities."""
    starts_on, ends_on, plan = sent["starts_on"], sent["ends_on"], sent["plan"]
    if plan is None:
        return Wish(starts_on, ends_on, sent["quantity"], sent["quantity_per_week"])
    total = plan["total"]
    if total is not None and not plan["timed"] and plan["loose"] is None:
        return Wish(starts_on, total["to"] or ends_on, total["quantity"], None)
    visit_plan = VisitPlan(
        0,
        "",
        tuple([_timed(each, starts_on) for each in plan["timed"]]),
        None if plan["loose"] is None else _loose(plan["loose"], starts_on),
        None if total is None else TotalPattern(total["quantity"], starts_on, total["to"] or starts_on),
    )
    return Wish.of_plan(visit_plan, starts_on, ends_on)


def _timed(sent: Document, starts_on: date) -> TimedPattern:
    return TimedPattern(
        weekdays=frozenset(day - 1 for day in sent["weekdays"]),
        start_minute=sent["start"].hour * HOUR_MINUTES + sent["start"].minute,
        length_minutes=sent["length"],
        first_day=sent["from_day"] or starts_on,
        last_day=sent["to"],
        every_weeks=sent["every_weeks"],
        quantity=sent["quantity"],
    )


def _loose(sent: Document, starts_on: date) -> LoosePattern:
    part = None if sent["part"] is None else PartOfWeek(sent["part"])
    return LoosePattern(sent["quantity"], PeriodKind(sent["per"]), starts_on, None, part)


def plan_out(plan: VisitPlan) -> Document:
    """Return a plan as `PlanSchema` dumps it."""
    loose, total = plan.loose, plan.total
    return {
        "timed": [_timed_out(pattern) for pattern in plan.timed],
        "loose": loose
        and {
            "quantity": loose.quantity,
            "per": loose.per.value,
            "part": loose.part.value if loose.part else None,
        },
        "total": total and {"quantity": total.quantity, "to": total.last_day},
    }


def _timed_out(pattern: TimedPattern) -> Document:
    return {
        "weekdays": [day + 1 for day in sorted(pattern.weekdays)],
        "start": time(*divmod(pattern.start_minute, HOUR_MINUTES)),
        "length": pattern.length_minutes,
        "every_weeks": pattern.every_weeks,
        "from_day": pattern.first_day,
        "to": pattern.last_day,
        "quantity": pattern.quantity,
    }
