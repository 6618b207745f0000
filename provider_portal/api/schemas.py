"""Schemas of the provider's endpoints (contract, HTTP API)."""

from __future__ import annotations

from marshmallow import INCLUDE, fields, validate

from clearing.charges.corrections.rules.counter_entries import GIVEN_REASONS
from foundation.vocabulary.labels import COMMUNICATION
from foundation.web.api import ApiSchema, Code, Day, Id, Money, Quantity, Text, paged_schema

OUTCOMES = ("accepted", "refused", "on_hold")
FILE_STATES = ("waiting", "running", "done", "stopped", "ended", "failed")
STATES = ("accepted", "on_hold", "refused", "settled", "withdrawn", "rejected")


class ChargeInSchema(ApiSchema):
    """A charge, for documentation: the rules validate it (R-01). Without `unit_price` the list applies."""

    class Meta:
        """Unknown fields are left to the rules."""

        unknown = INCLUDE

    reference = fields.Raw(allow_none=True, metadata={"type": "string", "example": "2026-11-0017"})
    voucher = fields.Raw(allow_none=True, metadata={"type": "string"})
    service = fields.Raw(allow_none=True, metadata={"type": "string", "example": "HOME_CARE"})
    service_day = fields.Raw(allow_none=True, metadata={"type": "string", "format": "date"})
    start = fields.Raw(allow_none=True, metadata={"type": "string", "example": "08:00"})
    end = fields.Raw(allow_none=True, metadata={"type": "string", "example": "09:30"})
    quantity = fields.Raw(allow_none=True, metadata={"type": "string", "example": "1.50"})
    unit = fields.Raw(allow_none=True, metadata={"type": "string", "example": "hour"})
    unit_price = fields.Raw(allow_none=True, metadata={"type": "string", "example": "36.00"})
    total = fields.Raw(allow_none=True, metadata={"type": "string", "example": "54.00"})
    client = fields.Raw(allow_none=True, metadata={"type": "string"})
    worker = fields.Raw(allow_none=True, metadata={"type": "string"})
    note = fields.Raw(allow_none=True, metadata={"type": "string"})
    visit = fields.Raw(allow_none=True, metadata={"type": "string", "example": "700-20261203-1"})
    cancel_reason = fields.Raw(allow_none=True, metadata={"type": "string", "example": "client_ill"})
    notice_hours = fields.Raw(allow_none=True, metadata={"type": "string", "example": "3.00"})


class WithdrawSchema(ApiSchema):
    """Why a charge is withdrawn."""

    why = Text(most=500, load_default="")


class CorrectionSchema(ApiSchema):
    """What is given back and why. Without quantity and price: all that remains of the charge."""

    reference = Code(required=True, validate=[validate.Regexp(r"^[A-Za-z0-9/_.-]{1,64}$")])
    reason = fields.String(required=True, validate=validate.OneOf([reason.value for reason in GIVEN_REASONS]))
    quantity = Quantity()
    price_cents = Money(data_key="price")
    note = Text(most=500, load_default="")


class ReasonSchema(ApiSchema):
    """Why a charge was refused or put on hold, or what to know about it."""

    rule = fields.String()
    code = fields.String()
    severity = fields.String(validate=validate.OneOf(["R", "H", "W", "I"]))
    field = fields.String(allow_none=True)
    title = fields.String()
    detail = fields.String()
    fix = fields.String()
    who = fields.String()


class OwnBalanceSchema(ApiSchema):
    """The part of a funding's balance that a provider sees: what the client's choice of it still holds."""

    held = Money(allow_none=True)


class ChargeOutSchema(ApiSchema):
    """What was decided of a charge."""

    id = fields.Integer(allow_none=True)
    reference = fields.String(allow_none=True)
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    reasons = fields.List(fields.Nested(ReasonSchema))
    price = Money(allow_none=True)
    county_pays = Money(allow_none=True)
    co_payment = Money(allow_none=True)
    balance = fields.Nested(OwnBalanceSchema, allow_none=True)
    duplicate = fields.Boolean()


class CorrectionOutSchema(ChargeOutSchema):
    """What was decided of a correction, and which charge or correction it corrects."""

    corrects = fields.Integer()


class ListedChargeSchema(ChargeOutSchema):
    """A stored charge: as it was sent, and what was decided of it. `provider` is a business ID.

    A correction has the voucher, client, service, day, unit and unit price of its original charge, and units
    and money of its own with their sign. `corrects` and `corrects_reference` name the row that it corrects.
    """

    provider = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    received_at = fields.AwareDateTime()
    settlement = fields.Integer(allow_none=True)
    corrects = fields.Integer(allow_none=True)
    corrects_reference = fields.String(allow_none=True)
    voucher = fields.Raw(allow_none=True)
    service = fields.Raw(allow_none=True)
    service_day = fields.Raw(allow_none=True)
    start = fields.Raw(allow_none=True)
    end = fields.Raw(allow_none=True)
    quantity = fields.Raw(allow_none=True)
    unit = fields.Raw(allow_none=True)
    unit_price = fields.Raw(allow_none=True)
    total = fields.Raw(allow_none=True)
    client = fields.Raw(allow_none=True)
    worker = fields.Raw(allow_none=True)
    note = fields.Raw(allow_none=True)
    visit = fields.Raw(allow_none=True)
    cancel_reason = fields.Raw(allow_none=True)
    notice_hours = fields.Raw(allow_none=True)


class ChargeSumSchema(ApiSchema):
    """The charges of one state: how many, and their money. Only `accepted` and `settled` ones are paid."""

    state = fields.String(validate=validate.OneOf(STATES))
    count = fields.Integer()
    price = Money(attribute="price_cents")
    county_pays = Money(attribute="county_pays_cents")
    co_payment = Money(attribute="co_payment_cents")


