"""Claims of counties on a provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import County
from foundation.database.tables.recoveries import Recovery
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim that is not paid yet; `reference` is that of the county's invoice."""

    id: int
    county: str
    county_name_fi: str
    county_name_sv: str
    county_name_en: str
    amount_cents: Money
    reference: str | None
    made_on: date
    due_on: date


def open_claims_on(session: Session, provider_id: int) -> list[OpenClaim]:
    """Return the open claims on a provider, the longest due first, without the county's own note."""
    query = (
        select(
            Recovery.id,
            County.code,
            County.name_fi,
            County.name_sv,
            County.name_en,
            Recovery.amount_cents,
            Recovery.reference,
            Recovery.made_at,
            Recovery.due_on,
        )
        .join(County, County.id == Recovery.county_id)
        .where(Recovery.provider_id == provider_id, Recovery.paid_on.is_(None))
        .order_by(Recovery.due_on, Recovery.id)
    )
    return [
        OpenClaim(*row[:5], Money(row[5]), row[6], helsinki_day(row[7]), row[8])
        for row in session.execute(query)
    ]
