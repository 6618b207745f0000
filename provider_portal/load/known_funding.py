"""A funding as a provider may know it: the client, the window, and what the provider can charge."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from clearing.charges.rules.matching import may_know
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.vocabulary.identifiers import normalise_voucher
from marketplace.load.fundings import funding_by_voucher
from marketplace.load.names import Names
from marketplace.load.own_offerings import OwnOffering, own_offerings


@dataclass(frozen=True, slots=True)
class KnownFunding:
    """What a provider whom the client has chosen may see. `held_cents` is what the client's choices of it
    still hold."""

    voucher: str
    client_id: int
    county_id: int
    client_name: str | None
    client_number: str | None
    county: Names
    first_day: date
    last_day: date
    services: dict[str, Names]
    offerings: dict[str, OwnOffering]
    held_cents: int


def known_funding_ids(session: Session, provider_id: int, funding_ids: Collection[int]) -> set[int]:
    """Return the fundings that the provider may know: it is named, or has a choice that was not undone."""
    chosen = exists().where(
        Choice.funding_id == Funding.id, Choice.provider_id == provider_id, Choice.withdrawn_at.is_(None)
    )
    known = select(Funding.id).where(
        Funding.id.in_(funding_ids), (Funding.provider_id == provider_id) | chosen
    )
    return set(session.scalars(known))


def known_vouchers(session: Session, provider_id: int, client_id: int, day: date) -> list[str]:
    """Return the client's vouchers that the provider may charge on a day, those that end first before others.

    The provider is named, or has a choice that was not undone and has not ended. The voucher's window has the
    day.
    """
    chosen = exists().where(
        Choice.funding_id == Funding.id,
        Choice.provider_id == provider_id,
        Choice.withdrawn_at.is_(None),
        func.coalesce(Choice.ends_on, day) >= day,
    )
    query = select(Funding.voucher).where(
        Funding.client_id == client_id,
        Funding.valid.contains(day),
        (Funding.provider_id == provider_id) | chosen,
    )
    return list(session.scalars(query.order_by(func.upper(Funding.valid), Funding.id)))


def known_funding(session: Session, provider_id: int, code: str) -> KnownFunding | None:
    """Return the funding with this voucher code; None if there is none or the provider may not know it
    (R-07)."""
    funding = funding_by_voucher(session, normalise_voucher(code))
    if funding is None or not may_know(funding.facts, provider_id):
        return None
    offerings, _ = own_offerings(session, provider_id)
    facts = funding.facts
    return KnownFunding(
        voucher=facts.voucher,
        client_id=funding.client.id,
        county_id=facts.county_id,
        client_name=funding.client.name,
        client_number=funding.client.number,
        county=funding.county.name,
        first_day=facts.window.first,
        last_day=facts.window.last,
        services=funding.services,
        offerings={
            offering.service: offering
            for offering in offerings
            if offering.service in facts.services and offering.county == funding.county.code
        },
        held_cents=sum(choice.held_cents for choice in facts.choices if choice.provider_id == provider_id),
    )
