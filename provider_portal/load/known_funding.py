"""A funding as a provider may know it: the client, the window, and what the provider can charge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clearing.charges.load.counties import county_settings
from clearing.charges.rules.matching import may_know
from clearing.eligibility.facts.calendar import CalendarRange
from foundation.vocabulary.identifiers import normalise_voucher
from marketplace.load.fundings import funding_by_voucher
from marketplace.load.names import Names
from marketplace.load.own_offerings import OwnOffering, own_offerings


@dataclass(frozen=True, slots=True)
class KnownFunding:
    """What a provider whom the client has chosen may see. `held_cents` is what the client's choices of it
    still hold."""

    voucher: str
    client_name: str
    client_number: str
    county: Names
    first_day: date
    last_day: date
    services: dict[str, Names]
    offerings: dict[str, OwnOffering]
    calendar: Sequence[CalendarRange]
    held_cents: int


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
        calendar=county_settings(session, [facts.county_id])[facts.county_id].calendar,
        held_cents=sum(choice.held_cents for choice in facts.choices if choice.provider_id == provider_id),
    )
