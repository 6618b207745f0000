"""A client with a voucher of 1 000 € worth 30 € an hour, three offerings, and the application on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from config import Settings
from foundation.database.columns import days
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables import charges, counties, people, providers
from foundation.vocabulary.roles import Actor, Role
from foundation.web.limits import guess_window
from foundation.web.state import EXTENSION, Shell
from tests.api.provider_desk import a_key
from tests.builders import (
    NOW,
    TODAY,
    a_client,
    a_county,
    a_funding,
    a_person,
    a_provider,
    an_offering,
    approve,
)
from wsgi import create_app

CLIENT, STRANGER, HELPER, WATCHER, WORKER, FAR_WORKER, BILLER = (
    f"omk_{name}" for name in ("client", "stranger", "helper", "watcher", "worker", "farworker", "biller")
)


@dataclass
class ClientDesk:
    """What a test of the client's face needs. Offerings: `near` 36 €, `dear` 45 €, `cheap` 28 € far away."""

    web: FlaskClient
    session: Session
    voucher: str
    other_voucher: str
    funding_id: int
    client_id: int
    client_actor: Actor
    near: int
    dear: int
    cheap: int
    charge: int

    def get(self, path: str, *, key: str | None = CLIENT, status: int = 200) -> Any:
        """GET under /api/v1 and the body."""
        answer = self.web.get(f"/api/v1{path}", headers=self.headers(key))
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def send(
        self, method: str, path: str, body: Any = None, *, key: str | None = CLIENT, **headers: str
    ) -> TestResponse:
        """Another method under /api/v1, with JSON where a body is given."""
        options = {} if body is None else {"json": body}
        return self.web.open(
            f"/api/v1{path}", method=method, headers={**self.headers(key), **headers}, **options
        )

    def headers(self, key: str | None) -> dict[str, str]:
        """Log-in by key, answers in English."""
        return {"Accept-Language": "en"} | ({"Authorization": f"Bearer {key}"} if key else {})


def a_place(session: Session, provider_id: int, latitude: float, **access: object) -> int:
    """A unit of the provider somewhere north or south of Mikkeli."""
    unit = providers.ProviderUnit(
        provider_id=provider_id,
        name="Toimisto",
        street="Katu 1",
        municipality_code="491",
        latitude=latitude,
        longitude=27.28,
        access=access,
    )
    session.add(unit)
    session.flush()
    return unit.id


def _offer(
    session: Session, county: counties.County, name: str, business_id: str, price_cents: int, latitude: float
) -> providers.Offering:
    provider = a_provider(session, county, business_id=business_id, name=name)
    offering = an_offering(session, county, provider, price_cents=price_cents)
    offering.unit_id = a_place(session, provider.id, latitude, step_free=price_cents > 4000)
    session.flush()
    return offering


_apps: list[Flask] = []


def _app(var_dir: Path, sessions: sessionmaker[Session]) -> Flask:
    """The application, built once for all tests of this process and given this test's database."""
    if not _apps:
        _apps.append(create_app(Settings("development", "s" * 32, var_dir, clock=NOW), sessions))
    state: Shell = _apps[0].extensions[EXTENSION]
    state.sessions, state.guesses = sessions, guess_window()
    return _apps[0]


@contextmanager
def client_desk(database_url: str, var_dir: Path) -> Iterator[ClientDesk]:
    """Build the world, commit it, and hand over the application on it."""
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    with sessions() as session:
        world = _world(session)
        session.commit()
        yield ClientDesk(_app(var_dir, sessions).test_client(), session, **world)
    engine.dispose()


def _world(session: Session) -> dict[str, Any]:
    county, far_county = a_county(session), a_county(session, "13")
    near = _offer(session, county, "Kotiapu Kaisla Oy", "1234567-1", 3600, 61.70)
    dear = _offer(session, county, "Hoiva Havu Oy", "2345678-2", 4500, 61.75)
    cheap = _offer(session, county, "Apu Aalto Oy", "3456789-3", 2800, 62.50)
    dear.next_free_on, dear.languages, near.next_free_on = TODAY, ["fi", "sv"], date(2026, 12, 1)
    hidden = an_offering(
        session, county, a_provider(session, county, business_id="4567890-0", approved_for=())
    )
    approve(
        session, county, _provider(session, hidden), "PERSONAL_ASSISTANCE", from_day=TODAY, state="suspended"
    )
    client, other = a_client(session, county), a_client(session, county, name="Toinen Asiakas")
    values = {"unit_values": {"PERSONAL_ASSISTANCE": {"any": 3000}}}
    funding = a_funding(session, county, client, **values)  # type: ignore[arg-type]
    other_funding = a_funding(session, county, other)
    client_actor = a_person(session, Role.CLIENT, name=client.name, client_id=client.id)
    _keys(session, client_actor, client.id, other.id, county.id, far_county.id, near.provider_id)
    charge = _charge(session, county.id, funding.id, near)
    return {
        "voucher": funding.voucher,
        "other_voucher": other_funding.voucher,
        "funding_id": funding.id,
        "client_id": client.id,
        "client_actor": client_actor,
        "near": near.id,
        "dear": dear.id,
        "cheap": cheap.id,
        "charge": charge.id,
    }


def _provider(session: Session, offering: providers.Offering) -> providers.Provider:
    provider = session.get(providers.Provider, offering.provider_id)
    assert provider is not None
    return provider


def _keys(
    session: Session,
    actor: Actor,
    client_id: int,
    other_id: int,
    county_id: int,
    far_id: int,
    provider_id: int,
) -> None:
    a_key(session, actor, CLIENT)
    a_key(session, a_person(session, Role.CLIENT, client_id=other_id), STRANGER)
    a_key(session, a_person(session, Role.WORKER, name="Tiina Työntekijä", county_id=county_id), WORKER)
    a_key(session, a_person(session, Role.WORKER, county_id=far_id), FAR_WORKER)
    a_key(session, a_person(session, Role.PROVIDER_BILLER, provider_id=provider_id), BILLER)
    for key, may in ((HELPER, True), (WATCHER, False)):
        helper = a_person(session, Role.REPRESENTATIVE, name="Timo Tukihenkilö")
        a_key(session, helper, key)
        session.add(
            people.Mandate(
                client_id=client_id,
                person_id=helper.person_id,
                kind="support_person",
                may_choose=may,
                may_confirm=may,
                valid=days(TODAY, None),
            )
        )


def _charge(
    session: Session, county_id: int, funding_id: int, offering: providers.Offering
) -> charges.Charge:
    """A held charge: it moves no money, so the books need nothing of it."""
    row = charges.Charge(
        county_id=county_id,
        provider_id=offering.provider_id,
        funding_id=funding_id,
        offering_id=offering.id,
        service_id=offering.service_id,
        reference="R-1",
        service_day=date(2026, 11, 16),
        quantity_hundredths=200,
        unit_price_cents=3600,
        state="on_hold",
        price_cents=7200,
        county_pays_cents=6000,
        co_payment_cents=1200,
        content="",
        sent={},
        received_at=NOW,
    )
    session.add(row)
    session.flush()
    session.add(charges.ChargeReason(charge_id=row.id, position=0, code="sampled_for_check"))
    session.flush()
    return row
