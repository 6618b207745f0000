"""The catalogue of services, and the counties' unit values (from real tables of 2021-2023)."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.search_words import first_search_words
from foundation.database.tables.services import CountyService, SearchWord, Service, ServiceValue
from worlds.municipalities import TIME_CLASS_IDS


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service of the catalogue, with its `values` in cents by time class.

    `cap_percent` of the value is the highest price (None: no cap).
    """

    id: int
    code: str
    unit: str
    vat_kind: str
    free_of_charge: bool
    name_fi: str
    name_sv: str
    name_en: str
    about_fi: str
    about_sv: str
    about_en: str
    about_selko: str
    values: dict[str, int]
    vat_exemption: str | None = None
    cap_percent: int | None = None


_CATALOGUE = tomllib.loads(Path(__file__).with_name("services.toml").read_text(encoding="utf-8"))
SERVICES = tuple(ServicePlan(**row) for row in _CATALOGUE["services"])
BY_CODE = {service.code: service for service in SERVICES}


def write_services(session: Session) -> None:
    """Write the catalogue, which all counties share."""
    session.add_all(_service(plan) for plan in SERVICES)
    session.flush()


def _service(plan: ServicePlan) -> Service:
    row = asdict(plan)
    del row["values"], row["cap_percent"]
    return Service(**row)


def write_values(session: Session, county_id: int, classes: frozenset[str], first: date) -> None:
    """Write that a county offers every service, its search words, and its values from a day by time class."""
    for plan in SERVICES:
        session.add(CountyService(county_id=county_id, service_id=plan.id))
        session.add_all(
            ServiceValue(
                county_id=county_id,
                service_id=plan.id,
                time_class_id=TIME_CLASS_IDS[time_class],
                unit_value_cents=cents,
                price_cap_cents=None if plan.cap_percent is None else cents * plan.cap_percent // 100,
                valid=days(first, None),
            )
            for time_class, cents in plan.values.items()
            if time_class in classes
        )
    ids = {plan.code: plan.id for plan in SERVICES}
    session.add_all(
        SearchWord(county_id=county_id, service_id=ids[service], text=text, word=word)
        for service, text, word in first_search_words()
    )
    session.flush()
