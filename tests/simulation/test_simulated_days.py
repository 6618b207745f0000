"""Sixteen days of the simulated year for the short ring, with the invariants computed each evening."""

from __future__ import annotations

from foundation.database.session import make_engine
from tests.simulation.year import simulate_year


def test_sixteen_days_break_no_invariant(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    result = simulate_year(engine, seed=3, clients=8, days=16)
    engine.dispose()
    assert result.done["charge: accepted"]
    assert result.done["run sent"]
