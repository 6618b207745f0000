"""Providers as facts: their approvals, papers, offerings with dated prices, and account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.provider import CancellationRule, Offering, Paper, ProviderFacts
from clearing.eligibility.load.approvals import LoadedApproval, approvals_of
from clearing.eligibility.load.bank_accounts import newest_accounts
from clearing.eligibility.load.papers import papers_of
from clearing.eligibility.load.prices import prices_of
from clearing.eligibility.rules.bank_accounts import payable_from
from foundation.database.tables import providers as tables
from foundation.database.tables.services import Service

ByService = Mapping[tuple[int, str], tuple[Offering, ...]]
"""Offerings by county id and service code."""


@dataclass(frozen=True, slots=True)
class KeptProvider:
    """A provider's facts, and from when on its newest account may be paid to (None: not confirmed)."""

    facts: ProviderFacts
    payable_from: datetime | None


def kept_providers(session: Session, provider_ids: Iterable[int]) -> dict[int, KeptProvider]:
    """Return what deciding reads of these providers, by id, except what depends on the clock."""
    ids = sorted(set(provider_ids))
    approvals, papers = approvals_of(session, ids), papers_of(session, ids)
    offerings, accounts = _offerings(session, ids), newest_accounts(session, ids)
    return {
        key: KeptProvider(
            provider_facts(key, approvals[key], papers[key], offerings[key]),
            payable_from(accounts[key]) if key in accounts else None,
        )
        for key in ids
    }


def provider_facts(
    provider_id: int,
    approvals: Iterable[LoadedApproval],
    papers: tuple[Paper, ...],
    offerings: ByService,
) -> ProviderFacts:
    """Return a provider as rules read it."""
    histories = {(approval.county_id, approval.service): approval.history for approval in approvals}
    return ProviderFacts(provider_id, histories, offerings, papers)


def _offerings(session: Session, ids: list[int]) -> dict[int, dict[tuple[int, str], tuple[Offering, ...]]]:
    offering = tables.Offering
    rows = session.execute(
        select(offering, Service.code)
        .join(Service, Service.id == offering.service_id)
        .where(offering.provider_id.in_(ids))
        .order_by(offering.id)
        .execution_options(populate_existing=True)
    ).all()
    prices = prices_of(session, [row[0].id for row in rows])
    found: dict[int, dict[tuple[int, str], tuple[Offering, ...]]] = {key: {} for key in ids}
    for row, service in rows:
        rule = CancellationRule(row.cancel_notice_hours, row.cancel_share_percent)
        of_provider, key = found[row.provider_id], (row.county_id, service)
        fact = Offering(row.id, service, row.unit, prices[row.id], rule)
        of_provider[key] = (*of_provider.get(key, ()), fact)
    return found
