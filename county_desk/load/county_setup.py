"""The stored settings of a county, and what other counties share with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import SmallInteger, cast, exists, func, select, text
from sqlalchemy.orm import Session

from clearing.eligibility.facts.calendar import CalendarRange
from clearing.eligibility.load.calendars import calendars
from clearing.eligibility.rules.time_classes import calendar_on
from clearing.payments.load.pay_days import settlement_calendars
from clearing.payments.rules.pay_days import SettlementCalendar as PaysOn
from clearing.payments.rules.pay_days import version_on
from county_desk.load.complaint_paths import stored_complaint_paths
from county_desk.rules.county_setup import (
    AddressSetup,
    CostCentreSetup,
    CountySetup,
    MunicipalitySetup,
    ServiceSetup,
    SharedSetup,
    TimeClassSetup,
)
from county_desk.rules.first_days import BEGINNING, DATED, FirstDays
from county_desk.rules.texts import Texts
from foundation.database.tables.counties import CalendarRange as CalendarRow
from foundation.database.tables.counties import (
    CostCentre,
    County,
    CountyAddress,
    LateDaysChange,
    Municipality,
    SettlementCalendar,
    TimeClass,
)
from foundation.database.tables.grants import Funding, FundingService
from foundation.database.tables.services import CountyService, Service
from foundation.vocabulary.money import Money
from marketplace.load.county_addresses import county_address

GRANTED = ("unit", "vat", "vat_exemption")
"""What a service keeps once it is granted: its charges are priced, and invoices are made, by it."""
_VERSIONS: dict[str, type[CalendarRow | LateDaysChange | CountyAddress | SettlementCalendar]] = {
    "calendar": CalendarRow,
    "late_days": LateDaysChange,
    "address": CountyAddress,
    "settlement_calendar": SettlementCalendar,
}
_LOCK_KEY = 0x6F6D_6373
"""The advisory lock of setting up ("omcs")."""


def lock_setup(session: Session) -> None:
    """Wait until nobody else sets up a county; the lock ends with the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})


def use_of_county(session: Session, code: str) -> bool | None:
    """Return whether a voucher of a county was ever granted; None if there is no such county."""
    granted = exists().where(Funding.county_id == County.id)
    return session.scalar(select(granted).where(County.code == code))


def county_id_of(session: Session, code: str) -> int:
    """Return the id of a county that is stored."""
    return session.scalars(select(County.id).where(County.code == code)).one()


def newest_setup(session: Session, code: str) -> CountySetup | None:
    """Return the settings of a county with its newest dated settings, also those that begin later."""
    of_county = select(County.id).where(County.code == code).scalar_subquery()
    newest = (
        session.scalar(select(func.max(table.from_day)).where(table.county_id == of_county))
        for table in (_VERSIONS[name] for name in DATED)
    )
    days = FirstDays(*(day or BEGINNING for day in newest))
    stored = stored_setup(session, code, days)
    if stored is None:
        return None
    return replace(
        stored,
        calendar_from=_said(days.calendar),
        late_days_from=_said(days.late_days),
        address_from=_said(days.address),
        settlement_calendar_from=_said(days.settlement_calendar),
    )


def _said(day: date) -> date | None:
    return None if day == BEGINNING else day


def stored_setup(session: Session, code: str, days: FirstDays) -> CountySetup | None:
    """Return the settings of a county; None if there is none with this code.

    Dated settings are those in force on their days. Ended municipalities are left out.
    """
    county = session.scalar(select(County).where(County.code == code))
    if county is None:
        return None
    return CountySetup(
        code=county.code,
        name=Texts(county.name_fi, county.name_sv, county.name_en),
        business_id=county.business_id,
        phone=county.phone,
        late_days=session.scalars(
            select(func.late_days_on(cast(county.id, SmallInteger), days.late_days))
        ).one(),
        message_months=county.message_months,
        iban=county.iban,
        bic=county.bic,
        bank_letters=county.bank_letters,
        calendar=_calendar(session, county.id, days.calendar),
        municipalities=_municipalities(session, county.id),
        cost_centres=_cost_centres(session, county.id),
        services=tuple(_offered(session, county.id)),
        shared=stored_shared(session),
        address=_address(session, county.id, days.address),
        complaint_paths=stored_complaint_paths(session, county.id),
        settlement_calendar=_settlement_calendar(session, county.id, days.settlement_calendar),
    )


