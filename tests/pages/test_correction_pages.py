"""An officer corrects a charge and claims what the provider then owes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.payments.load.dues import carried_sum
from clearing.upkeep.actions.verify_books import verify_books
from config import Settings
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables.charges import Charge
from foundation.database.tables.people import RoleGrant
from tests.builders import NOW
from tests.builders.settling import SettlingWorld, a_settling_world
from tests.pages.strict import StrictClient, strict_client
from wsgi import create_app

Desk = tuple[StrictClient, Session, SettlingWorld, int]


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[Desk]:
    """The officer logged in, and a paid charge of two hours, 72 €."""
    engine = make_engine(fresh_database)
    sessions = make_sessions(engine)
    session = sessions()
    world = a_settling_world(session, providers_count=1)
    charge = world.charge(session, 0)
    world.pay(session)
    session.commit()
    settings = Settings("development", "s" * 32, tmp_path, database_url=fresh_database, clock=NOW)
    client = strict_client(create_app(settings, sessions))
    grant = session.scalar(select(RoleGrant.id).where(RoleGrant.person_id == world.officer.person_id))
    with client.web.session_transaction() as cookie:
        cookie.update({"person": world.officer.person_id, "grant": grant, "stamp": 0})
    yield client, session, world, charge
    session.close()
    engine.dispose()


def test_an_officer_corrects_and_claims(desk: Desk) -> None:
    client, session, world, charge = desk
    page = client.page("/mt/korjaa", lang="en")
    wrong = client.send(page, {"charge": "999999", "reason": "agreed", "note": "Sovittu"}, status=422)
    assert "There is no such accepted or settled charge in the county." in wrong.texts()
    over = client.send(
        page, {"charge": str(charge), "reason": "agreed", "note": "Sovittu", "quantity": "3"}, status=422
    )
    assert "At most" in over.texts()
    done = client.send(
        page, {"charge": str(charge), "reason": "not_given", "note": "Ei annettu", "quantity": "1"}
    )
    assert "The correction was made." in done.texts()
    session.expire_all()
    correction = session.scalars(select(Charge).where(Charge.corrects_id == charge)).one()
    assert (correction.county_pays_cents, correction.quantity_hundredths) == (-3_600, -100)
    world.approve(session, world.prepare(session))
    session.commit()
    owing = client.page("/mt/saatavat", lang="en")
    assert "36" in owing.texts()
    claim = client.page(f"/mt/saatavat/{world.provider_ids[0]}", lang="en")
    over = client.send(claim, {"amount_cents": "36.01", "why": "Lopetti"}, status=422)
    assert "The provider owes less than that." in over.texts()
    assert "The sum is claimed." in client.send(claim, {"amount_cents": "36.00", "why": "Lopetti"}).texts()
    session.expire_all()
    assert carried_sum(session, world.county.id, world.provider_ids[0]) == 0
    assert verify_books(session).differences == ()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_read_strictly_in_every_language(desk: Desk, language: str) -> None:
    client = desk[0]
    for path in ("/mt/saatavat", "/mt/korjaa"):
        client.page(path, lang=language)
    assert client.web.get("/mt/saatavat/999999").status_code == 404
