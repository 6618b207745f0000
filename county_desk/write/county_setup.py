"""Rows of a county's settings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.payments.rules.pay_days import SettlementCalendar as PaysOn
from county_desk.rules.county_setup import CountySetup, ServiceSetup
from county_desk.rules.first_days import BEGINNING, FirstDays
from county_desk.rules.texts import Texts
from county_desk.write.complaint_paths import store_complaint_paths
from foundation.database.columns import Base
from foundation.database.search_words import first_search_words
from foundation.database.tables.counties import (
    CalendarRange,
    CostCentre,
    County,
    CountyAddress,
    LateDaysChange,
    Municipality,
    SettlementCalendar,
    TimeClass,
)
from foundation.database.tables.services import CountyService, SearchWord, Service

Row = dict[str, Any]


class StillUsedError(Exception):
    """A setting that is to be removed is in use; `path` is its place in the file."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


def store_setup(session: Session, setup: CountySetup, days: FirstDays, dated: Collection[str]) -> int:
    """Make the stored settings of the county those of `setup`; return the county's id.

    Args:
        session: The session.
        setup: The settings.
        days: From which days the dated settings are in force.
        dated: Which of them are stored: some of `DATED`.

    Raises:
        StillUsedError: A municipality or a cost centre that it removes is in use.
    """
    for time_class in setup.shared.time_classes:
        _store_numbered(session, TimeClass, time_class.code, _names(time_class.name))
    for service in setup.shared.definitions:
        _store_numbered(session, Service, service.code, _service(service))
    late_days = {"late_days": setup.late_days} if days.late_days == BEGINNING else {}
    county_id = _store_numbered(session, County, setup.code, _county(setup) | late_days)
    if "late_days" in dated and days.late_days != BEGINNING:
        late_days = {"late_days": setup.late_days}
        _store_version(session, LateDaysChange, county_id, days.late_days, late_days)
    if "address" in dated and setup.address is not None:
        _store_version(session, CountyAddress, county_id, days.address, asdict(setup.address))
    if "settlement_calendar" in dated and setup.settlement_calendar is not None:
        pays = _pays(setup.settlement_calendar)
        _store_version(session, SettlementCalendar, county_id, days.settlement_calendar, pays)
    if "calendar" in dated:
        _store_calendar(session, county_id, setup, days.calendar)
    store_complaint_paths(session, county_id, setup.complaint_paths or ())
    _store_municipalities(session, county_id, setup)
    _store_cost_centres(session, county_id, setup)
    _store_offered(session, county_id, setup)
    session.flush()
    return county_id


def _store_numbered(session: Session, table: type[County | Service | TimeClass], code: str, row: Row) -> int:
    """Update the row with a code, or insert it under the next id; return its id."""
    stored = session.scalar(select(table.id).where(table.code == code))
    if stored is not None:
        session.execute(update(table).where(table.id == stored).values(row))
        return stored
    key = session.scalars(select(func.coalesce(func.max(table.id), 0) + 1)).one()
    session.execute(insert(table).values(id=key, code=code, **row))
    return key


def _county(setup: CountySetup) -> Row:
    return {
        **_names(setup.name),
        "business_id": setup.business_id,
        "phone": setup.phone,
        "message_months": setup.message_months,
        "iban": setup.iban,
        "bic": setup.bic,
        "bank_letters": setup.bank_letters,
    }


def _pays(calendar: PaysOn) -> Row:
    month_day, second, *_none = *calendar.month_days, None, None
    return {
        "weekday": calendar.weekday,
        "month_day": month_day,
        "second_month_day": second,
        "cut_off_days": None if calendar.is_end else calendar.cut_off_days,
    }


def _service(service: ServiceSetup) -> Row:
    """Return the row of a service. A description that the file does not give is kept."""
    about = service.about
    texts = {"fi": about.fi, "sv": about.sv, "en": about.en, "selko": about.selko}
    return {
        **_names(service.name),
        **{f"about_{language}": text for language, text in texts.items() if text},
        "unit": service.unit,
        "vat_kind": service.vat,
        "vat_exemption": service.vat_exemption or None,
        "free_of_charge": service.free_of_charge,
    }


def _names(texts: Texts) -> Row:
    return {"name_fi": texts.fi, "name_sv": texts.sv, "name_en": texts.en}


