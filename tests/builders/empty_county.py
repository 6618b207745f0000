"""A county that begins on an empty database in production mode: no seed, no demo people, no fixed clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from foundation.vocabulary.dates import helsinki_day
from foundation.web.clock import read_clock
from tests.builders.staffed_browser import Newcomer


@dataclass
class EmptyCounty:
    """An empty database, the command line of production on it, and the windows of its people."""

    database_url: str
    omatori: Callable[..., CompletedProcess[str]]
    browser: Browser
    folder: Path
    url: str = ""
    windows: dict[str, Newcomer] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> str:
        """Return the day as people write it."""
        day = helsinki_day(read_clock(None))
        return f"{day.day}.{day.month}.{day.year}"

    def run(self, *arguments: str) -> str:
        """Run a command of the operator in production mode; return what it prints."""
        done = self.omatori(*arguments, database_url=self.database_url, **self.environment)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def sums_of(self, query: str) -> int:
        """Return the number of a query on the database."""
        with create_engine(self.database_url).connect() as connection:
            return int(connection.execute(text(query)).scalar_one() or 0)

    def change(self, statement: str, **values: object) -> None:
        """Change the database as time, or a part of the county outside the program, does."""
        with create_engine(self.database_url).begin() as connection:
            connection.execute(text(statement), values)

    def link(self, path: str, address: str) -> str:
        """Return the newest link with this path that waits in the outbox for an address."""
        query = "SELECT body->>'text' FROM outbox WHERE body->>'to' = :to ORDER BY id DESC"
        with create_engine(self.database_url).connect() as connection:
            texts = connection.execute(text(query), {"to": address}).scalars().all()
        found = [line for mail in texts for line in mail.splitlines() if path in line]
        return "/" + str(found[0]).split("/", 3)[3]
