"""S3: one charge after another with a short history and with a long one.

Every funding has the same number of earlier charges at both sizes. What grows is the number of fundings,
charges and postings in the tables: their indexes become deeper, and a smaller part of them fits in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, text

from benchmarks.clearing import one_by_one
from benchmarks.county import BenchCounty, build_county
from benchmarks.figures import Figure, within

CHARGES_OF_A_FUNDING = 50
MOST_SLOWER = 1.2
FUNDINGS_AT_ONCE = 20_000
TURNS = 3

_CHARGES = """
INSERT INTO charge (county_id, provider_id, funding_id, choice_id, offering_id, service_id, reference,
  service_day, starts_at, ends_at, quantity_hundredths, unit_price_cents, state, price_cents,
  county_pays_cents, co_payment_cents, from_held_cents, content, sent, received_at)
SELECT 12, 1, f, f, 1, 1, 'H-' || f || '-' || n, day, day + time '06:00', day + time '07:00', 100, 3600,
  'accepted', 3600, 3600, 0, 0, '', '{}', day + 1
FROM generate_series(CAST(:first AS bigint), :last) f, generate_series(1, :each) n,
  LATERAL (SELECT date '2026-01-01' + CAST(n AS integer) AS day) AS days
"""
_POSTINGS = """
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents, funding_id,
  charge_id, provider_id)
SELECT nextval('posting_transaction'), 12, received_at, 4, 1, 3, 3600, funding_id, id, 1
FROM charge WHERE funding_id BETWEEN :first AND :last AND reference LIKE 'H-%'
"""
_BALANCES = """
UPDATE balance SET free_cents = free_cents - 3600 * :each, charged_cents = charged_cents + 3600 * :each
WHERE funding_id BETWEEN :first AND :last
"""


@dataclass(frozen=True, slots=True)
class Size:
    """The number of earlier charges, and of the fundings that have them."""

    charges: int

    @property
    def fundings(self) -> int:
        """The number of fundings, each with `CHARGES_OF_A_FUNDING` earlier charges."""
        return self.charges // CHARGES_OF_A_FUNDING


def measure(
    engine: Engine, *, little: int, much: int, singles: int, clients: tuple[int, ...]
) -> list[Figure]:
    """Fill an empty migrated database, and return a figure for each number of clients.

    Args:
        engine: The database.
        little: Earlier charges at the first measurement.
        much: Earlier charges at the second measurement.
        singles: Charges for each measurement and number of clients.
        clients: How many clients send charges at the same time.
    """
    small, large = Size(little), Size(much)
    build_county(engine, large.fundings)
    build_history(engine, 1, small.fundings)
    early = {width: _rate(BenchCounty(engine, small.fundings), singles, width, 0) for width in clients}
    build_history(engine, small.fundings + 1, large.fundings)
    grown = {width: _rate(BenchCounty(engine, large.fundings), singles, width, much) for width in clients}
    return [_figure(width, early[width], grown[width], small, large) for width in clients]


def build_history(engine: Engine, first: int, last: int) -> None:
    """Insert accepted charges and their postings for the fundings from `first` to `last`, in bulk.

    Foreign keys are not checked: every row refers to a row that this module inserted.
    """
    for begin in range(first, last + 1, FUNDINGS_AT_ONCE):
        bounds = {"first": begin, "last": min(last, begin + FUNDINGS_AT_ONCE - 1)}
        each = {"each": CHARGES_OF_A_FUNDING}
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(_CHARGES), bounds | each)
            connection.execute(text(_POSTINGS), bounds)
            connection.execute(text(_BALANCES), bounds | each)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))


def _rate(county: BenchCounty, singles: int, width: int, first: int) -> float:
    """Return the median of `TURNS` measurements, in charges per second."""
    first += 1_000_000 * width
    share = singles // TURNS
    rates = [one_by_one(county, first + turn * share, share, width).rate for turn in range(TURNS)]
    return sorted(rates)[TURNS // 2]


def _figure(width: int, before: float, after: float, small: Size, large: Size) -> Figure:
    return within(
        f"S3 one charge with {large.charges:,} of history, {width} writers",
        f"{after:,.0f}/s",
        before / after,
        MOST_SLOWER,
        f"≤ {MOST_SLOWER} ×",
        f"{small.charges:,}: {before:,.0f}/s",
    )
