"""A county that begins on an empty database in production mode: no seed, no demo people, no edited row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from subprocess import CompletedProcess

from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from foundation.vocabulary.dates import helsinki_day
from foundation.web.clock import read_clock
from tests.builders.later_clock import clock_ahead
from tests.builders.staffed_browser import Newcomer
from tests.processes import LiveServer


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
    ahead: timedelta = timedelta()
    _live: LiveServer | None = None

    @property
    def day(self) -> date:
        """Return the day by the clock of the server."""
        return helsinki_day(read_clock(None) + self.ahead)

    @property
    def today(self) -> str:
        """Return the day as people write it."""
        return f"{self.day.day}.{self.day.month}.{self.day.year}"

    def start(self, server: Callable[..., LiveServer], ahead: timedelta) -> None:
        """Start the server, or start it again with a later clock at the same address."""
        port = None
        if self._live is not None:
            self._live.stop()
            port = self.url.rpartition(":")[2]
        self.ahead = ahead
        environment = self.environment | clock_ahead(ahead)
        self._live = server(self.database_url, port=port, **environment)
        self.url = self._live.url
        for window in self.windows.values():
            window.ahead = ahead

    def run(self, *arguments: str) -> str:
        """Run a command of the operator in production mode; return what it prints."""
        environment = self.environment | clock_ahead(self.ahead)
        done = self.omatori(*arguments, database_url=self.database_url, **environment)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def sums_of(self, query: str) -> int:
        """Return the number of a query on the database."""
        with create_engine(self.database_url).connect() as connection:
            return int(connection.execute(text(query)).scalar_one() or 0)

    def link(self, path: str, address: str) -> str:
        """Return the newest link with this path that waits in the outbox for an address."""
        query = "SELECT body->>'text' FROM outbox WHERE body->>'to' = :to ORDER BY id DESC"
        with create_engine(self.database_url).connect() as connection:
            texts = connection.execute(text(query), {"to": address}).scalars().all()
        found = [line for mail in texts for line in mail.splitlines() if path in line]
        return "/" + str(found[0]).split("/", 3)[3]
