"""Schemas of what clients pay a provider themselves."""

from __future__ import annotations

from marshmallow import fields, validate

from clearing.co_payments.facts.invoices import InvoiceState, Way
from clearing.co_payments.facts.returns import ReturnChoice
from foundation.web.api import ApiSchema, Code, Day, Money, Quantity

BY_HAND = (Way.BANK.value, Way.CASH.value)
MONTH = r"^[0-9]{4}-[0-9]{2}$"
STATES = [state.value for state in InvoiceState]


class OwedSchema(ApiSchema):
    """What a client owes for a month, by day of service.

    `own_share` is of accepted charges, after corrections. `waiting` is disputed or on hold: it is not
    invoiced before that is decided. `to_credit`, below zero, was invoiced and then corrected.
    """

    county = fields.String()
    client = fields.String()
    client_name = fields.String()
    month = fields.String(metadata={"example": "2026-11"})
    own_share = Money(attribute="own_cents")
    invoiced = Money(attribute="invoiced_cents")
    to_invoice = Money(attribute="to_invoice_cents")
    to_credit = Money(attribute="to_credit_cents")
    waiting = Money(attribute="waiting_cents")


class InvoiceLineSchema(ApiSchema):
    """The own share of one charge."""

    charge = fields.Integer(attribute="charge_id")
    service_day = Day()
    service = fields.String()
    unit = fields.String()
    quantity = Quantity()
    sum = Money(attribute="cents")
    vat_rate = Quantity(attribute="vat_percent_hundredths")


class CreditNoteSchema(ApiSchema):
    """A credit note; its sums are below zero."""

    id = fields.Integer()
    number = fields.Integer()
    made_on = Day()
    sum = Money(attribute="sum_cents")


class ReceiptSchema(ApiSchema):
    """Money that came."""

    id = fields.Integer()
    sum = Money(attribute="cents")
    paid_on = Day()
    way = fields.String(validate=validate.OneOf([way.value for way in Way]))


class InvoiceSchema(ApiSchema):
    """An invoice of own shares to a client. `open` is what is still to be paid, below zero to be given back.

    `to_credit`, below zero, is corrected and has no credit note yet; `open` and `credited` count it already.
    `returned` went back to the payer's card; of that `undecided` waits for your decision and `waived` is not
    owed. `disputed` may still go back.
    """

    id = fields.Integer()
    number = fields.Integer()
    county = fields.String()
    client = fields.String()
    client_name = fields.String()
    month = fields.String(metadata={"example": "2026-11"})
    state = fields.String(validate=validate.OneOf(STATES))
    made_on = Day()
    due_on = Day()
    reference = fields.String()
    iban = fields.String()
    sum = Money(attribute="sum_cents")
    credited = Money(attribute="credited_cents")
    paid = Money(attribute="paid_cents")
    returned = Money(attribute="returned_cents")
    undecided = Money(attribute="undecided_cents")
    waived = Money(attribute="waived_cents")
    disputed = Money(attribute="disputed_cents")
    open = Money(attribute="open_cents")
    to_credit = Money(attribute="to_credit_cents")
    lines = fields.List(fields.Nested(InvoiceLineSchema))
    credit_notes = fields.List(fields.Nested(CreditNoteSchema))
    receipts = fields.List(fields.Nested(ReceiptSchema))


class InvoiceInSchema(ApiSchema):
    """The client and the month of service; without `due_on` the client has two weeks."""

    county = Code(required=True)
    client = Code(required=True)
    month = fields.String(required=True, validate=validate.Regexp(MONTH), metadata={"example": "2026-11"})
    due_on = Day()


class ReturnedInSchema(ApiSchema):
    """Whether the client still owes what went back. With the `undecided` you saw, no other is decided."""

    choice = fields.String(required=True, validate=validate.OneOf([choice.value for choice in ReturnChoice]))
    undecided = Money()


class MonthSchema(ApiSchema):
    """What each client owes for a month and has no invoice of; `total` is the sum of `to_invoice`."""

    month = fields.String(metadata={"example": "2026-11"})
    total = Money(attribute="total_cents")
    items = fields.List(fields.Nested(OwedSchema))


class MonthInSchema(ApiSchema):
    """The month; without `due_on` clients have two weeks. With the `total` you saw, no other is made."""

    month = fields.String(required=True, validate=validate.Regexp(MONTH), metadata={"example": "2026-11"})
    due_on = Day()
    total = Money()


class MadeSchema(ApiSchema):
    """The invoices that were made, one for each client."""

    items = fields.List(fields.Nested(InvoiceSchema))


class PaidInSchema(ApiSchema):
    """Money that came; without `amount` all that is open."""

    amount = Money()
    paid_on = Day(required=True)
    way = fields.String(load_default=Way.BANK.value, validate=validate.OneOf(BY_HAND))
