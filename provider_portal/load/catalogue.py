"""The catalogue for a provider: services it may add, and names in one language."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import County
from foundation.database.tables.providers import Offering
from foundation.database.tables.services import CountyService, Service
from foundation.vocabulary.languages import Language
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A service of a county's catalogue that the provider does not offer there yet."""

    county: str
    service: str
    name: str
    county_name: str


def offered_services(session: Session, provider_id: int, language: Language) -> list[OfferedService]:
    """Return the services that the provider could add, by county and name."""
    offered = and_(
        Offering.provider_id == provider_id,
        Offering.county_id == CountyService.county_id,
        Offering.service_id == CountyService.service_id,
    )
    rows = session.execute(
        select(County, Service)
        .select_from(CountyService)
        .join(County, County.id == CountyService.county_id)
        .join(Service, Service.id == CountyService.service_id)
        .outerjoin(Offering, offered)
        .where(Offering.id.is_(None))
        .order_by(County.code, Service.name_fi)
    )
    return [
        OfferedService(
            county=county.code,
            service=service.code,
            name=Names(service.name_fi, service.name_sv, service.name_en).in_language(language),
            county_name=Names(county.name_fi, county.name_sv, county.name_en).in_language(language),
        )
        for county, service in rows
    ]


@dataclass(frozen=True, slots=True)
class CountyName:
    """A county's id and name."""

    id: int
    name: str


def county_names(session: Session, language: Language) -> dict[str, CountyName]:
    """Return every county by its code."""
    rows = session.execute(
        select(County.code, County.id, County.name_fi, County.name_sv, County.name_en).order_by(County.code)
    )
    return {code: CountyName(key, Names(*names).in_language(language)) for code, key, *names in rows}
