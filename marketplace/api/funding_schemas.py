"""Schemas of fundings and choices."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validates_schema

from foundation.web.api import ApiSchema, Day, FieldProblem, Id, Money, Quantity
from foundation.web.catalogues import N_
from marketplace.api.names import NamesSchema

MOST_UNITS = 99_999_99


class BalanceSchema(ApiSchema):
    """granted = free + held + charged + settled + returned."""

    granted = Money()
    free = Money()
    held = Money()
    charged = Money()
    settled = Money()
    returned = Money()


class ForecastSchema(ApiSchema):
    """How long the money lasts at the pace of the client's plan, else of recent use; null: not known."""

    left = Money()
    per_week = Money(allow_none=True)
    lasts_until = Day(allow_none=True)
    units_money_gives = Quantity(allow_none=True)


class ChoiceInSchema(ApiSchema):
    """What is chosen, from when, and how much: units per week, or in total."""

    offering = Id(required=True)
    starts_on = Day(required=True)
    ends_on = Day(load_default=None, allow_none=True)
    quantity_per_week = Quantity(load_default=None, allow_none=True, least=1, most=MOST_UNITS)
    quantity = Quantity(load_default=None, allow_none=True, least=1, most=MOST_UNITS)

    @validates_schema
    def check(self, sent: dict[str, Any], **_options: Any) -> None:
        """Require exactly one of the quantities, and the days in order."""
        given = [name for name in ("quantity_per_week", "quantity") if sent.get(name) is not None]
        if len(given) != 1:
            raise FieldProblem(
                "quantity", "one_quantity", N_("Give either a quantity per week or a total quantity")
            )
        if sent.get("ends_on") is not None and sent["ends_on"] < sent["starts_on"]:
            raise FieldProblem("ends_on", "ends_before_start", N_("The last day is before the first"))


class FundingChoiceSchema(ApiSchema):
    """A choice and the money it holds. `from` and `to` are its days, `undo_until` the last day to undo it."""

    id = Id()
    voucher = fields.String()
    offering = Id()
    provider = fields.String()
    provider_name = fields.String()
    service_name = fields.Nested(NamesSchema)
    unit = fields.String()
    from_day = Day(data_key="from")
    to = Day(allow_none=True)
    starts_on = Day()
    ends_on = Day(allow_none=True)
    quantity = Quantity(allow_none=True)
    quantity_per_week = Quantity(allow_none=True)
    held = Money()
    planned = Money()
    state = fields.String(metadata={"enum": ["in_force", "ended", "undone"]})
    undo_until = Day(allow_none=True)
    lasts_until = Day(allow_none=True)


class ChoiceSchema(FundingChoiceSchema):
    """A choice with the balance of its funding."""

    balance = fields.Nested(BalanceSchema)


class DecisionSchema(ApiSchema):
    """The decision behind a funding."""

    number = fields.String()
    decided_on = Day()
    decided_by = fields.String()
    legal_basis = fields.String()
    state = fields.String()


class FundingSchema(ApiSchema):
    """A funding: terms, balance, forecast."""

    voucher = fields.String()
    client = fields.String()
    county = fields.String()
    kind = fields.String()
    state = fields.String(allow_none=True)
    services = fields.List(fields.String())
    unit = fields.String(allow_none=True)
    window = fields.List(Day())
    quantity = Quantity(allow_none=True)
    quantity_left = Quantity(allow_none=True)
    unit_values = fields.Dict()
    price_cap = fields.Dict()
    per_period = fields.Dict(allow_none=True)
    free_of_charge = fields.Boolean()
    overrun = fields.String()
    decision = fields.Nested(DecisionSchema)
    provider = fields.String(allow_none=True)
    balance = fields.Nested(BalanceSchema)
    forecast = fields.Nested(ForecastSchema)
    choices = fields.List(fields.Nested(FundingChoiceSchema))