class ChargePageSchema(paged_schema(ListedChargeSchema)):  # type: ignore[misc]
    """A page of charges; `sums` are of all that match, with `?sums=true`."""

    sums = fields.List(fields.Nested(ChargeSumSchema))


class ChargeQuery(ApiSchema):
    """Filters of a list of charges."""

    state = fields.String(validate=validate.OneOf(STATES))
    reference = Code()
    voucher = Code()
    first_day = Day(data_key="from")
    last_day = Day(data_key="to")
    settlement = fields.Integer(validate=validate.Range(min=1, max=2**63 - 1))
    file = fields.Integer(validate=validate.Range(min=1, max=2**63 - 1))
    sums = fields.Boolean(load_default=False)


class CheckQuery(ApiSchema):
    """Whether to decide without storing."""

    check = fields.Boolean(load_default=False)


class RowResultSchema(ChargeOutSchema):
    """One row of a file; the header is row 1."""

    row = fields.Integer()
    reasons_left_out = fields.Integer()


class ChargeFileSchema(ApiSchema):
    """What was decided of a file. The four counts add up to `rows`; past 1,000 rows the results are paged.

    Until `state` is `done`, the counts are 0 and `rows_done` says how many rows have been decided. A dry run
    has no `id`; one that is kept has `dry_run`. A file that is `stopped` may be gone on with until
    `go_on_until`. If nobody did, it is `ended`: the counts and `not_taken_in` add up to `rows`, the answer
    file names the rows that were not taken in, and `/refused` has them too.
    """

    id = fields.Integer(attribute="answer.id", allow_none=True)
    dry_run = fields.Integer(attribute="dry_run_id", allow_none=True)
    name = fields.String(attribute="answer.name")
    sha256 = fields.String(attribute="answer.sha256")
    rows = fields.Integer(attribute="answer.rows")
    state = fields.String(attribute="answer.state", validate=validate.OneOf(FILE_STATES))
    rows_done = fields.Integer(attribute="answer.rows_done")
    seconds_left = fields.Integer(attribute="answer.seconds_left", allow_none=True)
    go_on_until = Day(attribute="answer.go_on_until", allow_none=True)
    not_taken_in = fields.Integer(attribute="answer.not_taken_in")
    accepted = fields.Integer(attribute="answer.accepted")
    refused = fields.Integer(attribute="answer.refused")
    on_hold = fields.Integer(attribute="answer.on_hold")
    duplicates = fields.Integer(attribute="answer.duplicates")
    results = fields.List(fields.Nested(RowResultSchema))
    reasons_left_out = fields.Integer()
    page = fields.Integer(attribute="paging.page")
    page_size = fields.Integer(attribute="paging.page_size")
    pages = fields.Integer(attribute="paging.pages")
    unknown_columns = fields.List(fields.String(), attribute="answer.unknown_columns")
    cleaned_rows = fields.List(fields.Integer(), attribute="answer.cleaned_rows")
    totals_row = fields.Integer(attribute="answer.totals_row", allow_none=True)


class ResultsQuery(ApiSchema):
    """Which page of the results."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    page_size = fields.Integer(load_default=1000, validate=validate.Range(min=1, max=1000))


class FileQuery(ApiSchema):
    """Options of a file that is sent as the request body."""

    mapping = fields.String(validate=validate.Length(max=100_000), load_default="")
    dry_run = fields.Boolean(load_default=False)
    name = fields.String(validate=validate.Length(max=200), load_default="")


class OwnPriceSchema(ApiSchema):
    """A dated price per unit, VAT included; both days included, no last day: until further notice."""

    id = fields.Integer(dump_only=True)
    offering = Id(required=True, attribute="offering_id")
    time_class = Code(required=True)
    unit_price = Money(required=True, least=1, attribute="unit_price_cents")
    first_day = Day(required=True, data_key="from")
    last_day = Day(data_key="to", allow_none=True, load_default=None)


class OwnPriceEditSchema(ApiSchema):
    """The fields of a price that can change."""

    unit_price = Money(least=1, attribute="unit_price_cents")
    first_day = Day(data_key="from")
    last_day = Day(data_key="to", allow_none=True)


class PriceQuery(ApiSchema):
    """Filters of a list of prices."""

    offering = fields.Integer(validate=validate.Range(min=1, max=2**63 - 1))


class OfferingTextsSchema(ApiSchema):
    """The texts and terms of an offering."""

    title = Text(least=1, most=120)
    about = Text(most=2000)
    languages = fields.List(Text(least=2, most=20), validate=validate.Length(min=1, max=20))
    municipalities = fields.List(Text(least=3, most=60), validate=validate.Length(max=400))
    place = Id(attribute="unit_id", allow_none=True)
    remote = fields.Boolean()
    communication = fields.List(
        fields.String(validate=validate.OneOf(sorted(COMMUNICATION))),
        validate=validate.Length(max=len(COMMUNICATION)),
    )
    home_visits = fields.Boolean(allow_none=True)
    next_free_on = Day(allow_none=True)
    cancel_notice_hours = fields.Integer(strict=True, validate=validate.Range(min=0, max=720))
    cancel_share_percent = fields.Integer(strict=True, validate=validate.Range(min=0, max=100))
    published = fields.Boolean()


class OfferingInSchema(OfferingTextsSchema):
    """A new offering: a service of a county's catalogue."""

    county = Code(required=True)
    service = Code(required=True)


class OfferingOutSchema(OfferingInSchema):
    """An offering with its prices."""

    id = fields.Integer()
    unit = fields.String()
    version = fields.Integer()
    prices = fields.List(fields.Nested(OwnPriceSchema))
