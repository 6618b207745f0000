"""The settings of a county as one value: what its file holds, and what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clearing.eligibility.facts.calendar import CalendarRange
from clearing.payments.rules.pay_days import SettlementCalendar
from county_desk.rules.complaint_paths import ComplaintPathSetup
from county_desk.rules.texts import Texts
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class TimeClassSetup:
    """A time class that the calendar uses; all counties share them."""

    code: str
    name: Texts


@dataclass(frozen=True, slots=True)
class ServiceSetup:
    """A service of the catalogue, which all counties share. `vat_exemption` is empty if VAT is paid on it."""

    code: str
    unit: str
    vat: str
    vat_exemption: str
    free_of_charge: bool
    name: Texts
    about: Texts


@dataclass(frozen=True, slots=True)
class MunicipalitySetup:
    """A municipality by the code of Statistics Finland; its centre in degrees (WGS 84)."""

    code: str
    name: Texts
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class AddressSetup:
    """The postal address of the county on invoices; the postal code has 5 digits."""

    street: str
    postcode: str
    town: str


@dataclass(frozen=True, slots=True)
class CostCentreSetup:
    """A cost centre and its appropriation for the year in whole cents."""

    code: str
    name: Texts
    appropriation_cents: Money


@dataclass(frozen=True, slots=True)
class SharedSetup:
    """What all counties share: definitions of services, and time classes."""

    definitions: tuple[ServiceSetup, ...]
    time_classes: tuple[TimeClassSetup, ...]


@dataclass(frozen=True, slots=True)
class CountySetup:
    """Everything that a county needs before its first grant, except people, values and providers.

    `services` are the codes that it offers; `shared` is what its file defines, or all that is stored.
    `calendar_from` and `late_days_from` are the first days of calendar and late days (None: not said),
    `address_from` that of the address, and `settlement_calendar_from` that of the days on which it pays.
    Without an `address` or a `settlement_calendar` what is stored stays, and so it does without
    `complaint_paths` (None); an empty tuple removes them. A calendar that `is_end` ends the pay days.
    """

    code: str
    name: Texts
    business_id: str
    phone: str
    late_days: int
    message_months: int
    iban: str
    bic: str
    bank_letters: str
    calendar: tuple[CalendarRange, ...]
    municipalities: tuple[MunicipalitySetup, ...]
    cost_centres: tuple[CostCentreSetup, ...]
    services: tuple[str, ...]
    shared: SharedSetup
    calendar_from: date | None = None
    late_days_from: date | None = None
    address: AddressSetup | None = None
    address_from: date | None = None
    complaint_paths: tuple[ComplaintPathSetup, ...] | None = None
    settlement_calendar: SettlementCalendar | None = None
    settlement_calendar_from: date | None = None


class SetupCode(StrEnum):
    """Why a county's file is not carried out."""

    DAY_NOT_COVERED = "day_not_covered"
    DAY_COVERED_TWICE = "day_covered_twice"
    TIME_CLASS_UNKNOWN = "time_class_unknown"
    SERVICE_UNKNOWN = "service_unknown"
    SHARED_DIFFERS = "shared_with_other_counties"
    IN_USE = "in_use"
    MUNICIPALITY_IN_USE = "municipality_in_use"
    MUNICIPALITY_ENDED = "municipality_ended"
    OTHER_COUNTY = "belongs_to_another_county"
    PAST_LOCKED = "past_locked"
    PAY_DAYS_BEGIN_LATER = "pay_days_begin_later"
    COUNTY_UNKNOWN = "county_unknown"
    ACCOUNT_NOT_HERE = "account_not_here"
    SHARED_BY_OPERATOR = "shared_by_operator"
    CODE_FIXED = "county_code_fixed"
    CHANGED_MEANWHILE = "changed_meanwhile"
