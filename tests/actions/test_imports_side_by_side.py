"""Imports of price lists by several providers at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from foundation.database.session import Timeouts, make_engine, make_sessions
from foundation.database.tables.counties import County
from foundation.tabular.import_report import ImportReport
from foundation.tabular.reading import read_table
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.import_provider_prices import import_provider_prices
from marketplace.load.price_shelf import lock_shelf
from marketplace.rules.price_rows import PRICE_LAYOUT
from tests.builders import NOW, TODAY, a_county, a_person, a_provider

PRICES = "service;unit;time_class;unit_price;from;to\n"
ROW = "HOME_CARE;hour;any;40;2026-12-01;\n"
SHORT = Timeouts(lock_ms=300, statement_ms=20_000)


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    """A database with two providers; a wait for a lock soon ends with an error."""
    engine = make_engine(fresh_database, timeouts=SHORT)
    with make_sessions(engine).begin() as session:
        county = a_county(session)
        for business_id in ("1234567-1", "2345678-2"):
            a_provider(session, county, business_id=business_id)
        a_person(session, Role.WORKER, county_id=county.id)
    yield engine
    engine.dispose()


def prices(session: Session, provider_id: int, rows: str, *, dry_run: bool = False) -> ImportReport:
    table = read_table((PRICES + rows).encode(), PRICE_LAYOUT)
    actor = Actor(None, Role.PROVIDER_OWNER, "owner", provider_id=provider_id)
    return import_provider_prices(
        session, table, county_id=12, provider_id=provider_id, dry_run=dry_run, actor=actor, now=NOW
    )


def test_one_providers_import_does_not_wait_for_anothers(engine: Engine) -> None:
    with make_sessions(engine)() as first, make_sessions(engine)() as second:
        assert prices(first, 1, ROW).imported == 1
        assert prices(second, 2, ROW).imported == 1


def test_a_list_that_is_only_checked_waits_for_nobody_and_holds_up_nobody(engine: Engine) -> None:
    with make_sessions(engine)() as first, make_sessions(engine)() as second:
        lock_shelf(first, 12, TODAY)
        assert prices(first, 1, ROW).imported == 1
        assert prices(second, 1, ROW, dry_run=True).imported == 1
        second_county = second.scalar(select(County.id).with_for_update(key_share=True, skip_locked=True))
        assert second_county is None
        first.rollback()
        assert prices(first, 1, ROW).imported == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_check_reports_what_the_import_does(engine: Engine, seed: int) -> None:
    chance = Random(seed)
    with make_sessions(engine)() as session:
        for _ in range(6):
            days = [f"2026-{chance.randint(11, 12)}-{chance.randint(20, 30)}" for _ in range(4)]
            ends = [chance.choice(["", "2026-12-31"]) for _ in days]
            cents = [chance.randint(30, 32) for _ in days]
            rows = "".join(
                f"HOME_CARE;hour;any;{price};{day};{end}\n"
                for price, day, end in zip(cents, days, ends, strict=True)
            )
            checked = prices(session, 1, rows, dry_run=True)
            assert prices(session, 1, rows) == checked
            session.flush()
        session.commit()
