"""Two counties of eastern Finland: municipalities, settings, calendar, cost centres.

The values are in `counties.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from foundation.database.tables.counties import (
    CalendarRange,
    ComplaintPath,
    CostCentre,
    County,
    CountyAddress,
    Municipality,
    SettlementCalendar,
    TimeClass,
)
from worlds.check_digits import BIC, business_id, iban


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality: code, Finnish and Swedish name, centre; of an ended one the last day and successor."""

    code: str
    name_fi: str
    name_sv: str
    latitude: float
    longitude: float
    ended_on: date | None = None
    successor_code: str | None = None


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """A county to be written; `hours` are (day kind, from hour, to hour, time class).

    `pays` says on which days it pays; it is empty if the county has not said it.
    """

    id: int
    code: str
    names: tuple[str, str, str]
    phone: str
    address: dict[str, str]
    pays: dict[str, int]
    hours: tuple[tuple[str, int, int, str], ...]
    places: tuple[Place, ...]
    ended_places: tuple[Place, ...]
    complaint_paths: dict[str, dict[str, Any]]


def _plan(name: str) -> CountyPlan:
    row = _DATA["counties"][name]
    return CountyPlan(
        id=row["id"],
        code=row["code"],
        names=tuple(row["names"]),
        phone=row["phone"],
        address=row["address"],
        pays=row.get("pays", {}),
        hours=tuple(tuple(hours) for hours in row["hours"]),
        places=tuple(Place(**place) for place in row["places"]),
        ended_places=tuple(Place(**place) for place in row.get("ended_places", ())),
        complaint_paths=row.get("complaint_paths", {}),
    )


_DATA = tomllib.loads(Path(__file__).with_name("counties.toml").read_text(encoding="utf-8"))
TEXTS_OF_A_PATH = (
    *("phone", "email", "web", "address", "hours_fi", "hours_sv", "hours_en"),
    *("note_fi", "note_sv", "note_en", "note_selko"),
)
"""What a contact of a county may leave out."""
TIME_CLASS_IDS: dict[str, int] = {row["code"]: row["id"] for row in _DATA["time_classes"]}
SOUTH_SAVO, SOUTH_KARELIA = _plan("south_savo"), _plan("south_karelia")


def write_time_classes(session: Session) -> None:
    """Write the time classes, which all counties share."""
    session.add_all(TimeClass(**row) for row in _DATA["time_classes"])
    session.flush()


def write_county(
    session: Session, plan: CountyPlan, late_days: int, *, appropriation_percent: int = 100
) -> None:
    """Write a county with its settings, municipalities and cost centres; sampling is off."""
    fi, sv, en = plan.names
    session.add(
        County(
            id=plan.id,
            code=plan.code,
            name_fi=fi,
            name_sv=sv,
            name_en=en,
            business_id=business_id(9000 + plan.id),
            phone=plan.phone,
            late_days=late_days,
            iban=iban(9000 + plan.id),
            bic=BIC,
        )
    )
    session.flush()
    session.add(CountyAddress(county_id=plan.id, from_day=date.min, **plan.address))
    if plan.pays:
        session.add(SettlementCalendar(county_id=plan.id, from_day=date.min, **plan.pays))
    for places in (plan.places, plan.ended_places):
        session.add_all(Municipality(county_id=plan.id, **asdict(place)) for place in places)
        session.flush()
    for kind, path in plan.complaint_paths.items():
        given = dict.fromkeys(TEXTS_OF_A_PATH, "") | path
        session.add(ComplaintPath(county_id=plan.id, kind=kind, **given))
    _write_calendar(session, plan)
    for row in _DATA["cost_centres"]:
        cents = row["appropriation_cents"] * appropriation_percent // 100
        session.add(CostCentre(county_id=plan.id, **row | {"appropriation_cents": cents}))
    session.flush()


def _write_calendar(session: Session, plan: CountyPlan) -> None:
    session.add_all(
        CalendarRange(
            county_id=plan.id,
            day_kind=kind,
            from_minute=first * 60,
            to_minute=last * 60,
            time_class_id=TIME_CLASS_IDS[time_class],
        )
        for kind, first, last, time_class in plan.hours
    )
