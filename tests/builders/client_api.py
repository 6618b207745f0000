"""A client with a voucher of 1 000 € worth 30 € an hour, three offerings, and the application on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables import charges, counties, grants, people, providers
from foundation.vocabulary.roles import Actor, Role
from tests.builders.api import ApiSession, application_on, sessions_on, store_api_key
from tests.builders.county import NOW, TODAY, a_county
from tests.builders.funding import a_client, a_funding
from tests.builders.people import a_person
from tests.builders.provider import a_provider, an_offering, approve
from tests.builders.stored_world import Stored, stored_world
from tests.scratch_database import ScratchServer

CLIENT, STRANGER, HELPER, WATCHER, WORKER, FAR_WORKER, BILLER = (
    f"omk_{name}" for name in ("client", "stranger", "helper", "watcher", "worker", "farworker", "biller")
)


@dataclass
class ClientApi(ApiSession):
    """The API as a client. Offerings: `near` 36 €, `dear` 45 €, `cheap` 28 € far away.

    Other keys: `STRANGER` is another client, `HELPER` may act for the client and `WATCHER` may only read,
    `WORKER` and `BILLER` are of the county and of the provider that is near, `FAR_WORKER` of another county.
    """

    database_url: str
    voucher: str
    other_voucher: str
    funding_id: int
    client_id: int
    client_actor: Actor
    near: int
    dear: int
    cheap: int
    charge: int

    def offering(self, offering_id: int) -> providers.Offering:
        """Return the row of an offering."""
        return self.session.get_one(providers.Offering, offering_id)

    def pay_by_class(self, **unit_values: int) -> None:
        """Let the client's voucher pay by time class, in cents an hour."""
        terms = self.session.query(grants.FundingTerms).filter_by(funding_id=self.funding_id).one()
        terms.unit_values = {"PERSONAL_ASSISTANCE": unit_values}
        self.session.commit()

    def price_by_class(self, offering_id: int, time_class: str, unit_price_cents: int) -> None:
        """Give an offering one price, in one time class."""
        found = self.session.query(counties.TimeClass).filter_by(code=time_class).one()
        price = self.session.query(providers.Price).filter_by(offering_id=offering_id).one()
        price.time_class_id, price.unit_price_cents = found.id, unit_price_cents
        self.session.commit()


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


@contextmanager
def open_client_api(scratch_server: ScratchServer, database: str, var_dir: Path) -> Iterator[ClientApi]:
    """Copy the client's world into a new database of that name, and open the client's API."""
    with (
        stored_world(scratch_server, "client_api", _store, database) as world,
        sessions_on(world.database_url) as sessions,
        sessions() as session,
    ):
        fields = dict(world.stored)
        person_id, name = fields.pop("client_person_id"), fields.pop("client_name")
        actor = Actor(person_id, Role.CLIENT, name, client_ids=frozenset({fields["client_id"]}))
        web = application_on(sessions, var_dir).test_client()
        yield ClientApi(web, session, CLIENT, world.database_url, client_actor=actor, **fields)


def _store(session: Session) -> Stored:
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
        "client_person_id": client_actor.person_id,
        "client_name": client.name,
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
    store_api_key(session, actor, CLIENT)
    store_api_key(session, a_person(session, Role.CLIENT, client_id=other_id), STRANGER)
    store_api_key(
        session, a_person(session, Role.WORKER, name="Tiina Työntekijä", county_id=county_id), WORKER
    )
    store_api_key(session, a_person(session, Role.WORKER, county_id=far_id), FAR_WORKER)
    store_api_key(session, a_person(session, Role.PROVIDER_BILLER, provider_id=provider_id), BILLER)
    for key, may in ((HELPER, True), (WATCHER, False)):
        helper = a_person(session, Role.REPRESENTATIVE, name="Timo Tukihenkilö")
        store_api_key(session, helper, key)
        session.add(
            people.Mandate(
                client_id=client_id,
                person_id=helper.person_id,
                kind="support_person",
                may_see=True,
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
