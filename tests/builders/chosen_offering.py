"""What most tests of charges begin with: a client who chose a provider's offering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from foundation.database.tables import choices, clients, counties, grants, providers
from tests.builders.county import a_county
from tests.builders.funding import a_choice, a_client, a_funding
from tests.builders.provider import a_provider, an_offering


@dataclass(frozen=True, slots=True)
class ChosenOffering:
    """A county, a provider approved in it, its offering, and a client who chose it with a voucher."""

    county: counties.County
    provider: providers.Provider
    offering: providers.Offering
    client: clients.Client
    funding: grants.Funding
    choice: choices.Choice


def a_chosen_offering(
    session: Session,
    *,
    amount_cents: int = 100_000,
    held_cents: int = 20_000,
    price_cents: int | Mapping[str, int] = 3600,
    ends_on: date | None = None,
    **terms: Any,
) -> ChosenOffering:
    """Store it: personal assistance for 36 € an hour, a voucher of 1 000 €, 200 € of it held.

    Args:
        ends_on: the last day of the choice; None: open.
        terms: columns of the funding's terms.
    """
    county = a_county(session)
    provider = a_provider(session, county)
    offering = an_offering(session, county, provider, price_cents=price_cents)
    client = a_client(session, county)
    funding = a_funding(session, county, client, amount_cents=amount_cents, **terms)
    choice = a_choice(session, funding, offering, held_cents=held_cents, ends_on=ends_on)
    return ChosenOffering(county, provider, offering, client, funding, choice)
