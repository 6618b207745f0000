"""What a search reads follows every change of what it is laid out from (docs/decisions/0188)."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from clearing.eligibility.load.approvals import approval_state_on
from clearing.eligibility.load.proof_listings import listings_against_offerings
from foundation.database.session import APPLICATION_ROLE, SYSTEM_ROLE, make_engine
from foundation.database.tables.providers import Approval, ApprovalState, ListedOffering, Offering
from tests.builders import NOW, TODAY, a_county, a_provider, an_offering

STATE = (
    "INSERT INTO approval_state (approval_id, state, from_day, why, set_at) SELECT id, '{}', '{}', '', now()"
)
OFFER = (
    "INSERT INTO offering (provider_id, county_id, service_id, title, about, unit, languages, municipalities,"
    " remote, cancel_notice_hours, cancel_share_percent, published, version) SELECT provider_id, county_id,"
    " service_id, 'Uusi', '', unit, '{fi}', '{491}', false, 24, 0, true, 1 FROM offering"
)
PLACES = (
    "INSERT INTO provider_unit (provider_id, name, street, municipality_code, latitude, longitude, access)"
    " SELECT id, 'Paikka', 'Katu 1', '491', 61.7, 27.3, '{}' FROM provider"
)
CHANGES = [
    "UPDATE offering SET published = false WHERE id = (SELECT min(id) FROM offering)",
    "UPDATE offering SET municipalities = '{507}'",
    "UPDATE offering SET languages = '{sv}', remote = true, home_visits = true, next_free_on = '2026-12-01'",
    "UPDATE offering SET communication = '{pictures}'",
    "UPDATE offering SET unit_id = NULL",
    "UPDATE offering SET service_id = 2",
    "UPDATE provider_unit SET latitude = 62, longitude = 28",
    "UPDATE provider_unit SET access = '{\"lift\"\\: true}'",
    "UPDATE approval SET service_id = 3",
    f"{STATE.format('suspended', '2026-11-21')} FROM approval",
    f"{STATE.format('ended', '2027-01-01')} FROM approval",
    "UPDATE approval_state SET state = 'pending'",
    "UPDATE approval_state SET from_day = from_day + 1",
    "DELETE FROM approval_state",
    "UPDATE approval_state SET approval_id = (SELECT max(id) FROM approval)",
    "DELETE FROM price; DELETE FROM offering WHERE id = (SELECT min(id) FROM offering)",
]
STATES = ("pending", "approved", "suspended", "ended")


@pytest.fixture
def market(session: Session) -> Session:
    return build_market(session)


def build_market(session: Session) -> Session:
    """Two providers with an offering at a place and one without, and a third without offerings."""
    county = a_county(session)
    for number in (1, 2):
        provider = a_provider(session, county, business_id=f"123456{number}-{number}")
        for _ in range(2):
            an_offering(session, county, provider)
    a_provider(session, county, business_id="1234563-3")
    session.execute(text(PLACES))
    session.execute(
        text(
            "UPDATE offering o SET unit_id = u.id FROM provider_unit u"
            " WHERE u.provider_id = o.provider_id AND o.id % 2 = 0"
        )
    )
    return session


def listed(session: Session) -> list[str]:
    query = text("SELECT listed_offering::text FROM listed_offering ORDER BY offering_id")
    return list(session.scalars(query))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_updates_the_list_at_once(market: Session, change: str) -> None:
    before = listed(market)
    assert len(before) == 4
    market.execute(text(change))
    assert listed(market) != before
    assert listings_against_offerings(market) == []


def test_a_change_of_the_table_alone_is_found(market: Session) -> None:
    market.execute(text("UPDATE listed_offering SET latitude = 60"))
    assert [found.check for found in listings_against_offerings(market)] == ["listed_offering"] * 4


def test_an_approval_is_listed_on_the_days_of_its_states(market: Session) -> None:
    random, first = Random(20261121), date(2026, 11, 1)
    approval = market.scalars(select(Approval).order_by(Approval.id)).first()
    assert approval is not None
    for _ in range(40):
        day = first + timedelta(random.randrange(20))
        state = ApprovalState(approval_id=approval.id, state=random.choice(STATES), from_day=day, set_at=NOW)
        market.add(state)
        market.flush()
        for number in range(-2, 22):
            check_day(market, approval, first + timedelta(number))


def check_day(session: Session, approval: Approval, day: date) -> None:
    state = session.scalar(select(approval_state_on(day)).where(Approval.id == approval.id))
    found = session.scalars(
        select(ListedOffering.offering_id).where(
            ListedOffering.provider_id == approval.provider_id, ListedOffering.approved.op("@>")(day)
        )
    ).all()
    assert len(found) == (2 if state == "approved" else 0), day


def test_changes_at_the_same_time_are_seen_by_the_later_one(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with Session(engine) as session:
        build_market(session)
        session.commit()
    suspend = f"{STATE.format('suspended', TODAY)} FROM approval"
    for first, second in ((suspend, OFFER), (OFFER, suspend.replace("suspended", "approved"))):
        run_at_once(engine, first, second)
        with Session(engine) as session:
            assert listings_against_offerings(session) == []
            assert len(listed(session)) == session.query(Offering).count()
    engine.dispose()


def run_at_once(engine: Engine, first: str, second: str) -> None:
    """Run the second statement while the first one is not committed, and commit it after it."""
    with ThreadPoolExecutor(1) as pool, engine.connect() as connection:
        connection.execute(text(first))
        later = pool.submit(run_and_commit, engine, second)
        wait_for_a_lock(engine, later)
        connection.commit()
        later.result()


def run_and_commit(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def wait_for_a_lock(engine: Engine, later: Future[None]) -> None:
    waiting = text(  # of this database alone: the other workers of the run use the same server
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE NOT granted AND datname = current_database()"
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(waiting):
            assert not later.done(), later.exception() or "it did not wait"
            connection.execute(text("SELECT pg_sleep(0.01)"))


@pytest.mark.parametrize("role", [APPLICATION_ROLE, SYSTEM_ROLE])
@pytest.mark.parametrize(
    "change", ["UPDATE listed_offering SET remote = true", "DELETE FROM listed_offering"]
)
def test_the_program_may_not_write_the_list(market: Session, role: str, change: str) -> None:
    with market.begin_nested() as savepoint:
        market.execute(text(f"SET LOCAL ROLE {role}"))
        with pytest.raises(DatabaseError, match="permission denied"):
            market.execute(text(change))
        savepoint.rollback()


def test_every_municipality_of_the_country_fits_into_the_index(market: Session) -> None:
    codes = [f"{number:03d}" for number in Random(1).sample(range(1000), 400)]
    market.execute(text("UPDATE offering SET municipalities = :codes"), {"codes": codes})
    assert listings_against_offerings(market) == []
    with pytest.raises(IntegrityError, match="ck_offering_municipalities"), market.begin_nested():
        market.execute(text("UPDATE offering SET municipalities = :codes"), {"codes": [*codes, "491"]})
