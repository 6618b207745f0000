"""A simulated year: everyone acts through the real actions; all invariants are checked each evening.

The same seed gives the same year to the byte, so that a failing seed can be repeated.
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
from tests.builders.audit import AUDIT_KEYS
from tests.simulation import clients_and_providers, county_work, settlement
from tests.simulation.checks import violations
from tests.simulation.county import create_county
from tests.simulation.written_rows import book_state

WHOLE_CHECK_DAYS = 7
"""How often all rows and the audit chain are checked; on other days only the rows that were written."""


class BrokenYearError(AssertionError):
    """The first invariant that did not hold, with the seed and the day to repeat it."""

    def __init__(self, seed: int, day: date, violation: str) -> None:
        self.seed, self.day, self.violation = seed, day, violation
        super().__init__(f"seed {seed}, {day}: {violation}")


@dataclass(frozen=True, slots=True)
class YearResult:
    """The results of a simulated year."""

    ledger: bytes
    done: Counter[str]
    charges: int
    postings: int


class Year:
    """A county simulated day by day in an empty, migrated database."""

    def __init__(self, session: Session, *, seed: int, clients: int, days: int) -> None:
        self.session, self.seed = session, seed
        self.clients, self.days = clients, days
        self.county, self.bank = create_county(session, seed, clients), settlement.Bank()
        session.commit()
        self.since = book_state(session)

    def run(self) -> Iterator[date]:
        """Run the days; check and commit each, then yield it. Raises BrokenYearError."""
        for number in range(self.days):
            try:
                self._run_day()
            except Exception as error:
                violation = f"{type(error).__name__}: {error}"
                raise BrokenYearError(self.seed, self.county.today, violation) from error
            last = number == self.days - 1
            self.check(whole=last or number % WHOLE_CHECK_DAYS == WHOLE_CHECK_DAYS - 1)
            self.session.commit()
            self.session.expunge_all()
            self._seal()
            yield self.county.today
            clients_and_providers.next_day(self.county)

    def _run_day(self) -> None:
        """Run one day, from the county's work in the morning to the bank's answers in the evening."""
        county = self.county
        county_work.run_day(county, self.clients, self.days)
        run = settlement.prepare(county)
        clients_and_providers.run_day(county)
        settlement.pay(county, self.bank, run)
        settlement.read_bank_answers(county, self.bank)
        self.session.flush()

    def _seal(self) -> None:
        """Seal the new rows of the audit log, as the timetable does, and note the database's state."""
        while seal_audit(self.session, AUDIT_KEYS, now=self.county.at(23)):
            self.session.commit()
        self.session.commit()
        self.since = book_state(self.session)

    def check(self, *, whole: bool) -> None:
        """Raise BrokenYearError for the first invariant that does not hold."""
        for violation in violations(self.county, self.bank, since=None if whole else self.since):
            raise BrokenYearError(self.seed, self.county.today, violation)


def simulate_year(engine: Engine, *, seed: int, clients: int, days: int) -> YearResult:
    """Simulate so many days in an empty, migrated database. Raises BrokenYearError."""
    with Session(engine) as session:
        year = Year(session, seed=seed, clients=clients, days=days)
        for _ in year.run():
            pass
        return result_of(year)


def result_of(year: Year) -> YearResult:
    """Return the results of the year, with the ledger as `omatori ledger export` writes it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in ledger_rows(year.session))
    charges = year.session.scalar(select(func.count()).select_from(Charge)) or 0
    ledger = out.getvalue().encode()
    return YearResult(ledger, year.county.done, charges, ledger.count(b"\n") - 1)
