"""Schemas of settlements and their statements (contract, HTTP API)."""

from __future__ import annotations

from marshmallow import fields

from foundation.web.api import ApiSchema, Day, Money, Quantity
from provider_portal.api.schemas import ListedChargeSchema


class PaymentSchema(ApiSchema):
    """The bank transfer; its sum may include what earlier settlements left unpaid."""

    sum = Money(attribute="sum_cents")
    carried = Money(attribute="carried_cents")
    iban = fields.String()
    reference = fields.String()
    end_to_end_id = fields.String()
    state = fields.String()
    answered_on = Day(allow_none=True)
    return_reason = fields.String(allow_none=True)


class SettlementSchema(ApiSchema):
    """The charges that one payment run pays."""

    id = fields.Integer()
    number = fields.String(metadata={"example": "12-345"})
    county = fields.String()
    until = Day()
    state = fields.String()
    charges = fields.Integer()
    sum = Money()
    waiting = fields.String(allow_none=True)
    payment = fields.Nested(PaymentSchema, allow_none=True)


class ExpectedPaymentSchema(ApiSchema):
    """Accepted charges that no approved run has, and the day on which they are paid if the run is approved.

    `day` is null for a county that has not said when it pays, and for what waits (`waiting` says why).
    `late`: the county's run is late, so that it does not reach the day any more; the charges are in the next
    one. A day that has passed is always late. A charge that was on hold past the cut-off of its pay day has
    the first pay day whose cut-off it meets after it was accepted.
    """

    county = fields.String()
    day = Day(allow_none=True)
    late = fields.Boolean(allow_none=True)
    waiting = fields.String(allow_none=True)
    charges = fields.Integer()
    sum = Money()


class HeldPaymentSchema(ApiSchema):
    """Charges on hold of a county: they have no pay day until it has decided on them."""

    county = fields.String()
    charges = fields.Integer()
    sum = Money()


class OpenPayDaySchema(ApiSchema):
    """A charge that comes in to the county by `cut_off` is paid on `day`; both null: it has not said when."""

    county = fields.String()
    day = Day(allow_none=True)
    cut_off = Day(allow_none=True)


class ExpectedPaymentsSchema(ApiSchema):
    """What is paid when, the earliest first, what is on hold, and the pay day of what comes in now."""

    items = fields.List(fields.Nested(ExpectedPaymentSchema))
    on_hold = fields.List(fields.Nested(HeldPaymentSchema))
    pay_days = fields.List(fields.Nested(OpenPayDaySchema))


class ServiceSumSchema(ApiSchema):
    """The charges, or the corrections, of one service at one rate of VAT, which the prices include."""

    service = fields.String(attribute="code")
    unit = fields.String()
    vat_percent = Quantity(attribute="vat_hundredths", metadata={"example": "25.50"})
    corrections = fields.Boolean(attribute="is_correction")
    charges = fields.Integer(attribute="count")
    quantity = Quantity()
    price = Money(attribute="price_cents")
    county_pays = Money(attribute="county_pays_cents")
    co_payment = Money(attribute="co_payment_cents")


class SettlementDetailSchema(SettlementSchema):
    """A settlement with its sums and charges; `hash` is that of its run. Both are null before approval."""

    hash = fields.String(allow_none=True)
    check_link = fields.String(allow_none=True)
    charged = Money()
    corrected = Money()
    services = fields.List(fields.Nested(ServiceSumSchema))
    items = fields.List(fields.Nested(ListedChargeSchema))


class StatementProviderSchema(ApiSchema):
    """Whose statement it is."""

    business_id = fields.String()
    name = fields.String()


class CheckedStatementSchema(ApiSchema):
    """What the books hold of a statement: `sum` of its charges, `payment` with what earlier ones left."""

    number = fields.String(metadata={"example": "12-345"})
    county = fields.String()
    provider = fields.Nested(StatementProviderSchema)
    until = Day()
    state = fields.String()
    sum = Money()
    payment = Money(allow_none=True)
    paid_on = Day(allow_none=True)
    hash = fields.String(allow_none=True)
