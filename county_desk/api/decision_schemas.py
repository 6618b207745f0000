"""A decision as it arrives (contract, POST /decisions)."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate
from typing_extensions import override

from clearing.grants.facts.decision import DecidedBudget, DecidedIncome
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import CarryOver, FundingKind, Overrun
from clearing.grants.rules.grant_warnings import OVER_APPROPRIATION
from foundation.vocabulary.dates import DateWindow, PeriodKind, parse_iso_day
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import parse_hundredths
from foundation.web.api import ApiSchema, Code, Day, Money, Quantity, Text

MOST_FUNDINGS, MOST_SERVICES, MOST_CLASSES = 100, 50, 50
NAME_LENGTH = 200


class Window(fields.Field[DateWindow]):
    """First and last day, both included: `["2026-01-01", "2026-12-31"]`."""

    def __init__(self, **kwargs: Any) -> None:
        day = {"type": "string", "format": "date"}
        super().__init__(metadata={"type": "array", "items": day, "minItems": 2, "maxItems": 2}, **kwargs)

    @override
    def _serialize(
        self, value: DateWindow | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> list[str] | None:
        return None if value is None else [value.first.isoformat(), value.last.isoformat()]

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> DateWindow:
        days = [parse_iso_day(day) if isinstance(day, str) else None for day in _pair(value)]
        first, last = days
        if first is None or last is None:
            raise ValidationError("field_malformed")
        return DateWindow(first, last)


def _pair(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValidationError("field_malformed")
    return value


class Values(fields.Field[dict[str, Any]]):
    """Euros per unit by time class or `any`; with several services by service first. Empty: none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"type": "object", "example": {"weekday": "36.00"}}, **kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > MOST_SERVICES:
            raise ValidationError("field_malformed")
        if not value:
            return {}
        nested = [isinstance(inner, dict) for inner in value.values()]
        if any(nested) and not all(nested):
            raise ValidationError("field_malformed")
        by_service = value if all(nested) else {"": value}
        return {service: _by_class(by_class) for service, by_class in by_service.items()}


def _by_class(sent: dict[str, Any]) -> dict[str, int]:
    read = {name: parse_hundredths(text) if isinstance(text, str) else None for name, text in sent.items()}
    found = {name: cents for name, cents in read.items() if cents is not None}
    if len(found) != len(sent) or not 1 <= len(sent) <= MOST_CLASSES:
        raise ValidationError("field_malformed")
    return found


class DecidedClientSchema(ApiSchema):
    """Whom the decision concerns. The identity code is kept only as a keyed hash."""

    number = Code(required=True)
    name = Text(required=True, least=1, most=NAME_LENGTH)
    municipality = Text(required=True, least=1, most=NAME_LENGTH)
    language = fields.Enum(Language, by_value=True, load_default=Language.FI)
    identity_code = Text(load_default=None, allow_none=True, most=20)
    protected_address = fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata={"description": "Turvakielto; null or missing: as the county knows it"},
    )


class MayMoveSchema(ApiSchema):
    """What the client may move between the fundings of the budget."""

    up_to = Money(required=True, least=0)


class DecidedBudgetSchema(ApiSchema):
    """A personal budget."""

    amount = Money(required=True)
    window = Window(required=True)
    client_may_move = fields.Nested(MayMoveSchema, load_default=None, allow_none=True)

    @post_load
    def read(self, sent: dict[str, Any], **_options: Any) -> DecidedBudget:
        """As the grant takes it."""
        may_move = sent["client_may_move"] or {"up_to": 0}
        return DecidedBudget(sent["amount"], sent["window"], may_move["up_to"])


