"""What a new price is judged against: the county's values and calendar, and the vouchers of clients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clearing.eligibility.load.calendars import calendars
from clearing.eligibility.rules.costs import unit_values_in_force
from clearing.eligibility.rules.time_classes import calendar_on
from clearing.grants.facts.funding import NOTHING_BY_CLASS, Funding
from clearing.grants.load.fundings import fundings
from clearing.grants.rules.funding_terms import terms_on
from foundation.database.tables.choices import Choice
from foundation.database.tables.counties import TimeClass
from foundation.database.tables.providers import Offering
from foundation.database.tables.services import Service, ServiceValue
from foundation.vocabulary.money import Money
from marketplace.rules.price_costs import PayingTerms


@dataclass(frozen=True, slots=True)
class PriceContext:
    """The time classes of the county's calendar on a day, what it pays, and the vouchers of the clients."""

    classes: tuple[str, ...]
    county: PayingTerms
    clients: tuple[PayingTerms, ...]


def price_context(session: Session, offering_id: int, day: date) -> PriceContext:
    """Return it for an offering that exists; its clients have a choice in force on the day or later."""
    row = session.execute(
        select(Offering.county_id, Service.id, Service.code, Service.free_of_charge)
        .join(Service, Service.id == Offering.service_id)
        .where(Offering.id == offering_id)
    ).one()
    calendar = calendar_on(calendars(session, [row.county_id])[row.county_id], day)
    return PriceContext(
        classes=tuple(dict.fromkeys(each.time_class for each in calendar)),
        county=_county_terms(session, row.county_id, row.id, row.free_of_charge, day),
        clients=_vouchers(session, offering_id, row.code, day),
    )


def _county_terms(session: Session, county_id: int, service_id: int, is_free: bool, day: date) -> PayingTerms:
    query = (
        select(TimeClass.code, ServiceValue.unit_value_cents, ServiceValue.price_cap_cents)
        .join(TimeClass, TimeClass.id == ServiceValue.time_class_id)
        .where(ServiceValue.county_id == county_id, ServiceValue.service_id == service_id)
        .where(ServiceValue.valid.contains(day))
    )
    rows = session.execute(query).all()
    values = {each.code: Money(each.unit_value_cents) for each in rows}
    caps = {each.code: Money(each.price_cap_cents) for each in rows if each.price_cap_cents is not None}
    return PayingTerms(values, caps, is_free)


def _vouchers(session: Session, offering_id: int, service: str, day: date) -> tuple[PayingTerms, ...]:
    query = (
        select(Choice.funding_id)
        .where(Choice.offering_id == offering_id, Choice.withdrawn_at.is_(None))
        .where(or_(Choice.ends_on.is_(None), Choice.ends_on >= day))
    )
    found = fundings(session, sorted(set(session.scalars(query))), lock=False)
    return tuple(
        _terms(funding, service, day) for _, funding in sorted(found.items()) if funding.window.last >= day
    )


def _terms(funding: Funding, service: str, day: date) -> PayingTerms:
    terms = terms_on(funding, max(day, funding.window.first))
    caps = terms.price_caps.get(service, NOTHING_BY_CLASS)
    return PayingTerms(unit_values_in_force(funding, service, terms), caps, terms.free_of_charge)
