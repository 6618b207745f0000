"""Providers as facts: their approvals, papers, offerings with dated prices, and account."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from clearing.eligibility.facts.provider import (
    BankAccount,
    CancellationRule,
    Offering,
    Paper,
    Price,
    ProviderFacts,
)
from clearing.eligibility.load.approvals import LoadedApproval, approvals_of
from clearing.eligibility.rules.bank_accounts import payable_from
from foundation.database.columns import any_of_parameter, first_and_last
from foundation.database.tables import providers as tables
from foundation.database.tables.counties import TimeClass
from foundation.database.tables.providers import ProviderPaper
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money

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


_OFFERINGS = (
    select(tables.Offering, Service.code)
    .join(Service, Service.id == tables.Offering.service_id)
    .where(tables.Offering.provider_id == any_of_parameter())
    .order_by(tables.Offering.id)
    .execution_options(populate_existing=True)
)


def _offerings(session: Session, ids: list[int]) -> dict[int, dict[tuple[int, str], tuple[Offering, ...]]]:
    rows = session.execute(_OFFERINGS, {"ids": ids}).all()
    prices = prices_of(session, [row[0].id for row in rows])
    found: dict[int, dict[tuple[int, str], tuple[Offering, ...]]] = {key: {} for key in ids}
    for row, service in rows:
        rule = CancellationRule(row.cancel_notice_hours, row.cancel_share_percent)
        of_provider, key = found[row.provider_id], (row.county_id, service)
        fact = Offering(row.id, service, row.unit, prices[row.id], rule)
        of_provider[key] = (*of_provider.get(key, ()), fact)
    return found


_PAPERS = (
    select(ProviderPaper.provider_id, ProviderPaper.kind, ProviderPaper.valid)
    .where(ProviderPaper.provider_id == any_of_parameter())
    .order_by(ProviderPaper.kind, ProviderPaper.id)
)


def papers_of(session: Session, provider_ids: Collection[int]) -> dict[int, tuple[Paper, ...]]:
    """Return every paper of each provider, by kind and in the order in which they were entered."""
    rows = session.execute(_PAPERS, {"ids": list(provider_ids)})
    found: dict[int, list[Paper]] = {key: [] for key in provider_ids}
    for provider_id, kind, valid in rows:
        found[provider_id].append(Paper(PaperKind(kind), *first_and_last(valid)))
    return {key: tuple(papers) for key, papers in found.items()}


_PRICES = (
    select(tables.Price.offering_id, TimeClass.code, tables.Price.unit_price_cents, tables.Price.valid)
    .join(TimeClass, TimeClass.id == tables.Price.time_class_id)
    .where(tables.Price.offering_id == any_of_parameter())
    .order_by(tables.Price.offering_id, tables.Price.valid, TimeClass.id)
)


def prices_of(session: Session, offering_ids: Collection[int]) -> dict[int, tuple[Price, ...]]:
    """Return every dated price of each offering, the oldest first."""
    rows = session.execute(_PRICES, {"ids": list(offering_ids)})
    found: dict[int, list[Price]] = {key: [] for key in offering_ids}
    for offering_id, time_class, cents, valid in rows:
        found[offering_id].append(Price(time_class, Money(cents), *first_and_last(valid)))
    return {key: tuple(prices) for key, prices in found.items()}


_NEWEST_ACCOUNTS = (
    select(
        tables.BankAccount.provider_id,
        tables.BankAccount.id,
        tables.BankAccount.iban,
        tables.BankAccount.bic,
        tables.BankAccount.entered_at,
        tables.BankAccount.entered_by,
        tables.BankAccount.confirmed_at,
        tables.BankAccount.confirmed_by,
    )
    .where(tables.BankAccount.provider_id == any_of_parameter())
    .ext(distinct_on(tables.BankAccount.provider_id))
    .order_by(tables.BankAccount.provider_id, tables.BankAccount.id.desc())
)


def newest_accounts(session: Session, provider_ids: Iterable[int]) -> dict[int, BankAccount]:
    """Return each provider's account in use, the one entered last, by provider id."""
    session.flush()
    rows = session.execute(_NEWEST_ACCOUNTS, {"ids": list(provider_ids)})
    return {row[0]: BankAccount(*row[1:]) for row in rows}
