"""A provider with an API key, clients who chose it, and the application on a database of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation.vocabulary.roles import Actor, Role
from tests.builders.api import ApiSession, application_on, sessions_on, store_api_key
from tests.builders.chosen_offering import a_chosen_offering
from tests.builders.funding import a_choice, a_client, a_funding
from tests.builders.people import a_person
from tests.builders.provider import a_provider
from tests.builders.stored_world import Stored, StoredWorld, stored_world
from tests.scratch_database import ScratchServer

AMOUNT_CENTS = 100_000
BILLER_NAME, OWNER_NAME = "Maija Laskuttaja", "Olli Omistaja"


@dataclass
class ProviderApi(ApiSession):
    """The API as a provider's biller, and what a client's voucher has to do with it."""

    database_url: str
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
def open_provider_api(scratch_server: ScratchServer, database: str, var_dir: Path) -> Iterator[ProviderApi]:
    """Copy the world of a provider and one client into a new database of that name, and open its API."""
    with (
        stored_world(scratch_server, "provider_api", _store, database) as world,
        _opened(world, var_dir) as provider_api,
    ):
        yield provider_api


@contextmanager
def open_sized_provider_api(
    database_url: str, var_dir: Path, *, fundings: int, amount_cents: int = AMOUNT_CENTS
) -> Iterator[ProviderApi]:
    """Store a provider and clients who chose it in an empty database, and open its API.

    Args:
        fundings: how many clients have a voucher and chose the provider.
        amount_cents: the amount of each voucher.
    """
    with sessions_on(database_url) as sessions, sessions.begin() as session:
        stored = _store(session, fundings, amount_cents)
    with _opened(StoredWorld(database_url, stored), var_dir) as provider_api:
        yield provider_api


@contextmanager
def _opened(world: StoredWorld, var_dir: Path) -> Iterator[ProviderApi]:
    fields = dict(world.stored)
    provider_id = fields["provider_id"]
    biller = Actor(fields.pop("biller_id"), Role.PROVIDER_BILLER, BILLER_NAME, provider_id=provider_id)
    owner = Actor(fields.pop("owner_id"), Role.PROVIDER_OWNER, OWNER_NAME, provider_id=provider_id)
    with sessions_on(world.database_url) as sessions, sessions() as session:
        web = application_on(sessions, var_dir).test_client()
        yield ProviderApi(web, session, database_url=world.database_url, biller=biller, owner=owner, **fields)


def _store(session: Session, fundings: int = 1, amount_cents: int = AMOUNT_CENTS) -> Stored:
    chosen = a_chosen_offering(session, amount_cents=amount_cents)
    county, provider, offering = chosen.county, chosen.provider, chosen.offering
    vouchers = [chosen.funding.voucher]
    for _ in range(fundings - 1):
        funding = a_funding(session, county, a_client(session, county), amount_cents=amount_cents)
        a_choice(session, funding, offering, held_cents=20_000)
        vouchers.append(funding.voucher)
    biller = a_person(session, Role.PROVIDER_BILLER, name=BILLER_NAME, provider_id=provider.id)
    other = a_provider(session, county, business_id="2345678-2", name="Toinen Oy")
    owner = a_person(session, Role.PROVIDER_OWNER, name=OWNER_NAME, provider_id=provider.id)
    stranger = a_person(session, Role.PROVIDER_OWNER, provider_id=other.id)
    return {
        "own_key": store_api_key(session, biller, "omk_biller"),
        "biller_id": biller.person_id,
        "owner_id": owner.person_id,
        "owner_key": store_api_key(session, owner, "omk_owner"),
        "provider_id": provider.id,
        "business_id": provider.business_id,
        "offering_id": offering.id,
        "voucher": vouchers[0],
        "vouchers": vouchers,
        "stranger_key": store_api_key(session, stranger, "omk_stranger"),
    }
