"""A provider with an API key, clients who chose it, and the application on a database of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.test import TestResponse

from foundation.vocabulary.roles import Actor, Role
from tests.builders.api import ApiSession, application_on, sessions_on, store_api_key
from tests.builders.chosen_offering import a_chosen_offering
from tests.builders.funding import a_choice, a_client, a_funding
from tests.builders.people import a_person
from tests.builders.provider import a_provider


@dataclass
class ProviderApi(ApiSession):
    """The API as a provider's biller, and what a client's voucher has to do with it."""

    biller: Actor
    owner: Actor
    owner_key: str
    provider_id: int
    business_id: str
    offering_id: int
    voucher: str
    vouchers: list[str]
    stranger_key: str

    def send_file(
        self, data: bytes, query: str = "", content_type: str = "text/csv", **headers: str
    ) -> TestResponse:
        """POST a charge file."""
        return self.post_bytes(f"/charge-files{query}", data, content_type, **headers)

    def charge(self, **fields: str) -> dict[str, str]:
        """Return a charge of two hours on 16 November 2026 that is accepted, with fields replaced."""
        return {
            "reference": "R-1",
            "voucher": self.voucher,
            "service": "PERSONAL_ASSISTANCE",
            "service_day": "2026-11-16",
            "quantity": "2.00",
            "unit": "hour",
            "unit_price": "36.00",
            **fields,
        }


@contextmanager
def open_provider_api(
    database_url: str, var_dir: Path, *, fundings: int = 1, amount_cents: int = 100_000
) -> Iterator[ProviderApi]:
    """Store a provider and clients who chose it, and open its API.

    Args:
        fundings: how many clients have a voucher and chose the provider.
        amount_cents: the amount of each voucher.
    """
    with sessions_on(database_url) as sessions, sessions() as session:
        chosen = a_chosen_offering(session, amount_cents=amount_cents)
        county, provider, offering = chosen.county, chosen.provider, chosen.offering
        vouchers = [chosen.funding.voucher]
        for _ in range(fundings - 1):
            funding = a_funding(session, county, a_client(session, county), amount_cents=amount_cents)
            a_choice(session, funding, offering, held_cents=20_000)
            vouchers.append(funding.voucher)
        biller = a_person(session, Role.PROVIDER_BILLER, name="Maija Laskuttaja", provider_id=provider.id)
        other = a_provider(session, county, business_id="2345678-2", name="Toinen Oy")
        owner = a_person(session, Role.PROVIDER_OWNER, name="Olli Omistaja", provider_id=provider.id)
        stranger = a_person(session, Role.PROVIDER_OWNER, provider_id=other.id)
        own_key = store_api_key(session, biller, "omk_biller")
        owner_key = store_api_key(session, owner, "omk_owner")
        stranger_key = store_api_key(session, stranger, "omk_stranger")
        session.commit()
        yield ProviderApi(
            web=application_on(sessions, var_dir).test_client(),
            session=session,
            own_key=own_key,
            biller=biller,
            owner=owner,
            owner_key=owner_key,
            provider_id=provider.id,
            business_id=provider.business_id,
            offering_id=offering.id,
            voucher=vouchers[0],
            vouchers=vouchers,
            stranger_key=stranger_key,
        )