def stored_shared(session: Session) -> SharedSetup:
    """Return the definitions of services and the time classes of all counties."""
    services = session.scalars(select(Service).order_by(Service.id))
    classes = session.scalars(select(TimeClass).order_by(TimeClass.id))
    return SharedSetup(
        tuple(map(_definition, services)),
        tuple(TimeClassSetup(row.code, Texts(row.name_fi, row.name_sv, row.name_en)) for row in classes),
    )


def pay_day_versions(session: Session, code: str) -> list[PaysOn]:
    """Return all that a county has said about its pay days; nothing for one that is not stored."""
    county_id = session.scalar(select(County.id).where(County.code == code))
    return [] if county_id is None else settlement_calendars(session, [county_id])[county_id]


def shared_paths(session: Session, code: str) -> frozenset[str]:
    """Return the beginnings of the paths that the file of this county may not change.

    They are the services that another county offers, `GRANTED` of services that were granted, and the time
    classes in another county's calendar.
    """
    elsewhere = session.scalars(
        select(Service.code)
        .join(CountyService, CountyService.service_id == Service.id)
        .join(County, County.id == CountyService.county_id)
        .where(County.code != code)
    )
    granted = session.scalars(
        select(Service.code).where(exists().where(FundingService.service_id == Service.id))
    ).all()
    classes = session.scalars(
        select(TimeClass.code)
        .join(CalendarRow, CalendarRow.time_class_id == TimeClass.id)
        .join(County, County.id == CalendarRow.county_id)
        .where(County.code != code)
    )
    return frozenset(
        [f"service_definitions.{service}." for service in elsewhere]
        + [f"service_definitions.{service}.{name}" for service in granted for name in GRANTED]
        + [f"time_classes.{time_class}." for time_class in classes]
    )


def _address(session: Session, county_id: int, day: date) -> AddressSetup | None:
    found = county_address(session, county_id, day)
    return None if found is None else AddressSetup(found.street, found.postcode, found.town)


def _settlement_calendar(session: Session, county_id: int, day: date) -> PaysOn | None:
    found = version_on(settlement_calendars(session, [county_id])[county_id], day)
    return None if found is None else replace(found, from_day=BEGINNING)


def _calendar(session: Session, county_id: int, day: date) -> tuple[CalendarRange, ...]:
    in_force = calendar_on(calendars(session, [county_id])[county_id], day)
    return tuple(each._replace(from_day=BEGINNING) for each in in_force)


def _municipalities(session: Session, county_id: int) -> tuple[MunicipalitySetup, ...]:
    rows = session.scalars(
        select(Municipality)
        .where(Municipality.county_id == county_id, Municipality.ended_on.is_(None))
        .order_by(Municipality.code)
    )
    return tuple(
        MunicipalitySetup(row.code, Texts(row.name_fi, row.name_sv), row.latitude, row.longitude)
        for row in rows
    )


def _cost_centres(session: Session, county_id: int) -> tuple[CostCentreSetup, ...]:
    rows = session.scalars(
        select(CostCentre).where(CostCentre.county_id == county_id).order_by(CostCentre.code)
    )
    return tuple(
        CostCentreSetup(
            row.code, Texts(row.name_fi, row.name_sv, row.name_en), Money(row.appropriation_cents)
        )
        for row in rows
    )


def _offered(session: Session, county_id: int) -> list[str]:
    rows = session.scalars(
        select(Service.code)
        .join(CountyService, CountyService.service_id == Service.id)
        .where(CountyService.county_id == county_id)
        .order_by(Service.id)
    )
    return list(rows)


def _definition(row: Service) -> ServiceSetup:
    return ServiceSetup(
        row.code,
        row.unit,
        row.vat_kind,
        row.vat_exemption or "",
        row.free_of_charge,
        Texts(row.name_fi, row.name_sv, row.name_en),
        Texts(row.about_fi, row.about_sv, row.about_en, row.about_selko),
    )
