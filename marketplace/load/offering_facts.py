"""Offerings as eligibility reads them, without their names and texts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.provider import Offering, ProviderFacts
from clearing.eligibility.load.approvals import approvals_of
from clearing.eligibility.load.providers import papers_of, prices_of, provider_facts
from foundation.database.columns import any_of_parameter
from foundation.database.tables import providers as tables
from foundation.database.tables.services import Service
from marketplace.rules.choice_query import OfferingFacts

_OFFERINGS = (
    select(
        tables.Offering.id,
        tables.Offering.provider_id,
        tables.Offering.county_id,
        Service.code.label("service"),
        tables.Offering.unit,
        tables.Offering.published,
        tables.Offering.remote,
        tables.Offering.municipalities,
    )
    .join(Service, Service.id == tables.Offering.service_id)
    .where(tables.Offering.id == any_of_parameter())
    .order_by(tables.Offering.id)
)


class OfferingRow(Protocol):
    """What is read of an offering before its prices and its provider."""

    @property
    def id(self) -> int: ...
    @property
    def provider_id(self) -> int: ...
    @property
    def county_id(self) -> int: ...
    @property
    def service(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def remote(self) -> bool: ...
    @property
    def municipalities(self) -> Sequence[str]: ...


def offering_facts(session: Session, ids: Collection[int]) -> dict[int, OfferingFacts]:
    """Return the facts of the offerings by id."""
    rows = session.execute(_OFFERINGS, {"ids": list(ids)}).all()
    return _facts(session, rows, {row.id for row in rows if row.published})


def listed_facts(session: Session, listed: Sequence[OfferingRow]) -> dict[int, OfferingFacts]:
    """Return the facts of offerings that a search has found and read, which are published, by id."""
    return _facts(session, listed, {row.id for row in listed})


def _facts(
    session: Session, rows: Sequence[OfferingRow], published: Collection[int]
) -> dict[int, OfferingFacts]:
    providers = providers_as_facts(session, {row.provider_id for row in rows})
    prices = prices_of(session, [row.id for row in rows])
    return {
        row.id: OfferingFacts(
            offering=Offering(row.id, row.service, row.unit, prices[row.id]),
            provider=providers[row.provider_id],
            county_id=row.county_id,
            published=row.id in published,
            remote=row.remote,
            municipalities=frozenset(row.municipalities),
        )
        for row in rows
    }


def providers_as_facts(session: Session, ids: Collection[int]) -> dict[int, ProviderFacts]:
    """Return the approvals and papers of the providers by id."""
    approvals, papers = approvals_of(session, ids), papers_of(session, ids)
    return {key: provider_facts(key, approvals[key], papers[key], {}) for key in ids}
