"""A provider with a key, a client who chose it, and the application on a database of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config import Settings
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables.people import ApiKey, RoleGrant
from foundation.vocabulary.roles import Actor, Role
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
class ProviderDesk:
    """What a test of the provider's face needs."""

    client: FlaskClient
    session: Session
    key: str
    biller: Actor
    provider_id: int
    business_id: str
    offering_id: int
    voucher: str
    vouchers: list[str]
    stranger_key: str

    def headers(self, **more: str) -> dict[str, str]:
        """Log-in by key, answers in English."""
        return {"Authorization": f"Bearer {self.key}", "Accept-Language": "en", **more}

    def get(self, path: str, *, status: int = 200, key: str | None = None) -> Any:
        """GET under /api/v1 and the body."""
        headers = self.headers() | ({"Authorization": f"Bearer {key}"} if key else {})
        answer = self.client.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json if answer.is_json else answer.text

    def post(self, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> TestResponse:
        """POST JSON under /api/v1."""
        sent = self.headers(**headers) | ({"Authorization": f"Bearer {key}"} if key else {})
        return self.client.post(f"/api/v1{path}", json=body, headers=sent)

    def send_file(
        self, data: bytes, query: str = "", content_type: str = "text/csv", **headers: str
    ) -> TestResponse:
        """POST the bare bytes of a file."""
        path, told = f"/api/v1/charge-files{query}", self.headers(**headers)
        return self.client.post(path, data=data, headers=told, content_type=content_type)

    def charge(self, **fields: str) -> dict[str, str]:
        """A good charge of two hours on 16 November 2026."""
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

    def count(self, table: Any) -> int:
        """How many rows a table has now."""
        self.session.rollback()
        return self.session.scalar(select(func.count()).select_from(table)) or 0


def a_key(session: Session, actor: Actor, key: str) -> str:
    """An API key of the actor's role."""
    grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == actor.person_id)).one()
    session.add(
        ApiKey(
            person_id=grant.person_id,
            role_grant_id=grant.id,
            label="test",
            key_sha256=sha256(key.encode()).hexdigest(),
            hint=key[-4:],
            created_at=NOW,
        )
    )
    return key


@contextmanager
def provider_desk(
    database_url: str, var_dir: Path, *, fundings: int = 1, amount_cents: int = 100_000
) -> Iterator[ProviderDesk]:
    """Build the world, commit it, and hand over the application on it."""
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    with sessions() as session:
        county = a_county(session)
        provider = a_provider(session, county)
        offering = an_offering(session, county, provider)
        vouchers = []
        for _ in range(fundings):
            funding = a_funding(session, county, a_client(session, county), amount_cents=amount_cents)
            a_choice(session, funding, offering, held_cents=20_000)
            vouchers.append(funding.voucher)
        biller = a_person(session, Role.PROVIDER_BILLER, name="Maija Laskuttaja", provider_id=provider.id)
        other = a_provider(session, county, business_id="2345678-2", name="Toinen Oy")
        stranger = a_person(session, Role.PROVIDER_BILLER, provider_id=other.id)
        keys = a_key(session, biller, "omk_biller"), a_key(session, stranger, "omk_stranger")
        session.commit()
        settings = Settings("development", "s" * 32, var_dir, database_url=database_url, clock=NOW)
        client = create_app(settings, sessions).test_client()
        yield ProviderDesk(
            client, session, keys[0], biller, provider.id, provider.business_id, offering.id,
            vouchers[0], vouchers, keys[1],
        )  # fmt: skip
    engine.dispose()
