"""What decisions are checked against: the county's catalogue, and what stands of each decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.facts.granting import CatalogueService, GrantFacts
from clearing.grants.load.decisions_in_force import load_decisions_in_force
from foundation.database.tables.counties import CostCentre, County, Municipality, TimeClass
from foundation.database.tables.providers import Provider
from foundation.database.tables.services import CountyService, Service
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor, Role

GRANTING_LOCK = 0x6772616E  # "gran": the space of advisory locks, one for each county


@dataclass(frozen=True, slots=True)
class _Catalogue:
    county_id: int
    municipalities: Mapping[str, str]
    cost_centres: Mapping[str, int]
    services: Mapping[str, CatalogueService]


def load_grant_facts(
    session: Session, documents: Sequence[DecisionDocument], *, actor: Actor, now: datetime
) -> list[GrantFacts]:
    """The facts of each document. The decisions of a county are received one after another until commit."""
    shelf = _lock_catalogues(session, {document.county for document in documents}, actor)
    known = {entry.county_id: code for code, entry in shelf.items()}
    time_classes = frozenset(session.scalars(select(TimeClass.code)))
    providers = _providers(session, documents)
    keys = {(shelf[one.county].county_id, one.number) for one in documents if one.county in shelf}
    in_force = load_decisions_in_force(session, keys) if known else {}
    nothing: Mapping[str, int] = {}
    facts = []
    for document in documents:
        entry = shelf.get(document.county)
        facts.append(
            GrantFacts(
                today=helsinki_day(now),
                county_id=entry.county_id if entry else None,
                municipalities=entry.municipalities if entry else {},
                cost_centres=entry.cost_centres if entry else nothing,
                services=entry.services if entry else {},
                time_classes=time_classes,
                providers=providers,
                in_force=in_force.get((entry.county_id, document.number)) if entry else None,
            )
        )
    return facts


def _lock_catalogues(session: Session, codes: set[str], actor: Actor) -> dict[str, _Catalogue]:
    """The counties that this actor may grant in: the own one, or any for the program and its admin."""
    wanted = select(County.id, County.code).where(County.code.in_(codes)).order_by(County.id)
    if actor.role not in (None, Role.ADMIN):
        wanted = wanted.where(County.id == actor.county_id)
    shelf = {}
    for county_id, code in session.execute(wanted):
        session.execute(select(func.pg_advisory_xact_lock(GRANTING_LOCK, county_id)))
        shelf[code] = _catalogue(session, county_id)
    return shelf


def _catalogue(session: Session, county_id: int) -> _Catalogue:
    places = select(Municipality).where(Municipality.county_id == county_id)
    municipalities: dict[str, str] = {}
    for place in session.scalars(places):
        for name in (place.code, place.name_fi, place.name_sv):
            municipalities[name.casefold()] = place.code
    centres = select(CostCentre.code, CostCentre.id).where(CostCentre.county_id == county_id)
    offered = (
        select(Service.code, Service.id, Service.unit)
        .join(CountyService, CountyService.service_id == Service.id)
        .where(CountyService.county_id == county_id)
    )
    return _Catalogue(
        county_id=county_id,
        municipalities=municipalities,
        cost_centres=dict(session.execute(centres).all()),
        services={code: CatalogueService(key, unit) for code, key, unit in session.execute(offered)},
    )


def _providers(session: Session, documents: Sequence[DecisionDocument]) -> dict[str, int]:
    named = {funding.provider for document in documents for funding in document.fundings if funding.provider}
    if not named:
        return {}
    rows = select(Provider.business_id, Provider.id).where(Provider.business_id.in_(named))
    return dict(session.execute(rows).all())
