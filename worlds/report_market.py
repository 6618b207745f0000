"""Counties, services, providers and offerings as the contract's JSON (`omatori seed --json`)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.load.providers import newest_accounts
from clearing.eligibility.rules.bank_accounts import payable_from
from foundation.database.columns import first_and_last
from foundation.database.tables.counties import CalendarRange, County, TimeClass
from foundation.database.tables.providers import (
    Approval,
    ApprovalState,
    Offering,
    Price,
    Provider,
    ProviderPaper,
)
from foundation.database.tables.services import Service
from foundation.vocabulary.money import format_hundredths

Json = dict[str, Any]


def counties_as_json(session: Session) -> list[Json]:
    """Return the counties with their calendar of time classes."""
    calendars: defaultdict[int, list[Json]] = defaultdict(list)
    rows = session.execute(
        select(CalendarRange, TimeClass.code)
        .join(TimeClass, TimeClass.id == CalendarRange.time_class_id)
        .order_by(CalendarRange.id)
    )
    for hours, time_class in rows:
        calendars[hours.county_id].append(
            {
                "day_kind": hours.day_kind,
                "from": _clock_time(hours.from_minute),
                "to": _clock_time(hours.to_minute),
                "time_class": time_class,
            }
        )
    return [
        {
            "code": county.code,
            "name": {"fi": county.name_fi, "sv": county.name_sv, "en": county.name_en},
            "late_days": county.late_days,
            "calendar": calendars[county.id],
        }
        for county in session.scalars(select(County).order_by(County.id.desc()))
    ]


def _clock_time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def services_as_json(session: Session) -> list[Json]:
    """Return the catalogue of services."""
    return [
        {
            "code": service.code,
            "unit": service.unit,
            "name": {"fi": service.name_fi, "sv": service.name_sv, "en": service.name_en},
        }
        for service in session.scalars(select(Service).order_by(Service.id))
    ]


def providers_as_json(session: Session) -> list[Json]:
    """Return the providers with papers, account and the histories of their approvals."""
    papers: defaultdict[int, list[Json]] = defaultdict(list)
    for paper in session.scalars(select(ProviderPaper).order_by(ProviderPaper.id)):
        first, last = first_and_last(paper.valid)
        papers[paper.provider_id].append({"kind": paper.kind, **_from_to(first, last)})
    accounts = newest_accounts(session, session.scalars(select(Provider.id)))
    verified = {key for key, account in accounts.items() if payable_from(account) is not None}
    approvals = _approvals(session)
    return [
        {
            "business_id": provider.business_id,
            "name": provider.name,
            "account_verified": provider.id in verified,
            "papers": papers[provider.id],
            "approvals": approvals[provider.id],
        }
        for provider in session.scalars(select(Provider).order_by(Provider.id))
    ]


def _approvals(session: Session) -> defaultdict[int, list[Json]]:
    states: defaultdict[int, list[Json]] = defaultdict(list)
    for state in session.scalars(select(ApprovalState).order_by(ApprovalState.from_day, ApprovalState.id)):
        states[state.approval_id].append({"state": state.state, "from": state.from_day.isoformat()})
    found: defaultdict[int, list[Json]] = defaultdict(list)
    rows = session.execute(
        select(Approval.id, Approval.provider_id, County.code, Service.code)
        .join(County, County.id == Approval.county_id)
        .join(Service, Service.id == Approval.service_id)
        .order_by(Approval.id)
    )
    for approval_id, provider_id, county, service in rows:
        found[provider_id].append({"county": county, "service": service, "states": states[approval_id]})
    return found


def offerings_as_json(session: Session) -> list[Json]:
    """Return the offerings with their dated prices."""
    prices: defaultdict[int, list[Json]] = defaultdict(list)
    priced = select(Price, TimeClass.code).join(TimeClass, TimeClass.id == Price.time_class_id)
    for price, time_class in session.execute(priced.order_by(Price.id)):
        first, last = first_and_last(price.valid)
        unit_price = format_hundredths(price.unit_price_cents)
        prices[price.offering_id].append(
            {"time_class": time_class, "unit_price": unit_price, **_from_to(first, last)}
        )
    rows = session.execute(
        select(Offering, Provider.business_id, County.code, Service.code)
        .join(Provider, Provider.id == Offering.provider_id)
        .join(County, County.id == Offering.county_id)
        .join(Service, Service.id == Offering.service_id)
        .order_by(Offering.id)
    )
    return [
        {
            "id": offering.id,
            "provider": provider,
            "county": county,
            "service": service,
            "unit": offering.unit,
            "cancel_notice_hours": offering.cancel_notice_hours,
            "cancel_share_percent": offering.cancel_share_percent,
            "prices": prices[offering.id],
        }
        for offering, provider, county, service in rows
    ]


def _from_to(first: Any, last: Any) -> Json:
    return {"from": first.isoformat(), "to": None if last is None else last.isoformat()}
