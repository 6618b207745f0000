"""Schemas of offerings: queries and responses."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from foundation.vocabulary.labels import COMMUNICATION
from foundation.web.api import ApiSchema, ClockTime, Code, Day, Id, Money, Quantity, Text
from marketplace.rules.distance import Place
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import CLASSES_OF_TIME

LONGEST_WAIT_DAYS = 366
FARTHEST_KM = 2000
MOST_NAMES, LONGEST_NAME = 10, 64


def read_place(text: str) -> Place:
    """Read `LAT,LON` in WGS 84 degrees; ValidationError if it is not a place on Earth."""
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ValidationError("field_malformed") from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValidationError("field_malformed")
    return Place(latitude, longitude)


def read_names(text: str) -> tuple[str, ...]:
    """Read names separated by commas, at most ten of at most 64 characters each."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if len(found) > MOST_NAMES or any(len(part) > LONGEST_NAME for part in found):
        raise ValidationError("field_malformed")
    return found


def read_ways(text: str) -> tuple[str, ...]:
    """Read ways of communication separated by commas."""
    found = read_names(text)
    if not set(found) <= COMMUNICATION.keys():
        raise ValidationError("field_malformed")
    return found


class OfferingsQuery(ApiSchema):
    """The conditions of a search (contract, GET /offerings)."""

    q = Text(most=200, load_default="")
    service = Code(load_default=None)
    municipality = Code(load_default=None)
    near = Text(most=50, load_default=None, validate=[read_place], metadata={"example": "61.688,27.272"})
    within_km = fields.Float(load_default=None, validate=validate.Range(min=0, max=FARTHEST_KM))
    language = Code(load_default=None)
    remote = fields.Boolean(load_default=None)
    home_visits = fields.Boolean(load_default=None)
    communication = fields.String(
        load_default="", validate=[read_ways], metadata={"example": "plain_language,pictures"}
    )
    time = fields.String(load_default=None, validate=validate.OneOf(sorted(CLASSES_OF_TIME)))
    free_within_days = fields.Integer(
        load_default=None, validate=validate.Range(min=0, max=LONGEST_WAIT_DAYS)
    )
    max_price = Money(load_default=None, least=0)
    access = Text(most=650, load_default="", validate=[read_names], metadata={"example": "step_free,lift"})
    voucher = Code(load_default=None)
    sort = fields.Enum(Sort, by_value=True, load_default=None)

    @post_load
    def read(self, query: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Convert the place and the names."""
        near = query["near"]
        return {
            **query,
            "near": None if near is None else read_place(near),
            "access": read_names(query["access"]),
            "communication": read_ways(query["communication"]),
        }


class NamesSchema(ApiSchema):
    """One name in Finnish, Swedish and English."""

    fi = fields.String()
    sv = fields.String()
    en = fields.String()


class VoucherQuery(ApiSchema):
    """A voucher, to get the client's own price."""

    voucher = Code(load_default=None)


class ChoiceReasonSchema(ApiSchema):
    """Why something cannot be chosen, in the language of the answer."""

    code = fields.String()
    field = fields.String()
    title = fields.String()
    detail = fields.String()
    fix = fields.String()


class PlaceSchema(ApiSchema):
    """The place where, or from which, an offering is given."""

    name = fields.String()
    street = fields.String()
    municipality = fields.Nested(NamesSchema)
    latitude = fields.Float()
    longitude = fields.Float()
    access = fields.Dict()


class PriceSchema(ApiSchema):
    """A dated price per unit; if `to` is null, until further notice."""

    time_class = fields.String()
    unit_price = Money(attribute="unit_price_cents")
    first_day = Day(data_key="from")
    last_day = Day(data_key="to", allow_none=True)


class ListedOfferingSchema(ApiSchema):
    """An offering of a list. The last five fields are only given with a `voucher`."""

    id = Id()
    title = fields.String()
    about = fields.String()
    service = fields.String()
    service_name = fields.Nested(NamesSchema)
    unit = fields.String()
    provider = fields.String(metadata={"description": "business ID"})
    provider_name = fields.String()
    county = fields.String()
    place = fields.Nested(PlaceSchema, allow_none=True)
    languages = fields.List(fields.String())
    remote = fields.Boolean()
    communication = fields.List(fields.String())
    home_visits = fields.Boolean(allow_none=True)
    next_free_on = Day(allow_none=True)
    unit_price = Money(allow_none=True)
    distance_km = fields.Float(allow_none=True)
    you_pay = Money(allow_none=True)
    county_pays = Money(allow_none=True)
    units_money_gives = Quantity(allow_none=True)
    eligible = fields.Boolean()
    reasons = fields.List(fields.Nested(ChoiceReasonSchema))


class FreeTimeSchema(ApiSchema):
    """A time that is free; `to` 00:00 is midnight at the end of the day."""

    day = Day()
    starts = ClockTime(data_key="from")
    ends = ClockTime(data_key="to")


class OfferingSchema(ListedOfferingSchema):
    """An offering with every dated price, and its free times if the provider gives hours of the week."""

    free_times = fields.List(fields.Nested(FreeTimeSchema))

    municipalities = fields.List(fields.String())
    cancel_notice_hours = fields.Integer()
    cancel_share_percent = fields.Integer()
    prices = fields.List(fields.Nested(PriceSchema))


class ProviderSchema(ApiSchema):
    """A provider of the public register with its offerings."""

    business_id = fields.String()
    name = fields.String()
    about = fields.String()
    email = fields.String()
    phone = fields.String()
    website = fields.String()
    first_visit = fields.String()
    offerings = fields.List(fields.Nested(OfferingSchema))
