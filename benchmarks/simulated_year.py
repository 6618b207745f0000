"""M12: a simulated year on a database of its own; every invariant is checked each day.

python -m benchmarks.simulated_year --clients 2000 --days 365 --seed 1
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import click
from sqlalchemy.orm import Session

from benchmarks.figures import cpu_seconds
from clearing.upkeep.actions.verify_books import CHECKS
from foundation.database import migrate
from foundation.database.embedded import FOR_TESTS, attach
from foundation.database.session import driver, make_engine
from tests.simulation.checks import INVARIANTS
from tests.simulation.year import WHOLE_CHECK_DAYS, BrokenYearError, Year, result_of

PROGRESS_EVERY_DAYS = 7


@click.command()
@click.option("--clients", default=2_000, show_default=True)
@click.option("--days", default=365, show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same ledger to the byte.")
def main(clients: int, days: int, seed: int) -> None:
    """Simulate a year of a county; print the first invariant that breaks, with its seed and day."""
    with tempfile.TemporaryDirectory(prefix="omatori-year-") as folder:
        server = attach(Path(folder) / "postgres", settings=FOR_TESTS)
        try:
            url = server.make_database("year")
            migrate.upgrade(url)
            engine = make_engine(url)
            with Session(engine) as session:
                _simulate(Year(session, seed=seed, clients=clients, days=days))
            engine.dispose()
        finally:
            server.detach()


def _processor_seconds(year: Year) -> float:
    """Return the processor time of this process and of the database process of its connection."""
    return process_time() + cpu_seconds(driver(year.session).info.backend_pid)


def _simulate(year: Year) -> None:
    started, used = perf_counter(), _processor_seconds(year)
    try:
        for number, day in enumerate(year.run(), 1):
            if number % PROGRESS_EVERY_DAYS == 0:
                seconds, processor = perf_counter() - started, _processor_seconds(year) - used
                click.echo(
                    f"{day}  {len(year.county.grants)} fundings, {seconds:.0f} s, "
                    f"{processor:.0f} of a processor"
                )
    except BrokenYearError as error:
        click.echo(f"BROKEN  {error}", err=True)
        click.echo(
            f"To repeat it: python -m benchmarks.simulated_year --clients {year.clients} --days {year.days} "
            f"--seed {year.seed}",
            err=True,
        )
        sys.exit(1)
    processor = _processor_seconds(year) - used
    result = result_of(year)
    for act, count in sorted(result.done.items()):
        click.echo(f"{count:>9,}  {act}")
    click.echo(
        f"seed {year.seed}: {year.days} days, {len(year.county.grants):,} fundings, "
        f"{result.charges:,} charges, {result.postings:,} postings in {perf_counter() - started:.0f} s "
        f"({processor:.0f} of a processor); "
        f"nothing broken: {len(INVARIANTS) + len(CHECKS)} invariants, {year.days} evenings, all rows "
        f"on each {WHOLE_CHECK_DAYS}th and the last; "
        f"ledger {hashlib.sha256(result.ledger).hexdigest()[:16]}"
    )


if __name__ == "__main__":
    main()
