"""The county world at a small size: a simulated year whose payment runs are closed."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.charges import Charge
from foundation.database.tables.payments import PaymentRun
from worlds.county import write_county_world
from worlds.world import make_world

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.mark.slow
def test_a_year_of_a_small_county(session: Session) -> None:
    world = make_world(session, 1, NOW, lambda _message: None)
    write_county_world(world, provider_count=40, client_count=20)
    runs = session.scalars(select(PaymentRun.state)).all()
    assert runs == ["closed"] * 12
    first, last, count = session.execute(
        select(func.min(Charge.received_at), func.max(Charge.received_at), func.count())
    ).one()
    assert (last - first).days > 330
    assert count > 300
    assert verify_books(session).agrees
