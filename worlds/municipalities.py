"""Two counties of eastern Finland: municipalities, settings, calendar, cost centres.

Codes are Statistics Finland's; the centre of each municipality places it on the map (degrees, WGS 84).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from foundation.database.tables.counties import CalendarRange, CostCentre, County, Municipality, TimeClass
from worlds.check_digits import BIC, business_id, iban


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality: code, Finnish and Swedish name, centre."""

    code: str
    name_fi: str
    name_sv: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """A county to be written; `hours` are (day kind, from hour, to hour, time class)."""

    id: int
    code: str
    names: tuple[str, str, str]
    phone: str
    hours: tuple[tuple[str, int, int, str], ...]
    places: tuple[Place, ...]


TIME_CLASSES = (
    (0, "any", "Kaikki ajat", "Alla tider", "Any time"),
    (1, "weekday", "Arki", "Vardag", "Weekday"),
    (2, "evening", "Ilta", "Kväll", "Evening"),
    (3, "night", "Yö", "Natt", "Night"),
    (4, "saturday", "Lauantai", "Lördag", "Saturday"),
    (5, "sunday_or_holiday", "Sunnuntai tai pyhä", "Söndag eller helgdag", "Sunday or holiday"),
    (6, "saturday_evening", "Lauantai-ilta", "Lördagskväll", "Saturday evening"),
)

COST_CENTRES = (
    ("4410", "Vammaispalvelut", "Funktionshinderservice", "Disability services", 480_000_000),
    (
        "4420",
        "Ikääntyneiden kotona asuminen",
        "Äldres boende hemma",
        "Older people living at home",
        360_000_000,
    ),
    (
        "4430",
        "Perheiden ja aikuisten palvelut",
        "Service för familjer och vuxna",
        "Families and adults",
        120_000_000,
    ),
)

SOUTH_SAVO = CountyPlan(
    12,
    "12",
    ("Etelä-Savon hyvinvointialue", "Södra Savolax välfärdsområde", "South Savo wellbeing services county"),
    "015 000 1200",
    (
        ("weekday", 0, 7, "night"),
        ("weekday", 7, 18, "weekday"),
        ("weekday", 18, 22, "evening"),
        ("weekday", 22, 24, "night"),
        ("saturday", 0, 7, "night"),
        ("saturday", 7, 22, "saturday"),
        ("saturday", 22, 24, "night"),
        ("sunday_or_holiday", 0, 24, "sunday_or_holiday"),
    ),
    (
        Place("046", "Enonkoski", "Enonkoski", 62.0886, 28.9300),
        Place("097", "Hirvensalmi", "Hirvensalmi", 61.6394, 26.7800),
        Place("178", "Juva", "Juva", 61.8975, 27.8567),
        Place("213", "Kangasniemi", "Kangasniemi", 61.9903, 26.6403),
        Place("491", "Mikkeli", "S:t Michel", 61.6886, 27.2722),
        Place("507", "Mäntyharju", "Mäntyharju", 61.4178, 26.8792),
        Place("588", "Pertunmaa", "Pertunmaa", 61.5036, 26.4794),
        Place("593", "Pieksämäki", "Pieksämäki", 62.3003, 27.1583),
        Place("623", "Puumala", "Puumala", 61.5231, 28.1767),
        Place("681", "Rantasalmi", "Rantasalmi", 62.0639, 28.3031),
        Place("740", "Savonlinna", "Nyslott", 61.8681, 28.8861),
        Place("768", "Sulkava", "Sulkava", 61.7875, 28.3717),
    ),
)

SOUTH_KARELIA = CountyPlan(
    11,
    "11",
    (
        "Etelä-Karjalan hyvinvointialue",
        "Södra Karelens välfärdsområde",
        "South Karelia wellbeing services county",
    ),
    "05 000 1100",
    # Real tables omit the night: there is no class for weekdays 22-07 nor for weekend nights.
    (
        ("weekday", 7, 18, "weekday"),
        ("weekday", 18, 22, "evening"),
        ("saturday", 7, 18, "saturday"),
        ("saturday", 18, 22, "saturday_evening"),
        ("sunday_or_holiday", 7, 22, "sunday_or_holiday"),
    ),
    (
        Place("153", "Imatra", "Imatra", 61.1714, 28.7750),
        Place("405", "Lappeenranta", "Villmanstrand", 61.0583, 28.1861),
        Place("416", "Lemi", "Lemi", 61.0622, 27.8047),
        Place("441", "Luumäki", "Luumäki", 60.9211, 27.5606),
        Place("580", "Parikkala", "Parikkala", 61.5517, 29.5000),
        Place("689", "Rautjärvi", "Rautjärvi", 61.4200, 29.3600),
        Place("700", "Ruokolahti", "Ruokolahti", 61.2917, 28.8167),
        Place("739", "Savitaipale", "Savitaipale", 61.2000, 27.6833),
        Place("831", "Taipalsaari", "Taipalsaari", 61.1606, 28.0594),
    ),
)


def write_time_classes(session: Session) -> None:
    """Write the time classes, which all counties share."""
    for key, code, fi, sv, en in TIME_CLASSES:
        session.add(TimeClass(id=key, code=code, name_fi=fi, name_sv=sv, name_en=en))
    session.flush()


def write_county(
    session: Session, plan: CountyPlan, late_days: int, *, appropriation_percent: int = 100
) -> None:
    """Write a county, its municipalities, calendar and cost centres; sampling is off."""
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
    _write_places(session, plan)
    _write_calendar(session, plan)
    session.add_all(
        CostCentre(
            county_id=plan.id,
            code=code,
            name_fi=fi,
            name_sv=sv,
            name_en=en,
            appropriation_cents=cents * appropriation_percent // 100,
        )
        for code, fi, sv, en, cents in COST_CENTRES
    )
    session.flush()


def _write_places(session: Session, plan: CountyPlan) -> None:
    session.add_all(
        Municipality(
            code=place.code,
            county_id=plan.id,
            name_fi=place.name_fi,
            name_sv=place.name_sv,
            latitude=place.latitude,
            longitude=place.longitude,
        )
        for place in plan.places
    )


def _write_calendar(session: Session, plan: CountyPlan) -> None:
    keys = {code: key for key, code, *_ in TIME_CLASSES}
    session.add_all(
        CalendarRange(
            county_id=plan.id,
            day_kind=kind,
            from_minute=first * 60,
            to_minute=last * 60,
            time_class_id=keys[time_class],
        )
        for kind, first, last, time_class in plan.hours
    )
