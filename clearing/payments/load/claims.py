"""Claims on providers: open until they are paid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Text, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from clearing.payments.rules.claims import AwaitedClaim
from foundation.database.tables.counties import County
from foundation.database.tables.providers import Provider
from foundation.database.tables.recoveries import Recovery
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, with the reference that its invoice carries (None: from before claims had one)."""

    id: int
    county_id: int
    provider_id: int
    provider_name: str
    business_id: str
    amount_cents: Money
    why: str
    made_at: datetime
    reference: str | None
    due_on: date
    reminded_on: date | None
    paid_on: date | None
    paid_reference: str | None

    @property
    def is_open(self) -> bool:
        """Return whether no money has come for it."""
        return self.paid_on is None

    def is_overdue(self, day: date) -> bool:
        """Return whether it should be reminded of: open on a day after the due day or the last reminder."""
        return self.is_open and day > max(self.due_on, self.reminded_on or self.due_on)


def claims_of_county(session: Session, county_id: int, *, paid_since: date) -> list[Claim]:
    """Return the county's open claims and those paid since a day: open ones first, the longest due first."""
    recent = Recovery.paid_on.is_(None) | (Recovery.paid_on >= paid_since)
    query = _claims().where(Recovery.county_id == county_id, recent)
    rows = session.execute(query.order_by(Recovery.paid_on.is_not(None), Recovery.due_on, Recovery.id))
    return [Claim(*row) for row in rows]


def locked_claim(session: Session, claim_id: int) -> Claim | None:
    """Return the claim, locked until the transaction ends; None: there is none."""
    query = _claims().where(Recovery.id == claim_id).with_for_update(of=Recovery)
    row = session.execute(query).one_or_none()
    return None if row is None else Claim(*row)


def is_paid_with(session: Session, county_id: int, bank_reference: str) -> bool:
    """Return whether this payment at the bank has paid another claim of the county."""
    found = select(Recovery.id).where(
        Recovery.county_id == county_id, Recovery.paid_reference == bank_reference
    )
    return session.scalar(select(found.exists())) or False


def awaited_claims(
    session: Session, references: Collection[str], *, county_id: int | None
) -> dict[str, AwaitedClaim]:
    """Return the claims with these references, locked in id order; of one county if it is given."""
    query = (
        select(
            Recovery.id,
            Recovery.county_id,
            Recovery.reference,
            Recovery.amount_cents,
            Recovery.made_at,
            County.iban,
            Recovery.paid_reference,
        )
        .join(County, County.id == Recovery.county_id)
        .where(Recovery.reference == any_(cast(list(references), ARRAY(Text))))
        .order_by(Recovery.id)
        .with_for_update(of=Recovery)
    )
    if county_id is not None:
        query = query.where(Recovery.county_id == county_id)
    rows = session.execute(query)
    return {
        reference: AwaitedClaim(
            *(key, county, reference, cents, helsinki_day(made_at), "".join(iban.split()), paid)
        )
        for key, county, reference, cents, made_at, iban, paid in rows
        if reference is not None
    }


def _claims() -> Select[*tuple[Any, ...]]:
    return select(
        Recovery.id,
        Recovery.county_id,
        Recovery.provider_id,
        Provider.name,
        Provider.business_id,
        Recovery.amount_cents,
        Recovery.why,
        Recovery.made_at,
        Recovery.reference,
        Recovery.due_on,
        Recovery.reminded_on,
        Recovery.paid_on,
        Recovery.paid_reference,
    ).join(Provider, Provider.id == Recovery.provider_id)
