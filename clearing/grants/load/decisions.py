"""What decisions are checked against: the county's catalogue, and what is stored of each decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.facts.granting import CatalogueService, GrantFacts, OtherFunding
from clearing.grants.load.decisions_in_force import load_decisions_in_force
from clearing.grants.load.grant_context import Key, left_of_appropriations, other_fundings
from clearing.grants.load.granting_limits import granting_limit
from clearing.grants.load.municipalities import municipality_codes
from clearing.ledger.load.balances import lock_balances
from foundation.database.tables.counties import CostCentre, County, TimeClass
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


NO_CATALOGUE = _Catalogue(0, {}, {}, {})
"""Of a county that does not exist, or in which the actor may not grant."""


def load_grant_facts(
    session: Session, documents: Sequence[DecisionDocument], *, actor: Actor, now: datetime
) -> list[GrantFacts]:
    """The facts of each document. The decisions of a county are received one after another until commit."""
    shelf = _lock_catalogues(session, {document.county for document in documents}, actor, helsinki_day(now))
    time_classes = frozenset(session.scalars(select(TimeClass.code)))
    providers = _providers(session, documents)
    of_counties = [
        (shelf[document.county].county_id, document) for document in documents if document.county in shelf
    ]
    clients = {(key, document.client.number) for key, document in of_counties}
    _lock_replaced(session, of_counties, other_fundings(session, clients))
    in_force = load_decisions_in_force(session, {(key, document.number) for key, document in of_counties})
    left = left_of_appropriations(session, {(key, document.cost_centre) for key, document in of_counties})
    others = other_fundings(session, clients)
    limit = granting_limit(session, actor, helsinki_day(now))
    facts = []
    for document in documents:
        entry = shelf.get(document.county, NO_CATALOGUE)
        facts.append(
            GrantFacts(
                today=helsinki_day(now),
                county_id=entry.county_id or None,
                municipalities=entry.municipalities,
                cost_centres=entry.cost_centres,
                services=entry.services,
                time_classes=time_classes,
                providers=providers,
                in_force=in_force.get((entry.county_id, document.number)),
                left_cents={code: cents for (key, code), cents in left.items() if key == entry.county_id},
                others=others.get((entry.county_id, document.client.number), ()),
                granting_limit_cents=limit,
            )
        )
    return facts


def _lock_replaced(
    session: Session,
    documents: Sequence[tuple[int, DecisionDocument]],
    others: Mapping[Key, Sequence[OtherFunding]],
) -> None:
    """Lock the fundings of clients whose decision replaces some, in id order as all writers do."""
    ids = {
        other.id
        for county_id, document in documents
        if document.replaces
        for other in others.get((county_id, document.client.number), ())
    }
    if ids:
        lock_balances(session, ids)


def _lock_catalogues(session: Session, codes: set[str], actor: Actor, today: date) -> dict[str, _Catalogue]:
    """The counties that this actor may grant in: the own one, or any for the program and its admin."""
    counties = select(County.id, County.code).where(County.code.in_(codes)).order_by(County.id)
    if actor.role not in (None, Role.ADMIN):
        counties = counties.where(County.id == actor.county_id)
    shelf = {}
    for county_id, code in session.execute(counties):
        session.execute(select(func.pg_advisory_xact_lock(GRANTING_LOCK, county_id)))
        shelf[code] = _catalogue(session, county_id, today)
    return shelf


def _catalogue(session: Session, county_id: int, today: date) -> _Catalogue:
    centres = select(CostCentre.code, CostCentre.id).where(CostCentre.county_id == county_id)
    offered = (
        select(Service.code, Service.id, Service.unit)
        .join(CountyService, CountyService.service_id == Service.id)
        .where(CountyService.county_id == county_id)
    )
    return _Catalogue(
        county_id=county_id,
        municipalities=municipality_codes(session, day=today, county_id=county_id),
        cost_centres=dict(session.execute(centres).all()),
        services={code: CatalogueService(key, unit) for code, key, unit in session.execute(offered)},
    )


def _providers(session: Session, documents: Sequence[DecisionDocument]) -> dict[str, int]:
    named = {funding.provider for document in documents for funding in document.fundings if funding.provider}
    if not named:
        return {}
    rows = select(Provider.business_id, Provider.id).where(Provider.business_id.in_(named))
    return dict(session.execute(rows).all())
