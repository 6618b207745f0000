"""Offerings as eligibility reads them, without their names and texts."""

from __future__ import annotations

from collections.abc import Collection

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
        Service.code,
        tables.Offering.unit,
        tables.Offering.published,
        tables.Offering.remote,
        tables.Offering.municipalities,
    )
    .join(Service, Service.id == tables.Offering.service_id)
    .where(tables.Offering.id == any_of_parameter())
    .order_by(tables.Offering.id)
)


def offering_facts(session: Session, ids: Collection[int]) -> dict[int, OfferingFacts]:
    """Return the facts of the offerings by id."""
    rows = session.execute(_OFFERINGS, {"ids": list(ids)}).all()
    providers = providers_as_facts(session, {row.provider_id for row in rows})
    prices = prices_of(session, [row.id for row in rows])
    return {
        row.id: OfferingFacts(
            offering=Offering(row.id, row.code, row.unit, prices[row.id]),
            provider=providers[row.provider_id],
            county_id=row.county_id,
            published=row.published,
            remote=row.remote,
            municipalities=frozenset(row.municipalities),
        )
        for row in rows
    }


def providers_as_facts(session: Session, ids: Collection[int]) -> dict[int, ProviderFacts]:
    """Return the approvals and papers of the providers by id."""
    approvals, papers = approvals_of(session, ids), papers_of(session, ids)
    return {key: provider_facts(key, approvals[key], papers[key], {}) for key in ids}
