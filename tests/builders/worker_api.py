"""A county's worker with an API key, a provider and a client's voucher, and the application on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from foundation.vocabulary.roles import Role
from tests.builders.api import ApiSession, application_on, sessions_on, store_api_key
from tests.builders.chosen_offering import a_chosen_offering
from tests.builders.county import a_county
from tests.builders.people import a_person
from tests.builders.stored_world import Stored, stored_world
from tests.scratch_database import ScratchServer

WORKER, FAR_WORKER, AUDITOR, BILLER = (
    f"omk_{name}" for name in ("worker", "far_worker", "auditor", "biller")
)


@dataclass
class WorkerApi(ApiSession):
    """The API as a worker of county 12, in which a client has a voucher and chose a provider.

    Other keys: `FAR_WORKER` of county 13, `AUDITOR` of the county, `BILLER` of the provider.
    """

    database_url: str
    voucher: str
    client_number: str
    provider: str


@contextmanager
def open_worker_api(scratch_server: ScratchServer, database: str, var_dir: Path) -> Iterator[WorkerApi]:
    """Copy the worker's world into a new database of that name, and open the worker's API."""
    with (
        stored_world(scratch_server, "worker_api", _store, database) as world,
        sessions_on(world.database_url) as sessions,
        sessions() as session,
    ):
        web = application_on(sessions, var_dir).test_client()
        yield WorkerApi(web, session, WORKER, world.database_url, **world.stored)


def _store(session: Session) -> Stored:
    chosen = a_chosen_offering(session)
    county, provider = chosen.county, chosen.provider
    other = a_county(session, "13")
    for key, person in (
        (WORKER, a_person(session, Role.WORKER, name="Tiina Työ", county_id=county.id)),
        (FAR_WORKER, a_person(session, Role.WORKER, county_id=other.id)),
        (AUDITOR, a_person(session, Role.AUDITOR, county_id=county.id)),
        (BILLER, a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id)),
    ):
        store_api_key(session, person, key)
    return {
        "voucher": chosen.funding.voucher,
        "client_number": chosen.client.number,
        "provider": provider.business_id,
    }
