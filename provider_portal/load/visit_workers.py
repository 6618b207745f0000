"""Choices whose visits a worker of a provider can do, and those that a worker does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering
from foundation.database.tables.visit_workers import VisitWorker


@dataclass(frozen=True, slots=True)
class LiveChoice:
    """A client's choice of the provider that has not ended."""

    id: int
    funding_id: int
    county_id: int
    client_id: int
    client_name: str | None
    client_number: str | None
    title: str


def live_choices(session: Session, provider_id: int, day: date) -> list[LiveChoice]:
    """Return the choices of a provider that last on a day or later, by the client's name."""
    query = (
        select(
            Choice.id,
            Choice.funding_id,
            Choice.county_id,
            Client.id,
            Client.name,
            Client.number,
            Offering.title,
        )
        .join(Funding, Funding.id == Choice.funding_id)
        .join(Client, Client.id == Funding.client_id)
        .join(Offering, Offering.id == Choice.offering_id)
        .where(Choice.provider_id == provider_id, Choice.withdrawn_at.is_(None))
        .where(or_(Choice.ends_on.is_(None), Choice.ends_on >= day))
        .order_by(Client.name, Choice.id)
    )
    return [LiveChoice(*row) for row in session.execute(query)]


def assigned_choices(session: Session, role_grant_id: int) -> set[int]:
    """Return the choices whose visits a worker does."""
    query = select(VisitWorker.choice_id).where(
        VisitWorker.role_grant_id == role_grant_id, VisitWorker.ended_at.is_(None)
    )
    return set(session.scalars(query))
