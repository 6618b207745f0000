"""Offerings with what eligibility reads and what the pages of offerings and providers show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.facts.provider import Offering, Price, ProviderFacts
from clearing.eligibility.load.approvals import approvals_of
from clearing.eligibility.load.providers import prices_of
from clearing.plans.facts.free_times import FreeSlot
from clearing.plans.load.free_times import slots_from
from foundation.database.columns import any_of_parameter
from foundation.database.tables import providers as tables
from foundation.database.tables.counties import County, Municipality
from foundation.database.tables.free_times import FreeTimes
from foundation.database.tables.services import Service
from marketplace.load.names import Names
from marketplace.load.offering_facts import providers_as_facts
from marketplace.rules.choice_query import OfferingFacts


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """A provider of the public register."""

    id: int
    business_id: str
    name: str
    about: str
    email: str
    phone: str
    website: str
    first_visit: str


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """The place where, or from which, an offering is given, with what was measured of its access."""

    name: str
    street: str
    municipality: Names
    latitude: float
    longitude: float
    access: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OfferingEntry:
    """An offering with its facts, its provider and its place.

    `next_free_on` is the first free day of the hours that the provider gives, with the times in `free_slots`;
    it is the day that it typed if it gives none.
    """

    facts: OfferingFacts
    title: str
    about: str
    county: str
    service_name: Names
    languages: tuple[str, ...]
    communication: tuple[str, ...]
    home_visits: bool | None
    next_free_on: date | None
    free_slots: tuple[FreeSlot, ...]
    cancel_notice_hours: int
    cancel_share_percent: int
    provider: ProviderEntry
    place: UnitEntry | None


def offerings_by_id(session: Session, ids: Iterable[int]) -> dict[int, OfferingEntry]:
    """Return the offerings by id."""
    found = _read(session, _BY_ID, {"ids": list(ids)})
    return {entry.facts.id: entry for entry in found}


def offerings_of_provider(session: Session, provider_id: int, day: date) -> list[OfferingEntry]:
    """Return what the provider offers in public on the day, in order of title: published and approved."""
    found = _read(session, _OF_PROVIDER, {"provider": provider_id})
    return sorted((entry for entry in found if entry.facts.is_public(day)), key=lambda entry: entry.title)


def provider_in_register(session: Session, business_id: str, day: date) -> ProviderEntry | None:
    """Return the provider with this business ID that a county has approved on the day or before; else None.

    The register is public (Act 569/2009, section 5); an application is not in it yet.
    """
    row = session.scalars(select(tables.Provider).where(tables.Provider.business_id == business_id)).first()
    if row is None:
        return None
    approvals = approvals_of(session, [row.id])[row.id]
    approved = (state for approval in approvals for state in approval.states if state.from_day <= day)
    known = any(state.state is ApprovalState.APPROVED for state in approved)
    return _provider(row) if known else None


def provider_by_id(session: Session, provider_id: int) -> ProviderEntry:
    """Return the provider, which exists."""
    return _provider(session.get_one(tables.Provider, provider_id))


def _provider(row: tables.Provider) -> ProviderEntry:
    return ProviderEntry(
        row.id, row.business_id, row.name, row.about, row.email, row.phone, row.website, row.first_visit
    )


def _query(condition: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            tables.Offering,
            tables.Provider,
            Service,
            County.code.label("county"),
            tables.ProviderUnit,
            Municipality,
            FreeTimes,
        )
        .join(tables.Provider, tables.Provider.id == tables.Offering.provider_id)
        .join(Service, Service.id == tables.Offering.service_id)
        .join(County, County.id == tables.Offering.county_id)
        .outerjoin(tables.ProviderUnit, tables.ProviderUnit.id == tables.Offering.unit_id)
        .outerjoin(Municipality, Municipality.code == tables.ProviderUnit.municipality_code)
        .outerjoin(FreeTimes, FreeTimes.offering_id == tables.Offering.id)
        .where(condition)
        .order_by(tables.Offering.id)
    )


_BY_ID = _query(tables.Offering.id == any_of_parameter())
_OF_PROVIDER = _query(tables.Offering.provider_id == bindparam("provider"))


def _read(
    session: Session, query: Select[*tuple[Any, ...]], parameters: dict[str, Any]
) -> list[OfferingEntry]:
    rows = session.execute(query, parameters).all()
    prices = prices_of(session, [row.Offering.id for row in rows])
    providers = providers_as_facts(session, {row.Provider.id for row in rows})
    return [_entry(row, providers[row.Provider.id], prices[row.Offering.id]) for row in rows]


def _entry(row: Any, provider: ProviderFacts, prices: tuple[Price, ...]) -> OfferingEntry:
    offering, service, free = row.Offering, row.Service, row.FreeTimes
    facts = OfferingFacts(
        offering=Offering(offering.id, service.code, offering.unit, prices),
        provider=provider,
        county_id=offering.county_id,
        published=offering.published,
        remote=offering.remote,
        municipalities=frozenset(offering.municipalities),
    )
    return OfferingEntry(
        facts=facts,
        title=offering.title,
        about=offering.about,
        county=row.county,
        service_name=Names(service.name_fi, service.name_sv, service.name_en),
        languages=tuple(offering.languages),
        communication=tuple(offering.communication),
        home_visits=offering.home_visits,
        next_free_on=offering.next_free_on if free is None else free.first_free_on,
        free_slots=() if free is None else slots_from(free.slots),
        cancel_notice_hours=offering.cancel_notice_hours,
        cancel_share_percent=offering.cancel_share_percent,
        provider=_provider(row.Provider),
        place=None if row.ProviderUnit is None else _place(row.ProviderUnit, row.Municipality),
    )


def _place(unit: tables.ProviderUnit, municipality: Municipality) -> UnitEntry:
    names = Names(municipality.name_fi, municipality.name_sv, municipality.name_fi)
    return UnitEntry(unit.name, unit.street, names, unit.latitude, unit.longitude, unit.access)
