"""A simulated year: everybody acts on a fast clock through the real actions, and each night all must hold.

The same seed gives the same year to the byte, so a seed that fails can be lived again.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from clearing.ledger.load.ledger import COLUMNS, ledger_rows
from clearing.upkeep.actions.seal_audit import seal_audit
from foundation.database.tables.charges import Charge
from tests.simulation import desk, market, money_out
from tests.simulation.checks import broken
from tests.simulation.touched import evening
from tests.simulation.town import found_town

WHOLE_CHECK_DAYS = 7
"""So often every row is looked at again and the audit chain followed; on other days what has changed."""


class BrokenYearError(AssertionError):
    """The first invariant that did not hold, with the seed and day to live it again."""

    def __init__(self, seed: int, day: date, told: str) -> None:
        self.seed, self.day, self.told = seed, day, told
        super().__init__(f"seed {seed}, {day}: {told}")


@dataclass(frozen=True, slots=True)
class Lived:
    """What a year came to."""

    ledger: bytes
    done: Counter[str]
    charges: int
    postings: int


class Year:
    """One town living day by day in an empty, migrated database."""

    def __init__(self, session: Session, *, seed: int, clients: int, days: int) -> None:
        self.session, self.seed = session, seed
        self.clients, self.days = clients, days
        self.town, self.bank = found_town(session, seed, clients), money_out.Bank()
        session.commit()
        self.since = evening(session)

    def live(self) -> Iterator[date]:
        """Live the days, each checked and committed; yields each when it is over. Raises BrokenYearError."""
        for number in range(self.days):
            try:
                self._live_day()
            except Exception as error:
                told = f"{type(error).__name__}: {error}"
                raise BrokenYearError(self.seed, self.town.today, told) from error
            last = number == self.days - 1
            self.check(whole=last or number % WHOLE_CHECK_DAYS == WHOLE_CHECK_DAYS - 1)
            self.session.commit()
            self.session.expunge_all()
            self._seal()
            yield self.town.today
            market.tomorrow(self.town)

    def _live_day(self) -> None:
        """From the desk's morning to the bank's evening."""
        town = self.town
        desk.work(town, self.clients, self.days)
        run = money_out.prepare(town)
        market.live(town)
        money_out.pay(town, self.bank, run)
        money_out.hear(town, self.bank)
        self.session.flush()

    def _seal(self) -> None:
        """The timetable links the log's new rows; then the book stands as the next evening compares it."""
        while seal_audit(self.session, now=self.town.at(23)):
            self.session.commit()
        self.session.commit()
        self.since = evening(self.session)

    def check(self, *, whole: bool) -> None:
        """Raise the first thing that does not hold."""
        for told in broken(self.town, self.bank, since=None if whole else self.since):
            raise BrokenYearError(self.seed, self.town.today, told)


def live_year(engine: Engine, *, seed: int, clients: int, days: int) -> Lived:
    """Live so many days in an empty, migrated database. Raises BrokenYearError."""
    with Session(engine) as session:
        year = Year(session, seed=seed, clients=clients, days=days)
        for _ in year.live():
            pass
        return told_of(year)


def told_of(year: Year) -> Lived:
    """What the year came to, with the ledger as `omatori ledger export` writes it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in ledger_rows(year.session))
    charges = year.session.scalar(select(func.count()).select_from(Charge)) or 0
    ledger = out.getvalue().encode()
    return Lived(ledger, year.town.done, charges, ledger.count(b"\n") - 1)
