"""A county with its calendar, services and cost centre; the days and numbers the builders share."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from foundation.database.tables import counties, services

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))

TIME_CLASSES = ("any", "weekday", "evening", "night", "saturday", "sunday_or_holiday")
CALENDAR = (
    ("weekday", 0, 420, "night"),
    ("weekday", 420, 1080, "weekday"),
    ("weekday", 1080, 1320, "evening"),
    ("weekday", 1320, 1440, "night"),
    ("saturday", 0, 1440, "saturday"),
    ("sunday_or_holiday", 0, 1440, "sunday_or_holiday"),
)
SERVICES = (
    ("PERSONAL_ASSISTANCE", "hour", "exempt", True),
    ("HOME_CARE", "hour", "exempt", False),
    ("TRANSPORT", "km", "reduced", False),
    ("SPORT", "visit", "general", False),
)


class Numbers:
    """Whole numbers, each given once."""

    def __init__(self) -> None:
        self.last = 0

    def __next__(self) -> int:
        self.last += 1
        return self.last

    def go_past(self, number: int) -> None:
        """Give no number up to this one: a world that another process built has it."""
        self.last = max(self.last, number)


numbers = Numbers()
"""Makes names and numbers differ."""


def a_county(session: Session, code: str = "12") -> counties.County:
    """A county with a municipality, a calendar without holes, a cost centre 4410 and the services."""
    county = counties.County(
        id=int(code),
        code=code,
        name_fi="Etelä-Savon hyvinvointialue",
        name_sv="Södra Savolax välfärdsområde",
        name_en="South Savo wellbeing services county",
        business_id="3221317-3",
        phone="015 123 4567",
        late_days=60,
        iban="FI2112345600000785",
        bic="NDEAFIHH",
    )
    session.add(county)
    session.flush()
    _classes_and_services(session)
    session.add(_municipality(county.id, code))
    session.add(_cost_centre(county.id))
    for kind, first, after, name in CALENDAR:
        session.add(
            counties.CalendarRange(
                county_id=county.id,
                day_kind=kind,
                from_minute=first,
                to_minute=after,
                time_class_id=TIME_CLASSES.index(name),
            )
        )
    for number in range(1, len(SERVICES) + 1):
        session.add(services.CountyService(county_id=county.id, service_id=number))
    session.flush()
    return county


def _classes_and_services(session: Session) -> None:
    if session.get(counties.TimeClass, 0) is not None:
        return
    for number, code in enumerate(TIME_CLASSES):
        names = {"name_fi": f"aika {code}", "name_sv": f"tid {code}", "name_en": f"time {code}"}
        session.add(counties.TimeClass(id=number, code=code, **names))
    for number, (code, unit, vat, free) in enumerate(SERVICES, 1):
        session.add(
            services.Service(
                id=number,
                code=code,
                unit=unit,
                vat_kind=vat,
                vat_exemption="social_welfare" if vat == "exempt" else None,
                free_of_charge=free,
                name_fi=code,
                name_sv=code,
                name_en=code,
            )
        )
    session.flush()


def _municipality(county_id: int, code: str) -> counties.Municipality:
    number = "491" if code == "12" else f"9{code}"
    return counties.Municipality(
        code=number,
        county_id=county_id,
        name_fi="Mikkeli",
        name_sv="S:t Michel",
        latitude=61.688,
        longitude=27.272,
    )


def _cost_centre(county_id: int) -> counties.CostCentre:
    return counties.CostCentre(
        county_id=county_id,
        code="4410",
        name_fi="Vammaispalvelut",
        name_sv="Funktionshinderservice",
        name_en="Disability services",
        appropriation_cents=500_000_000,
    )


def service_number(code: str) -> int:
    """The key of a service by its code."""
    return 1 + [service[0] for service in SERVICES].index(code)
