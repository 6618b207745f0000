"""The benchmarks insert their county and market as rows: they fit the tables of today."""

from __future__ import annotations

from benchmarks.county import build_county
from benchmarks.searching import add_market, explained
from foundation.database.session import make_engine


def test_the_market_of_the_search_benchmark_can_be_built_and_searched(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    try:
        county = build_county(engine, 5)
        add_market(county, 200)
        plans = explained(county)
    finally:
        engine.dispose()
    assert [plan.name for plan in plans] == [
        "list of the API",
        "list of a page",
        "counts of a page's map",
    ]
    assert all(plan.figure.limit.endswith("buffers") for plan in plans)
    assert all("actual time" in plan.text for plan in plans)
