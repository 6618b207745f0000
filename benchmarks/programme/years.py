"""M12: simulated years with faults; every invariant is checked each evening."""

from __future__ import annotations

import hashlib
from time import monotonic

from sqlalchemy.orm import Session

from benchmarks.programme.failure import CheckFailedError
from benchmarks.programme.instance import Deadline, Instance
from foundation.database import migrate
from foundation.database.session import make_engine
from tests.simulation.year import BrokenYearError, Year, result_of


def check_m12(instance: Instance, *, clients: int, days: int, seeds: list[int], deadline: Deadline) -> str:
    """Simulate a year for each seed, in a database of its own; return a summary."""
    years = [_year(instance, clients, days, seed, deadline) for seed in seeds if not deadline.is_over()]
    return f"{clients} clients, nothing broken: " + "; ".join(years)


def _year(instance: Instance, clients: int, days: int, seed: int, deadline: Deadline) -> str:
    begun = monotonic()
    url = instance.database.make_database(f"year_{seed}")
    migrate.upgrade(url)
    engine = make_engine(url)
    with Session(engine) as session:
        year = Year(session, seed=seed, clients=clients, days=days)
        completed_days = 0
        try:
            for _day in year.run():
                completed_days += 1
                if deadline.is_over():
                    year.check(whole=True)
                    break
        except BrokenYearError as error:
            replay = f"python -m benchmarks.simulated_year --clients {clients} --days {days} --seed {seed}"
            raise CheckFailedError(f"{error}; to repeat it: {replay}") from error
        result = result_of(year)
    engine.dispose()
    return (
        f"seed {seed}: {completed_days} of {days} days, {len(year.county.grants):,} fundings, "
        f"{result.charges:,} charges, {result.postings:,} postings, {monotonic() - begun:.0f} s, ledger "
        f"{hashlib.sha256(result.ledger).hexdigest()[:12]}"
    )
