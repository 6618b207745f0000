"""A simulated county with its workers and providers, and the state that the simulated days share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from clearing.grants.facts.decision import DecisionDocument
from clearing.payments.load.payers import PayingCounty, paying_county
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_county, a_person, a_provider, an_offering
from worlds.check_digits import business_id

FIRST_DAY = date(2026, 1, 1)
LATE_DAYS = 14
HELP, SPORT = "PERSONAL_ASSISTANCE", "SPORT"
UNITS = {HELP: "hour", SPORT: "visit"}
VALUES = {HELP: 3000, SPORT: 2500}


@dataclass
class Firm:
    """A provider: its offerings and prices by service, and the charges that it will send on a day."""

    id: int
    code: str
    biller: Actor
    offerings: dict[str, int]
    prices: dict[str, int]
    due: list[tuple[date, dict[str, str]]] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)
    file: bytes = b""
    charges: int = 0
    suspended: bool = False


@dataclass
class Grant:
    """One funding with its decision, its client, and the choices that the client has made.

    A client whose choices were refused (`refusals`) tries less often.
    """

    document: DecisionDocument
    funding_id: int
    voucher: str
    service: str
    client: Actor
    paused: bool = False
    ended: bool = False
    refusals: int = 0
    choices: dict[int, int] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        """The last day of the window."""
        return self.document.fundings[0].window.last


@dataclass
class SimulatedCounty:
    """The people of the county and its state; `done` counts acts by their result."""

    session: Session
    random: Random
    id: int
    payer: PayingCounty
    worker: Actor
    officer: Actor
    approver: Actor
    firms: list[Firm]
    today: date = FIRST_DAY
    grants: list[Grant] = field(default_factory=list)
    recent: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    admitted: set[int] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    def at(self, hour: int) -> datetime:
        """Return today at that hour, Helsinki time."""
        return datetime(self.today.year, self.today.month, self.today.day, hour, tzinfo=HELSINKI)

    def day(self, offset_days: int) -> date:
        """Return the day that is `offset_days` after today."""
        return self.today + timedelta(days=offset_days)

    def times(self, rate: float, of: int) -> range:
        """Return a range as long as the number of times that an event of this rate happens to `of` things."""
        return range(int(rate * of + self.random.random()))

    def chance(self, share: float) -> bool:
        """Return True in this share of cases."""
        return self.random.random() < share

    def current_grants(self) -> list[Grant]:
        """Return the fundings that have not ended, in the order granted."""
        return [grant for grant in self.grants if not grant.ended and grant.last_day >= self.today]


def create_county(session: Session, seed: int, clients: int) -> SimulatedCounty:
    """Create the county and a provider for about every twenty clients, at least three."""
    row = a_county(session)
    row.late_days = LATE_DAYS
    session.flush()
    payer = paying_county(session, row.code)
    assert payer is not None
    firms = []
    for place in range(3 + clients // 20):
        code = business_id(place)
        provider = a_provider(
            session, row, business_id=code, name=f"Palvelu {place} Oy", approved_for=(HELP, SPORT)
        )
        prices = {HELP: 3000 + 100 * (place % 9), SPORT: 2300 + 100 * (place % 5)}
        offerings = {
            service: an_offering(session, row, provider, service=service, price_cents=prices[service]).id
            for service in (HELP, SPORT)
        }
        biller = a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id)
        firms.append(Firm(provider.id, code, biller, offerings, prices))
    return SimulatedCounty(
        session=session,
        random=Random(seed),
        id=row.id,
        payer=payer,
        worker=a_person(session, Role.WORKER, county_id=row.id),
        officer=a_person(session, Role.SETTLEMENT_OFFICER, county_id=row.id),
        approver=a_person(session, Role.SETTLEMENT_APPROVER, county_id=row.id),
        firms=firms,
    )