class PeriodSchema(ApiSchema):
    """A limit by week, month or quarter; `share` of what is unused is carried over with `up_to`."""

    period = fields.Enum(PeriodKind, by_value=True, required=True)
    amount = Money(load_default=None, allow_none=True)
    quantity = Quantity(load_default=None, allow_none=True)
    carry = fields.Enum(CarryOver, by_value=True, load_default=CarryOver.NONE)
    share = Quantity(load_default=0, metadata={"example": "0.50"})

    @post_load
    def read(self, sent: dict[str, Any], **_options: Any) -> PeriodLimit:
        """As the grant takes it."""
        return PeriodLimit(sent["period"], sent["amount"], sent["quantity"], sent["carry"], sent["share"])


class IncomeSchema(ApiSchema):
    """value = max − (income − limit)/100 × percent/60, at least the floor; euros a month and an hour."""

    max = Money(required=True)
    income = Money(required=True)
    limit = Money(required=True)
    percent = Quantity(required=True, metadata={"example": "35.00"})
    floor = Money(required=True)

    @post_load
    def read(self, sent: dict[str, Any], **_options: Any) -> DecidedIncome:
        """As the grant takes it."""
        return DecidedIncome(sent["max"], sent["income"], sent["limit"], sent["percent"], sent["floor"])


class DecidedFundingSchema(ApiSchema):
    """A voucher or payment commitment."""

    external_id = Code(required=True)
    kind = fields.Enum(FundingKind, by_value=True, required=True)
    services = fields.List(Code(), required=True, validate=validate.Length(max=MOST_SERVICES))
    window = Window(required=True)
    amount = Money(attribute="amount_cents", load_default=None, allow_none=True)
    quantity = Quantity(load_default=None, allow_none=True)
    per_period = fields.Nested(PeriodSchema, load_default=None, allow_none=True)
    unit_values = Values(load_default=None, allow_none=True)
    income_related = fields.Nested(IncomeSchema, load_default=None, allow_none=True)
    price_cap = Values(attribute="price_caps", load_default=None, allow_none=True)
    free_of_charge = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    overrun = fields.Enum(Overrun, by_value=True, load_default=Overrun.REFUSE)
    provider = Code(load_default=None, allow_none=True)


class DecisionInSchema(ApiSchema):
    """A whole decision. What it leaves out of an earlier one stays, unless `replaces` names it.

    `replaces` has numbers of decisions (this one's too) and voucher codes of the client. They close on the
    first day of this decision, and their free money goes back to the appropriation that night.
    """

    number = Code(required=True)
    county = Code(required=True)
    decided_on = Day(required=True)
    decided_by = Text(required=True, least=1, most=NAME_LENGTH)
    legal_basis = Text(required=True, least=1, most=500)
    cost_centre = Code(required=True)
    client = fields.Nested(DecidedClientSchema, required=True)
    personal_budget = fields.Nested(DecidedBudgetSchema, load_default=None, allow_none=True)
    fundings = fields.List(
        fields.Nested(DecidedFundingSchema), required=True, validate=validate.Length(max=MOST_FUNDINGS)
    )
    replaces = fields.List(Code(), load_default=list, validate=validate.Length(max=MOST_FUNDINGS))
    acknowledged = fields.List(
        fields.String(validate=validate.OneOf([OVER_APPROPRIATION])), load_default=list
    )


class OverlapSchema(ApiSchema):
    """Another voucher of the client that pays for some of the same services on some of the same days."""

    external_id = fields.String()
    voucher = fields.String()
    decision = fields.String()
    services = fields.List(fields.String())
    window = Window()


class DecisionOutSchema(ApiSchema):
    """What was granted: the vouchers by external id, and the client's other vouchers that they overlap.

    `left_out` are vouchers of the decision that the document left out and that stay open, `replaced` those
    that it closed.
    """

    number = fields.String()
    county = fields.String()
    version = fields.Integer()
    vouchers = fields.Dict(keys=fields.String(), values=fields.String())
    overlaps = fields.List(fields.Nested(OverlapSchema))
    left_out = fields.Dict(keys=fields.String(), values=fields.String())
    replaced = fields.List(fields.String())
