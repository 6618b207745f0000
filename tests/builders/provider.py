"""Providers, approvals and offerings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables import counties, people, providers
from tests.builders.county import NOW, SERVICES, TIME_CLASSES, service_number


def a_provider(
    session: Session,
    county: counties.County,
    *,
    business_id: str = "1234567-1",
    name: str = "Kotiapu Kaisla Oy",
    approved_for: Sequence[str] = ("PERSONAL_ASSISTANCE",),
    approved_from: date = date(2025, 1, 1),
) -> providers.Provider:
    """A provider approved in the county, with valid papers and a confirmed bank account."""
    provider = providers.Provider(
        business_id=business_id, name=name, email="toimisto@example.invalid", phone="015 765 4321"
    )
    session.add(provider)
    session.flush()
    for kind in ("register_entry", "insurance", "prepayment_register"):
        session.add(
            providers.ProviderPaper(provider_id=provider.id, kind=kind, valid=days(date(2024, 1, 1), None))
        )
    session.add(
        providers.BankAccount(
            provider_id=provider.id,
            iban="FI1410093000123458",
            bic="NDEAFIHH",
            entered_at=datetime(2025, 1, 1, tzinfo=UTC),
            confirmed_at=datetime(2025, 1, 3, tzinfo=UTC),
            confirmed_by=a_confirmer(session),
        )
    )
    for code in approved_for:
        approve(session, county, provider, code, from_day=approved_from)
    session.flush()
    return provider


def a_confirmer(session: Session) -> int:
    """The person who confirms bank accounts; returns the id."""
    email = "confirmer@example.invalid"
    known = session.scalar(select(people.Person.id).where(people.Person.email == email))
    if known is not None:
        return known
    person = people.Person(name="Kaisa Confirmer", email=email)
    session.add(person)
    session.flush()
    return person.id


def approve(
    session: Session,
    county: counties.County,
    provider: providers.Provider,
    service: str,
    *,
    from_day: date,
    state: str = "approved",
) -> None:
    """An approval of the provider for a service, in a state from a day on."""
    approval = (
        session.query(providers.Approval)
        .filter_by(county_id=county.id, provider_id=provider.id, service_id=service_number(service))
        .one_or_none()
    )
    if approval is None:
        approval = providers.Approval(
            county_id=county.id, provider_id=provider.id, service_id=service_number(service)
        )
        session.add(approval)
        session.flush()
    session.add(providers.ApprovalState(approval_id=approval.id, state=state, from_day=from_day, set_at=NOW))
    session.flush()


def an_offering(
    session: Session,
    county: counties.County,
    provider: providers.Provider,
    *,
    service: str = "PERSONAL_ASSISTANCE",
    price_cents: int | Mapping[str, int] = 3600,
    from_day: date = date(2026, 1, 1),
) -> providers.Offering:
    """A published offering with a price from a day on: one for every class, or one by class."""
    offering = providers.Offering(
        provider_id=provider.id,
        county_id=county.id,
        service_id=service_number(service),
        title=f"{provider.name}: {service}",
        unit=SERVICES[service_number(service) - 1][1],
        languages=["fi"],
        municipalities=["491"],
    )
    session.add(offering)
    session.flush()
    prices = {"any": price_cents} if isinstance(price_cents, int) else price_cents
    for name, cents in prices.items():
        session.add(
            providers.Price(
                offering_id=offering.id,
                time_class_id=TIME_CLASSES.index(name),
                unit_price_cents=cents,
                valid=days(from_day, None),
            )
        )
    session.flush()
    return offering
