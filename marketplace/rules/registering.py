"""A provider's entry in the register: what it must hold, and every field that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from clearing.eligibility.facts.kinds import PaperKind
from foundation.tabular.import_report import CELL_FAULT_TEXTS
from foundation.vocabulary.identifiers import parse_business_id, parse_iban
from foundation.vocabulary.refusals import Refusal

LONGEST_TEXT = 500
REGISTER_TEXTS = ("name", "email", "phone", "website", "about", "first_visit")

REGISTER_FAULTS: Final[Mapping[str, str]] = {
    "field_missing": "The field %(field)s is empty.",
    "field_malformed": CELL_FAULT_TEXTS["field_malformed"],
    "field_too_long": "The field %(field)s is too long.",
    "business_id_wrong": "The business ID is wrong: check its digits.",
    "iban_wrong": "The account number (IBAN) is wrong: check its digits.",
    "window_backwards": "The last day is before the first day.",
    "municipality_unknown": "There is no such municipality.",
    "provider_is_shared": "Another county knows this provider. Leave the field %(field)s as it is: only the "
    "provider can have it changed.",
    "service_unknown": "The county does not offer this service.",
}
"""The sentence of each code, as a msgid."""


@dataclass(frozen=True, slots=True)
class RegisterPaper:
    """A paper that must be valid on the service day (R-15); no last day: until further notice."""

    kind: PaperKind
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a municipality, where a place without coordinates is put."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class RegisterUnit:
    """A place of the provider; `municipality` is a code."""

    name: str
    street: str
    municipality: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A provider as it is entered into the register, or brought up to date there."""

    business_id: str
    name: str
    email: str
    phone: str
    website: str = ""
    about: str = ""
    first_visit: str = ""
    iban: str | None = None
    bic: str = ""
    papers: tuple[RegisterPaper, ...] = ()
    units: tuple[RegisterUnit, ...] = field(default=())


def wrong_in_registration(registration: Registration, municipalities: frozenset[str]) -> tuple[Refusal, ...]:
    """Return every field that is wrong."""
    return tuple(_faults(registration, municipalities))


def _faults(registration: Registration, municipalities: frozenset[str]) -> Iterator[Refusal]:
    if parse_business_id(registration.business_id) is None:
        yield Refusal("business_id_wrong", "business_id")
    for name in ("name", "email", "phone"):
        value = getattr(registration, name)
        if not value.strip():
            yield Refusal("field_missing", name)
        elif len(value) > LONGEST_TEXT:
            yield Refusal("field_too_long", name)
    if registration.iban is not None and parse_iban(registration.iban) is None:
        yield Refusal("iban_wrong", "iban")
    for paper in registration.papers:
        if paper.last_day is not None and paper.last_day < paper.first_day:
            yield Refusal("window_backwards", paper.kind.value)
    if any(unit.municipality not in municipalities for unit in registration.units):
        yield Refusal("municipality_unknown", "municipality")
