"""What a change of an approval concerns: the county's services, and the choices that depend on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Approval, Offering
from foundation.database.tables.services import CountyService, Service
from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class TouchedChoice:
    """A choice in force that rests on an approval."""

    id: int
    county_id: int
    funding_id: int
    client_id: int
    client_number: str | None
    client_name: str | None
    voucher: str
    service: str
    ends_on: date | None
    held_cents: Money
    held_quantity: Quantity


def offered_services(session: Session, county_id: int) -> dict[str, int]:
    """The ids of the county's services by code."""
    rows = session.execute(
        select(Service.code, Service.id)
        .join(CountyService, CountyService.service_id == Service.id)
        .where(CountyService.county_id == county_id)
    )
    return {row.code: row.id for row in rows}


def approved_for_service(session: Session, provider_id: int, county_id: int, service: str) -> Sequence[str]:
    """Return the municipalities to which an approval is limited; none: the whole county."""
    query = (
        select(Approval.municipalities)
        .join(Service, Service.id == Approval.service_id)
        .where(Approval.provider_id == provider_id, Approval.county_id == county_id, Service.code == service)
    )
    return session.scalar(query) or ()


def touched_choices(
    session: Session, provider_id: int, county_id: int, service: str, *, from_day: date
) -> list[TouchedChoice]:
    """The choices of the provider's service that reach the day or a later one, by client."""
    rows = session.execute(
        select(
            Choice.id,
            Choice.county_id,
            Choice.funding_id,
            Client.id.label("client_id"),
            Client.number.label("client_number"),
            Client.name.label("client_name"),
            Funding.voucher,
            Service.code.label("service"),
            Choice.ends_on,
            Choice.held_cents,
            Choice.held_hundredths.label("held_quantity"),
        )
        .join(Offering, Offering.id == Choice.offering_id)
        .join(Service, Service.id == Offering.service_id)
        .join(Funding, Funding.id == Choice.funding_id)
        .join(Client, Client.id == Funding.client_id)
        .where(
            Choice.provider_id == provider_id,
            Choice.county_id == county_id,
            Service.code == service,
            Choice.ended_at.is_(None),
            (Choice.ends_on.is_(None)) | (Choice.ends_on >= from_day),
        )
        .order_by(Client.name, Choice.id)
    )
    return [TouchedChoice(**row._mapping) for row in rows]
