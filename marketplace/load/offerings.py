"""Offerings whole: what eligibility needs, what the page of an offering or a provider shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.facts.provider import Price
from foundation.database.columns import first_and_last
from foundation.database.tables import providers as tables
from foundation.database.tables.counties import County, Municipality, TimeClass
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money
from marketplace.load.names import Names
from marketplace.rules.question import OfferingFacts


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
    """An offering with its facts, its provider and its place."""

    facts: OfferingFacts
    title: str
    about: str
    county: str
    service_name: Names
    languages: tuple[str, ...]
    next_free_on: date | None
    cancel_notice_hours: int
    cancel_share_percent: int
    provider: ProviderEntry
    place: UnitEntry | None


def offerings_by_id(session: Session, ids: Iterable[int], day: date) -> dict[int, OfferingEntry]:
    """The offerings by id; papers are judged on the day."""
    return {entry.facts.id: entry for entry in _read(session, tables.Offering.id.in_(list(ids)), day)}


def offerings_of_provider(session: Session, provider_id: int, day: date) -> list[OfferingEntry]:
    """What the provider offers in public, in order of title: published and approved on the day."""
    found = _read(session, tables.Offering.provider_id == provider_id, day)
    return sorted((entry for entry in found if entry.facts.is_public(day)), key=lambda entry: entry.title)


def provider_by_business_id(session: Session, business_id: str) -> ProviderEntry | None:
    """The provider with this business ID."""
    row = session.scalars(select(tables.Provider).where(tables.Provider.business_id == business_id)).first()
    return None if row is None else _provider(row)


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
        )
        .join(tables.Provider, tables.Provider.id == tables.Offering.provider_id)
        .join(Service, Service.id == tables.Offering.service_id)
        .join(County, County.id == tables.Offering.county_id)
        .outerjoin(tables.ProviderUnit, tables.ProviderUnit.id == tables.Offering.unit_id)
        .outerjoin(Municipality, Municipality.code == tables.ProviderUnit.municipality_code)
        .where(condition)
        .order_by(tables.Offering.id)
    )


def _read(session: Session, condition: Any, day: date) -> list[OfferingEntry]:
    rows = session.execute(_query(condition)).all()
    providers = {row.Provider.id for row in rows}
    prices = prices_of(session, [row.Offering.id for row in rows])
    approvals, valid_papers = _approvals(session, providers), _papers_valid(session, providers, day)
    return [
        _entry(row, prices.get(row.Offering.id, ()), approvals, row.Provider.id in valid_papers)
        for row in rows
    ]


_Approvals = dict[tuple[int, int, int], list[tuple[date, ApprovalState]]]


def _entry(row: Any, prices: tuple[Price, ...], approvals: _Approvals, papers_valid: bool) -> OfferingEntry:
    offering, service = row.Offering, row.Service
    key = (offering.provider_id, offering.county_id, offering.service_id)
    facts = OfferingFacts(
        id=offering.id,
        county_id=offering.county_id,
        provider_id=offering.provider_id,
        service=service.code,
        unit=offering.unit,
        published=offering.published,
        remote=offering.remote,
        municipalities=frozenset(offering.municipalities),
        approvals=tuple(approvals.get(key, ())),
        papers_valid=papers_valid,
        prices=prices,
    )
    return OfferingEntry(
        facts=facts,
        title=offering.title,
        about=offering.about,
        county=row.county,
        service_name=Names(service.name_fi, service.name_sv, service.name_en),
        languages=tuple(offering.languages),
        next_free_on=offering.next_free_on,
        cancel_notice_hours=offering.cancel_notice_hours,
        cancel_share_percent=offering.cancel_share_percent,
        provider=_provider(row.Provider),
        place=None if row.ProviderUnit is None else _place(row.ProviderUnit, row.Municipality),
    )


def _place(unit: tables.ProviderUnit, municipality: Municipality) -> UnitEntry:
    names = Names(municipality.name_fi, municipality.name_sv, municipality.name_fi)
    return UnitEntry(unit.name, unit.street, names, unit.latitude, unit.longitude, unit.access)


def prices_of(session: Session, offering_ids: Iterable[int]) -> dict[int, tuple[Price, ...]]:
    """Every dated price by offering id, the oldest first."""
    price = tables.Price
    rows = session.execute(
        select(price.offering_id, TimeClass.code, price.unit_price_cents, price.valid)
        .join(TimeClass, TimeClass.id == price.time_class_id)
        .where(price.offering_id.in_(list(offering_ids)))
        .order_by(price.offering_id, price.valid, TimeClass.id)
    )
    found: dict[int, list[Price]] = {}
    for offering_id, code, cents, valid in rows:
        found.setdefault(offering_id, []).append(Price(code, Money(cents), *first_and_last(valid)))
    return {key: tuple(prices) for key, prices in found.items()}


def _approvals(session: Session, providers: Iterable[int]) -> _Approvals:
    state, approval = tables.ApprovalState, tables.Approval
    rows = session.execute(
        select(approval.provider_id, approval.county_id, approval.service_id, state.from_day, state.state)
        .join(approval, approval.id == state.approval_id)
        .where(approval.provider_id.in_(list(providers)))
        .order_by(state.from_day, state.id)
    )
    found: _Approvals = {}
    for provider_id, county_id, service_id, from_day, name in rows:
        found.setdefault((provider_id, county_id, service_id), []).append((from_day, ApprovalState(name)))
    return found


def _papers_valid(session: Session, providers: Iterable[int], day: date) -> set[int]:
    """The providers that have a valid paper of every kind on the day (R-15)."""
    paper = tables.ProviderPaper
    ids = set(providers)
    rows = session.execute(
        select(paper.provider_id, paper.kind, paper.valid).where(paper.provider_id.in_(ids))
    )
    valid_kinds: dict[int, set[PaperKind]] = {key: set() for key in ids}
    for provider_id, kind, window in rows:
        first, last = first_and_last(window)
        if first <= day and (last is None or day <= last):
            valid_kinds[provider_id].add(PaperKind(kind))
    return {key for key, kinds in valid_kinds.items() if len(kinds) == len(PaperKind)}
