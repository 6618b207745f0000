"""A county with a worker's key, a provider and a client's voucher, and the application on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config import Settings
from foundation.database.session import make_engine, make_sessions
from foundation.vocabulary.roles import Role
from tests.api.provider_desk import a_key
from tests.builders import (
    NOW,
    a_choice,
    a_client,
    a_county,
    a_funding,
    a_person,
    a_provider,
    an_offering,
)
from wsgi import create_app


@dataclass
class WorkerDesk:
    """What a test of the county's face needs."""

    client: FlaskClient
    session: Session
    voucher: str
    client_number: str
    provider: str
    key: str = "omk_worker"
    strangers_key: str = "omk_stranger"
    auditors_key: str = "omk_auditor"
    billers_key: str = "omk_biller"

    def _headers(self, key: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {key or self.key}", "Accept-Language": "en"}

    def get(self, path: str, *, key: str | None = None) -> Any:
        """GET under /api/v1."""
        return self.client.get(f"/api/v1{path}", headers=self._headers(key))

    def post(self, path: str, body: Any, *, key: str | None = None) -> Any:
        """POST JSON under /api/v1."""
        return self.client.post(f"/api/v1{path}", json=body, headers=self._headers(key))


@contextmanager
def worker_desk(database_url: str, var_dir: Path) -> Iterator[WorkerDesk]:
    """Build the world, commit it, and hand over the application on it."""
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    with sessions() as session:
        county = a_county(session)
        provider = a_provider(session, county)
        offering = an_offering(session, county, provider)
        client = a_client(session, county)
        funding = a_funding(session, county, client, amount_cents=100_000)
        a_choice(session, funding, offering, held_cents=20_000)
        other = a_county(session, "13")
        a_key(session, a_person(session, Role.WORKER, name="Tiina Työ", county_id=county.id), "omk_worker")
        a_key(session, a_person(session, Role.WORKER, county_id=other.id), "omk_stranger")
        a_key(session, a_person(session, Role.AUDITOR, county_id=county.id), "omk_auditor")
        a_key(session, a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id), "omk_biller")
        session.commit()
        settings = Settings("development", "s" * 32, var_dir, database_url=database_url, clock=NOW)
        application = create_app(settings, sessions).test_client()
        yield WorkerDesk(application, session, funding.voucher, client.number, provider.business_id)
    engine.dispose()
