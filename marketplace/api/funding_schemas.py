"""Schemas of fundings and choices."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validates_schema

from foundation.web.api import ApiSchema, Day, FieldProblem, Id, Money, Quantity
from foundation.web.catalogues import N_
from marketplace.api.plan_schemas import MOST_UNITS, PlanSchema
from marketplace.api.schemas import ChoiceReasonSchema, NamesSchema
from marketplace.api.wishes import GuardianActSchema
from marketplace.rules.visit_refusals import PLAN_FAULTS


class BalanceSchema(ApiSchema):
    """granted = free + held + charged + settled + returned."""

    granted = Money(attribute="granted_cents")
    free = Money(attribute="free_cents")
    held = Money(attribute="held_cents")
    charged = Money(attribute="charged_cents")
    settled = Money(attribute="settled_cents")
    returned = Money(attribute="returned_cents")


class UnitBalanceSchema(ApiSchema):
    """The balance of a funding that is granted in units: the same accounts, in units."""

    granted = Quantity(attribute="granted_hundredths")
    free = Quantity(attribute="free_hundredths")
    held = Quantity(attribute="held_hundredths")
    charged = Quantity(attribute="charged_hundredths")
    settled = Quantity(attribute="settled_hundredths")
    returned = Quantity(attribute="returned_hundredths")


class AlarmSchema(ApiSchema):
    """What happens first: money that runs out early or ends unused, or a chosen provider that stops."""

    kind = fields.String(
        attribute="kind.value",
        metadata={"enum": ["provider_stops", "money_runs_out", "money_ends_unused"]},
    )
    day = Day()


class ForecastSchema(ApiSchema):
    """How long the money lasts at the pace of the client's plan, else of recent use; null: not known.

    `units_granted` is set if the funding is granted in units: its sums are then only the books' reserve.
    """

    left = Money(attribute="outlook.left_cents")
    per_week = Money(attribute="outlook.per_week_cents", allow_none=True)
    lasts_until = Day(attribute="outlook.lasts_until", allow_none=True)
    units_money_gives = Quantity(attribute="units", allow_none=True)
    units_granted = Quantity(attribute="granted.granted", allow_none=True, dump_default=None)


class ChoiceInSchema(GuardianActSchema):
    """What is chosen, from when, and how much: a plan of visits, units per week, or units in total."""

    offering = Id(required=True)
    starts_on = Day(required=True)
    ends_on = Day(load_default=None, allow_none=True)
    quantity_per_week = Quantity(load_default=None, allow_none=True, least=1, most=MOST_UNITS)
    quantity = Quantity(load_default=None, allow_none=True, least=1, most=MOST_UNITS)
    plan = fields.Nested(PlanSchema, load_default=None, allow_none=True)

    @validates_schema
    def check(self, sent: dict[str, Any], **_options: Any) -> None:
        """Require exactly one of the plan and the quantities, and the days in order."""
        given = [name for name in ("quantity_per_week", "quantity", "plan") if sent.get(name) is not None]
        if len(given) != 1:
            raise FieldProblem(
                "quantity", "one_quantity", N_("Give either a quantity per week or a total quantity")
            )
        plan = sent.get("plan")
        if plan is not None and sum(map(bool, (plan["timed"], plan["loose"], plan["total"]))) != 1:
            raise FieldProblem("plan", "one_kind_of_plan", PLAN_FAULTS["one_kind_of_plan"])
        if sent.get("ends_on") is not None and sent["ends_on"] < sent["starts_on"]:
            raise FieldProblem("ends_on", "ends_before_start", N_("The last day is before the first"))


class ProviderStopSchema(ApiSchema):
    """From a day on the provider may not give the service: its approval, papers or price ended."""

    state = fields.String(
        attribute="state.value", metadata={"enum": ["pending", "suspended", "ended", "papers", "price"]}
    )
    from_day = Day(data_key="from")


class FundingChoiceSchema(ApiSchema):
    """A choice and the money it holds. `from` and `to` are its days, `undo_until` the last day to undo it.

    `lasts_until` is the last day that its hold reaches, `stopped_by` the limit that ends it before its plan.
    """

    id = Id(attribute="choice.id")
    voucher = fields.String(attribute="choice.voucher")
    offering = Id(attribute="choice.offering_id")
    provider = fields.String(attribute="choice.business_id")
    provider_name = fields.String(attribute="choice.provider")
    service_name = fields.Nested(NamesSchema, attribute="choice.service_name")
    unit = fields.String(attribute="choice.unit")
    from_day = Day(data_key="from", attribute="choice.starts_on")
    to = Day(attribute="choice.ends_on", allow_none=True)
    starts_on = Day()
    ends_on = Day(allow_none=True)
    quantity = Quantity(attribute="choice.quantity", allow_none=True)
    quantity_per_week = Quantity(attribute="choice.quantity_per_week", allow_none=True)
    held = Money(attribute="choice.held_cents")
    held_quantity = Quantity(attribute="choice.held_quantity")
    planned = Money(attribute="choice.planned_cents")
    state = fields.String(metadata={"enum": ["in_force", "ended", "undone"]})
    undo_until = Day(allow_none=True)
    plan = fields.Nested(PlanSchema, allow_none=True)
    provider_stops = fields.Nested(ProviderStopSchema, allow_none=True)
    lasts_until = Day(allow_none=True)
    stopped_by = fields.String(
        attribute="choice.stopped_by",
        allow_none=True,
        metadata={"enum": ["money", "units", "month_limit", "window", "rule"]},
    )


class ChoiceSchema(FundingChoiceSchema):
    """A choice with the balance of its funding."""

    balance = fields.Nested(BalanceSchema)


class MadeChoiceSchema(ChoiceSchema):
    """A choice that was just made. `warnings` have not forbidden it, such as two visits at the same time."""

    warnings = fields.List(fields.Nested(ChoiceReasonSchema))


class DecisionSchema(ApiSchema):
    """The decision behind a funding."""

    number = fields.String(attribute="funding.decision_number")
    decided_on = Day(attribute="funding.decided_on")
    decided_by = fields.String(attribute="funding.decided_by")
    legal_basis = fields.String(attribute="funding.legal_basis")
    state = fields.String(attribute="decision_state")


class FundingSchema(ApiSchema):
    """A funding: terms, balance, forecast."""

    voucher = fields.String(attribute="facts.voucher")
    client = fields.String(attribute="facts.client_number")
    county = fields.String(attribute="funding.county.code")
    kind = fields.String(attribute="facts.kind.value")
    state = fields.String(allow_none=True)
    services = fields.List(fields.String())
    unit = fields.String(attribute="funding.unit", allow_none=True)
    window = fields.List(Day())
    quantity = Quantity(attribute="terms.quantity_limit", allow_none=True)
    quantity_left = Quantity(allow_none=True)
    unit_values = fields.Dict()
    price_cap = fields.Dict()
    per_period = fields.Dict(allow_none=True)
    free_of_charge = fields.Boolean(attribute="terms.free_of_charge")
    overrun = fields.String(attribute="terms.overrun.value")
    decision = fields.Nested(DecisionSchema)
    provider = fields.String(attribute="funding.provider_business_id", allow_none=True)
    balance = fields.Nested(BalanceSchema, attribute="funding.balance")
    balance_quantity = fields.Nested(UnitBalanceSchema, allow_none=True)
    forecast = fields.Nested(ForecastSchema)
    alarm = fields.Nested(AlarmSchema, allow_none=True)
    choices = fields.List(fields.Nested(FundingChoiceSchema))
