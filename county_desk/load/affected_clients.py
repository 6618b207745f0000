"""The clients who have chosen a provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class AffectedClient:
    """A client who has chosen a provider, by number."""

    client_id: int
    county_id: int
    client_number: str


def clients_of_provider(
    session: Session, county_id: int, provider_id: int, day: date
) -> list[AffectedClient]:
    """Return the first clients of a county with a choice of the provider on a day or later, by number."""
    in_time = or_(Choice.ends_on.is_(None), Choice.ends_on >= day)
    query = (
        select(Client.id, Client.county_id, Client.number)
        .join(Funding, Funding.client_id == Client.id)
        .join(Choice, Choice.funding_id == Funding.id)
        .where(Choice.county_id == county_id, Choice.provider_id == provider_id, in_time)
        .where(Choice.withdrawn_at.is_(None), Choice.ended_at.is_(None))
        .distinct()
        .order_by(Client.number)
        .limit(MOST_SHOWN)
    )
    return [AffectedClient(*row) for row in session.execute(query)]
