"""A county, its desk and its providers on the first day of the year; and what everybody remembers."""

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
    """A provider: its offerings and prices by service, and the visits it has not charged yet."""

    id: int
    code: str
    biller: Actor
    offerings: dict[str, int]
    prices: dict[str, int]
    unsent: list[tuple[date, dict[str, str]]] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)
    file: bytes = b""
    charges: int = 0
    suspended: bool = False


@dataclass
class Grant:
    """One funding with its decision, its client, and the choices that the client believes to have.

    Who is refused choices time and again tries less eagerly.
    """

    document: DecisionDocument
    funding_id: int
    voucher: str
    service: str
    client: Actor
    paused: bool = False
    over: bool = False
    refusals: int = 0
    choices: dict[int, int] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        """The last day of the window."""
        return self.document.fundings[0].window.last


@dataclass
class Town:
    """The people and what happens to them; `done` counts acts by what came of them."""

    session: Session
    random: Random
    county_id: int
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
        """Today at that hour by the Helsinki clock."""
        return datetime(self.today.year, self.today.month, self.today.day, hour, tzinfo=HELSINKI)

    def day(self, offset_days: int) -> date:
        """So many days from today."""
        return self.today + timedelta(days=offset_days)

    def often(self, rate: float, of: int) -> range:
        """How many times something happens today to `of` ones, each with this probability."""
        return range(int(rate * of + self.random.random()))

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random.random() < share

    def living(self) -> list[Grant]:
        """The fundings that are not over, in the order granted."""
        return [grant for grant in self.grants if not grant.over and grant.last_day >= self.today]


def found_town(session: Session, seed: int, clients: int) -> Town:
    """The county and one provider for about every twenty clients, three at least."""
    county = a_county(session)
    county.late_days = LATE_DAYS
    session.flush()
    payer = paying_county(session, county.code)
    assert payer is not None
    firms = []
    for place in range(3 + clients // 20):
        code = business_id(place)
        provider = a_provider(
            session, county, business_id=code, name=f"Palvelu {place} Oy", approved_for=(HELP, SPORT)
        )
        prices = {HELP: 3000 + 100 * (place % 9), SPORT: 2300 + 100 * (place % 5)}
        offerings = {
            service: an_offering(session, county, provider, service=service, price_cents=prices[service]).id
            for service in (HELP, SPORT)
        }
        biller = a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id)
        firms.append(Firm(provider.id, code, biller, offerings, prices))
    return Town(
        session=session,
        random=Random(seed),
        county_id=county.id,
        payer=payer,
        worker=a_person(session, Role.WORKER, county_id=county.id),
        officer=a_person(session, Role.SETTLEMENT_OFFICER, county_id=county.id),
        approver=a_person(session, Role.SETTLEMENT_APPROVER, county_id=county.id),
        firms=firms,
    )
