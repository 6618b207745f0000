"""Choices as the client sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.names import Names
from marketplace.rules.planning import UNDO_DAYS


@dataclass(frozen=True, slots=True)
class MyChoice:
    """A choice with the money it holds. `has_charges`: a charge draws on it."""

    id: int
    funding_id: int
    voucher: str
    client_id: int
    county_id: int
    offering_id: int
    title: str
    service_name: Names
    unit: str
    provider_id: int
    provider: str
    business_id: str
    provider_phone: str
    starts_on: date
    ends_on: date | None
    quantity: Quantity | None
    quantity_per_week: Quantity | None
    held_cents: Money
    planned_cents: Money
    made_at: datetime
    ended_at: datetime | None
    withdrawn_at: datetime | None
    has_charges: bool

    @property
    def undo_until(self) -> date:
        """The last day on which the choice can be undone."""
        return helsinki_day(self.made_at) + timedelta(days=UNDO_DAYS)

    def is_live(self, day: date) -> bool:
        """Return whether the choice is in force on the day or later."""
        return self.ended_at is None and (self.ends_on is None or self.ends_on >= day)

    def helps_on(self, day: date) -> bool:
        """Return whether the provider may give the service on the day or later."""
        return self.withdrawn_at is None and (self.ends_on is None or self.ends_on >= day)

    def can_undo(self, day: date) -> bool:
        """Return whether ending the choice today undoes it."""
        return self.is_live(day) and not self.has_charges and day <= self.undo_until


def choices_of_fundings(session: Session, funding_ids: Iterable[int]) -> list[MyChoice]:
    """Return the choices of the fundings, newest first, without undone ones."""
    return _read(
        session, _query().where(Choice.funding_id.in_(list(funding_ids)), Choice.withdrawn_at.is_(None))
    )


def choice_by_id(session: Session, choice_id: int) -> MyChoice | None:
    """Return a choice of any client; the caller checks that the actor may see it."""
    found = _read(session, _query().where(Choice.id == choice_id))
    return found[0] if found else None


def _query() -> Select[Choice, Funding, Offering, Provider, Service, bool]:
    has_charges = exists().where(
        Charge.choice_id == Choice.id, Charge.state.in_(("accepted", "on_hold", "settled"))
    )
    return (
        select(Choice, Funding, Offering, Provider, Service, has_charges)
        .join(Funding, Funding.id == Choice.funding_id)
        .join(Offering, Offering.id == Choice.offering_id)
        .join(Provider, Provider.id == Choice.provider_id)
        .join(Service, Service.id == Offering.service_id)
        .order_by(Choice.id.desc())
        .execution_options(populate_existing=True)
    )


def _read(
    session: Session, query: Select[Choice, Funding, Offering, Provider, Service, bool]
) -> list[MyChoice]:
    return [
        MyChoice(
            id=choice.id,
            funding_id=choice.funding_id,
            voucher=funding.voucher,
            client_id=funding.client_id,
            county_id=choice.county_id,
            offering_id=offering.id,
            title=offering.title,
            service_name=Names(service.name_fi, service.name_sv, service.name_en),
            unit=offering.unit,
            provider_id=provider.id,
            provider=provider.name,
            business_id=provider.business_id,
            provider_phone=provider.phone,
            starts_on=choice.starts_on,
            ends_on=choice.ends_on,
            quantity=_quantity(choice.quantity_hundredths),
            quantity_per_week=_quantity(choice.quantity_per_week_hundredths),
            held_cents=Money(choice.held_cents),
            planned_cents=Money(choice.planned_cents),
            made_at=choice.made_at,
            ended_at=choice.ended_at,
            withdrawn_at=choice.withdrawn_at,
            has_charges=has_charges,
        )
        for choice, funding, offering, provider, service, has_charges in session.execute(query)
    ]


def _quantity(hundredths: int | None) -> Quantity | None:
    return None if hundredths is None else Quantity(hundredths)
