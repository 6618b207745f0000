"""M12: simulated years with faults in them, every invariant checked each evening; a failing seed replays."""

from __future__ import annotations

import hashlib
from time import monotonic

from sqlalchemy.orm import Session

from benchmarks.programme.broken import BrokenError
from benchmarks.programme.stage import Deadline, Stage
from foundation.database import migrate
from foundation.database.session import make_engine
from tests.simulation.year import BrokenYearError, Year, told_of


def hold_m12(stage: Stage, *, clients: int, days: int, seeds: list[int], deadline: Deadline) -> str:
    """Live a year for each seed, in a database of its own; what held, in words."""
    told = [_year(stage, clients, days, seed, deadline) for seed in seeds if not deadline.is_over()]
    return f"{clients} clients, nothing broken: " + "; ".join(told)


def _year(stage: Stage, clients: int, days: int, seed: int, deadline: Deadline) -> str:
    begun = monotonic()
    url = stage.database.make_database(f"year_{seed}")
    migrate.upgrade(url)
    engine = make_engine(url)
    with Session(engine) as session:
        year = Year(session, seed=seed, clients=clients, days=days)
        lived_days = 0
        try:
            for _day in year.live():
                lived_days += 1
                if deadline.is_over():
                    year.check(whole=True)
                    break
        except BrokenYearError as error:
            replay = f"python -m benchmarks.simulated_year --clients {clients} --days {days} --seed {seed}"
            raise BrokenError(f"{error}; live it again: {replay}") from error
        lived = told_of(year)
    engine.dispose()
    return (
        f"seed {seed}: {lived_days} of {days} days, {len(year.town.grants):,} fundings, "
        f"{lived.charges:,} charges, {lived.postings:,} postings, {monotonic() - begun:.0f} s, ledger "
        f"{hashlib.sha256(lived.ledger).hexdigest()[:12]}"
    )
