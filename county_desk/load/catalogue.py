"""What a grant is chosen from: services, providers, cost centres, municipalities, the county's values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import approval_state_on
from county_desk.rules.grant_draft import CountyValues
from foundation.database.columns import first_and_last
from foundation.database.tables.counties import CostCentre, County, TimeClass
from foundation.database.tables.providers import Approval, Provider
from foundation.database.tables.services import Service, ServiceValue
from foundation.vocabulary.money import Money
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value of the county in force on a day or later."""

    service: str
    time_class: Names
    unit_value_cents: Money
    price_cap_cents: Money | None
    first_day: date
    last_day: date | None


def county_code(session: Session, county_id: int) -> str:
    """The code of a county."""
    return session.execute(select(County.code).where(County.id == county_id)).scalar_one()


def cost_centres(session: Session, county_id: int) -> list[tuple[str, Names]]:
    """The county's cost centres by code."""
    rows = session.scalars(
        select(CostCentre).where(CostCentre.county_id == county_id).order_by(CostCentre.code)
    )
    return [(row.code, Names(row.name_fi, row.name_sv, row.name_en)) for row in rows]


def approved_providers(
    session: Session, county_id: int, services: Sequence[str], *, day: date
) -> list[tuple[str, str]]:
    """Business ID and name of those approved on the day for every one of the services, by name."""
    is_approved = approval_state_on(day) == ApprovalState.APPROVED
    rows = session.execute(
        select(Provider.business_id, Provider.name, Service.code)
        .join(Approval, Approval.provider_id == Provider.id)
        .join(Service, Service.id == Approval.service_id)
        .where(Approval.county_id == county_id, Service.code.in_(services), is_approved)
        .order_by(Provider.name, Provider.id)
    )
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for business_id, name, service in rows:
        found[business_id, name].add(service)
    return [key for key, approved in found.items() if approved >= set(services)]


def county_values(session: Session, county_id: int, *, day: date) -> CountyValues:
    """The county's values and caps in force on a day."""
    rows = session.execute(
        select(Service.code, TimeClass.code, ServiceValue.unit_value_cents, ServiceValue.price_cap_cents)
        .join(Service, Service.id == ServiceValue.service_id)
        .join(TimeClass, TimeClass.id == ServiceValue.time_class_id)
        .where(ServiceValue.county_id == county_id, ServiceValue.valid.contains(day))
        .order_by(TimeClass.id)
    )
    values: defaultdict[str, dict[str, Money]] = defaultdict(dict)
    caps: defaultdict[str, dict[str, Money]] = defaultdict(dict)
    for service, time_class, value_cents, cap_cents in rows:
        values[service][time_class] = Money(value_cents)
        if cap_cents is not None:
            caps[service][time_class] = Money(cap_cents)
    return CountyValues(dict(values), dict(caps))


def value_lines(session: Session, county_id: int, *, day: date) -> list[ValueLine]:
    """The county's values in force on the day or later, by service, class and first day."""
    rows = session.execute(
        select(Service.code, TimeClass, ServiceValue)
        .join(Service, Service.id == ServiceValue.service_id)
        .join(TimeClass, TimeClass.id == ServiceValue.time_class_id)
        .where(ServiceValue.county_id == county_id, func.coalesce(func.upper(ServiceValue.valid) > day, True))
        .order_by(Service.name_fi, TimeClass.id, ServiceValue.valid)
    )
    return [
        ValueLine(
            code,
            Names(time_class.name_fi, time_class.name_sv, time_class.name_en),
            Money(value.unit_value_cents),
            None if value.price_cap_cents is None else Money(value.price_cap_cents),
            *first_and_last(value.valid),
        )
        for code, time_class, value in rows
    ]