_VERSIONS: dict[str, type[CalendarRange | LateDaysChange | CountyAddress | SettlementCalendar]] = {
    "calendar": CalendarRange,
    "late_days": LateDaysChange,
    "address": CountyAddress,
    "settlement_calendar": SettlementCalendar,
}


def remove_version(session: Session, county_id: int, name: str, first_day: date) -> bool:
    """Remove the version of a dated setting that begins on a day; return whether there was one."""
    table = _VERSIONS[name]
    own = (table.county_id == county_id) & (table.from_day == first_day)
    return session.scalars(delete(table).where(own).returning(table.county_id)).first() is not None


def _store_version(
    session: Session,
    table: type[LateDaysChange | CountyAddress | SettlementCalendar],
    county_id: int,
    day: date,
    values: Row,
) -> None:
    new = upsert(table).values({"county_id": county_id, "from_day": day, **values})
    session.execute(new.on_conflict_do_update(index_elements=["county_id", "from_day"], set_=values))


def _store_calendar(session: Session, county_id: int, setup: CountySetup, day: date) -> None:
    classes = dict(session.execute(select(TimeClass.code, TimeClass.id)).all())
    session.execute(
        delete(CalendarRange).where(CalendarRange.county_id == county_id, CalendarRange.from_day == day)
    )
    rows = [
        {
            "county_id": county_id,
            "day_kind": entry.day_kind,
            "from_minute": entry.from_minute,
            "to_minute": entry.to_minute,
            "time_class_id": classes[entry.time_class],
            "from_day": day,
        }
        for entry in setup.calendar
    ]
    _insert(session, CalendarRange, rows)


def _store_municipalities(session: Session, county_id: int, setup: CountySetup) -> None:
    rows = {
        place.code: {
            "county_id": county_id,
            "name_fi": place.name.fi,
            "name_sv": place.name.sv,
            "latitude": place.latitude,
            "longitude": place.longitude,
        }
        for place in setup.municipalities
    }
    ours = (Municipality.county_id == county_id) & Municipality.ended_on.is_(None)
    _store_coded(session, "municipalities", Municipality, ours, rows)


def _store_cost_centres(session: Session, county_id: int, setup: CountySetup) -> None:
    rows = {
        centre.code: {
            **_names(centre.name),
            "county_id": county_id,
            "appropriation_cents": centre.appropriation_cents,
        }
        for centre in setup.cost_centres
    }
    _store_coded(session, "cost_centres", CostCentre, CostCentre.county_id == county_id, rows)


def _store_coded(
    session: Session, path: str, table: type[Municipality | CostCentre], ours: Any, rows: dict[str, Row]
) -> None:
    """Insert, update and delete rows of the county, so that they are these by code."""
    stored = set(session.scalars(select(table.code).where(ours)))
    for code, row in rows.items():
        if code in stored:
            session.execute(update(table).where(ours, table.code == code).values(row))
        else:
            session.execute(insert(table).values(code=code, **row))
    for code in sorted(stored - rows.keys()):
        try:
            session.execute(delete(table).where(ours, table.code == code))
        except IntegrityError as error:
            raise StillUsedError(f"{path}.{code}") from error


def _store_offered(session: Session, county_id: int, setup: CountySetup) -> None:
    """Store the services that the county offers. A new one begins with the first search words."""
    ids = dict(
        session.execute(select(Service.code, Service.id).where(Service.code.in_(setup.services))).all()
    )
    stored = set(
        session.scalars(select(CountyService.service_id).where(CountyService.county_id == county_id))
    )
    added = {code: key for code, key in ids.items() if key not in stored}
    _insert(session, CountyService, [{"county_id": county_id, "service_id": key} for key in added.values()])
    words = [
        {"county_id": county_id, "service_id": added[service], "text": text, "word": word}
        for service, text, word in first_search_words()
        if service in added
    ]
    _insert(session, SearchWord, words)
    removed = stored - set(ids.values())
    for table in (SearchWord, CountyService):
        session.execute(delete(table).where(table.county_id == county_id, table.service_id.in_(removed)))


def _insert(session: Session, table: type[Base], rows: list[Row]) -> None:
    if rows:
        session.execute(insert(table), rows)
