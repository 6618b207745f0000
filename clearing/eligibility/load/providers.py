"""Providers as facts: approvals, papers, offerings and their dated prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.facts.provider import CancellationRule, Offering, Paper, Price, ProviderFacts
from clearing.eligibility.load.bank_accounts import newest_accounts
from clearing.eligibility.rules.bank_accounts import payable_from
from foundation.database.columns import first_and_last
from foundation.database.tables import providers as tables
from foundation.database.tables.counties import TimeClass
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money

ByCountyAndService = defaultdict[tuple[int, str], list[tuple[date, ApprovalState]]]
Offerings = defaultdict[tuple[int, str], list[Offering]]


@dataclass(frozen=True, slots=True)
class KeptProvider:
    """A provider's facts, and from when on its newest account may be paid to (None: not confirmed)."""

    facts: ProviderFacts
    payable_from: datetime | None


def kept_providers(session: Session, provider_ids: Iterable[int]) -> dict[int, KeptProvider]:
    """What deciding needs to know of these providers, by id, but for what the clock changes."""
    ids = sorted(set(provider_ids))
    approvals = _approvals(session, ids)
    offerings = _offerings(session, ids)
    papers = _papers(session, ids)
    accounts = newest_accounts(session, ids)
    return {
        key: KeptProvider(
            ProviderFacts(
                id=key,
                approvals={k: tuple(v) for k, v in approvals[key].items()},
                offerings={k: tuple(v) for k, v in offerings[key].items()},
                papers=tuple(papers[key]),
            ),
            payable_from(accounts[key]) if key in accounts else None,
        )
        for key in ids
    }


def _approvals(session: Session, ids: list[int]) -> defaultdict[int, ByCountyAndService]:
    state, approval = tables.ApprovalState, tables.Approval
    rows = session.execute(
        select(approval.provider_id, approval.county_id, Service.code, state.from_day, state.state)
        .join(approval, approval.id == state.approval_id)
        .join(Service, Service.id == approval.service_id)
        .where(approval.provider_id.in_(ids))
        .order_by(state.from_day, state.id)
    )
    found: defaultdict[int, ByCountyAndService] = defaultdict(lambda: defaultdict(list))
    for provider_id, county_id, service, from_day, name in rows:
        found[provider_id][county_id, service].append((from_day, ApprovalState(name)))
    return found


def _offerings(session: Session, ids: list[int]) -> defaultdict[int, Offerings]:
    offering = tables.Offering
    rows = session.execute(
        select(offering, Service.code)
        .join(Service, Service.id == offering.service_id)
        .where(offering.provider_id.in_(ids))
        .order_by(offering.id)
        .execution_options(populate_existing=True)
    ).all()
    prices = _prices(session, [row[0].id for row in rows])
    found: defaultdict[int, Offerings] = defaultdict(lambda: defaultdict(list))
    for row, service in rows:
        rule = CancellationRule(row.cancel_notice_hours, row.cancel_share_percent)
        fact = Offering(row.id, service, row.unit, tuple(prices[row.id]), rule)
        found[row.provider_id][row.county_id, service].append(fact)
    return found


def _prices(session: Session, offering_ids: list[int]) -> defaultdict[int, list[Price]]:
    price = tables.Price
    rows = session.execute(
        select(price.offering_id, TimeClass.code, price.unit_price_cents, price.valid)
        .join(TimeClass, TimeClass.id == price.time_class_id)
        .where(price.offering_id.in_(offering_ids))
        .order_by(price.offering_id, price.id)
    )
    found: defaultdict[int, list[Price]] = defaultdict(list)
    for offering_id, time_class, cents, valid in rows:
        found[offering_id].append(Price(time_class, Money(cents), *first_and_last(valid)))
    return found


def _papers(session: Session, ids: list[int]) -> defaultdict[int, list[Paper]]:
    paper = tables.ProviderPaper
    rows = session.execute(select(paper).where(paper.provider_id.in_(ids)).order_by(paper.id)).scalars()
    found: defaultdict[int, list[Paper]] = defaultdict(list)
    for row in rows:
        found[row.provider_id].append(Paper(PaperKind(row.kind), *first_and_last(row.valid)))
    return found
