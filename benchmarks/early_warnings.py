"""The yardstick of the early warnings: simulated clients, the alerts that they get, and those that they need.

Five kinds of clients are simulated for a year, each with charges that are known 0, 14 or 35 days after the
service. The same seed gives the same clients. `python -m benchmarks.early_warnings --clients 1000`
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from statistics import median

import click
from rich.console import Console

from benchmarks.figures import Figure, print_figures
from clearing.upkeep.facts.course import PLAN_WEIGHT, RECENT_DAYS, AlertRule, Course, Rhythm
from clearing.upkeep.rules.early_warnings import TWO_WEEKS, has_stopped, is_judged, judge

DAYS, WEEK, LATE_DAYS = 365, 7, 60
FIRST_DAY = date(2027, 1, 1)
DELAYS = (0, 14, 35)
EARLY_DAYS = 14
"""Money that ends so many days before the window, or more, has ended too early."""
MOST_FALSE_12, LEAST_FOUND_12, LEAST_DAYS_12 = 0.12, 0.75, 35
MOST_FALSE_6, LEAST_FOUND_5, MOST_FALSE_5_TIMED, MOST_FALSE_5_ON_CALL = 0.02, 0.99, 0.02, 0.07


class Kind(StrEnum):
    """How a simulated client uses the help."""

    STEADY = "steady"
    ON_CALL = "on_call"
    PURCHASE = "one_big_purchase"
    FAST = "goes_too_fast"
    LESS = "uses_less_or_stops"


FOLLOWING = (Kind.STEADY, Kind.ON_CALL, Kind.PURCHASE)
"""Clients who follow their plan: every alert about them is false, unless their money really ends early."""


@dataclass(slots=True)
class Client:
    """A simulated year by day: cents planned and used, planned visits, and whether the client is away."""

    kind: Kind
    planned: list[float]
    visits: list[int]
    used: list[float]
    active: list[bool]
    gap: float
    stops_on: int | None = None
    granted: float = 0.0
    sums: dict[str, list[float]] = field(default_factory=dict)

    def sum(self, name: str, first: int, last: int) -> float:
        """Return the sum of a series over the days from first to last, both included."""
        found = self.sums[name]
        return found[last + 1] - found[max(0, first)]

    @property
    def used_up_on(self) -> int | None:
        """The day on which the money really ends; None if it lasts until 14 days before the window ends."""
        of_use = self.sums["used"]
        found = next((day for day in range(DAYS) if of_use[day + 1] > self.granted), None)
        return found if found is not None and found <= DAYS - 1 - EARLY_DAYS else None


def running_sum(values: Iterable[float]) -> list[float]:
    """Return the sums of the first 0, 1, 2 … values."""
    return [0.0, *accumulate(values)]


def simulate(kind: Kind, chance: random.Random) -> Client:
    """Return one client's year."""
    away = chance.randrange(20, DAYS - 30)
    active = [not away <= day < away + chance.choice((0, 14, 21)) for day in range(DAYS)]
    changes = chance.randrange(35, 150)
    factor = {Kind.FAST: chance.uniform(1.3, 1.9), Kind.LESS: chance.choice((0.0, chance.uniform(0.1, 0.45)))}
    after = factor.get(kind, 1.0)
    factors = [1.0 if day < changes else after for day in range(DAYS)]
    make = _on_call if kind is Kind.ON_CALL else _timetabled
    client = make(kind, chance, active, factors)
    client.stops_on = changes if after == 0.0 else None
    client.granted = sum(client.planned) * chance.uniform(1.0, 1.1)
    client.sums = {
        "planned": running_sum(client.planned),
        "used": running_sum(client.used),
        "visits": running_sum(client.visits),
        "active": running_sum(client.active),
    }
    return client


def _timetabled(kind: Kind, chance: random.Random, active: list[bool], factors: list[float]) -> Client:
    """Visits on two or three weekdays of which one in fourteen is missed; each a little longer or shorter."""
    weekdays, cost = set(chance.sample(range(7), chance.choice((2, 3)))), chance.uniform(3000, 9000)
    visits = [int(day % WEEK in weekdays and active[day]) for day in range(DAYS)]
    used = [0.0] * DAYS
    for day in range(DAYS):
        if visits[day] and chance.random() < 0.93 * min(1.0, factors[day]):
            used[day] = cost * chance.uniform(0.8, 1.25) * max(1.0, factors[day])
    return Client(kind, [cost * each for each in visits], visits, used, active, WEEK / len(weekdays))


def _on_call(kind: Kind, chance: random.Random, active: list[bool], factors: list[float]) -> Client:
    """So much a week, used at random: a visit of a loose plan stands for a week of it."""
    rate, cost = chance.choice((0.5, 1.0, 2.0)), chance.uniform(3000, 9000)
    visits = [int(day % WEEK == 0 and active[day]) for day in range(DAYS)]
    used = [cost * (chance.random() < rate / WEEK * 0.97) * active[day] * factors[day] for day in range(DAYS)]
    return Client(kind, [cost * rate * each for each in visits], visits, used, active, WEEK / rate)


def course_of(client: Client, known: int) -> Course:
    """Return the client's course as of the last day that is known."""
    first = max(0, known + 1 - RECENT_DAYS)
    recent_days = max(1, int(client.sum("active", first, known)))
    late = max(0, known + 1 - LATE_DAYS)
    waiting = client.sum("planned", late, known) - client.sum("used", late, known)
    return Course(
        day=FIRST_DAY + timedelta(days=known),
        first_day=FIRST_DAY,
        last_day=FIRST_DAY + timedelta(days=DAYS - 1),
        granted=client.granted,
        charged=client.sum("used", 0, known),
        held=max(0.0, waiting),
        planned=client.sum("planned", 0, known),
        visits=int(client.sum("visits", 0, known)),
        per_day=client.sum("planned", 0, DAYS - 1) / client.sum("active", 0, DAYS - 1),
        recent_per_day=client.sum("used", first, known) / recent_days,
        recent_days=recent_days,
        days_left=int(client.sum("active", known + 1, DAYS - 1)),
    )


def first_alerts(client: Client, delay: int) -> dict[AlertRule, int]:
    """Return the day on which each alert opens, judged once a week as the county does."""
    found: dict[AlertRule, int] = {}
    before = frozenset[AlertRule]()
    for today in range(PLAN_WEIGHT + delay, DAYS, WEEK):
        known = today - 1 - delay
        course = course_of(client, known)
        holds = judge(course)
        if is_judged(course) and has_stopped(_rhythm(client, known)):
            holds |= {AlertRule.STOPPED}
        for rule in holds:
            if rule not in TWO_WEEKS or rule in before:
                found.setdefault(rule, today)
        before = holds
    return found


def _rhythm(client: Client, known: int) -> Rhythm:
    last = next((day for day in range(known, -1, -1) if client.used[day]), 0)
    since = int(client.sum("active", last + 1, known))
    return Rhythm(client.kind is not Kind.ON_CALL, client.gap, since)


@dataclass(slots=True)
class Tally:
    """How many clients were right to expect something, and how many got it; `days` are those ahead."""

    of: int = 0
    got: int = 0
    days: list[int] = field(default_factory=list)

    def count(self, *, got: bool) -> None:
        """Count one client."""
        self.of, self.got = self.of + 1, self.got + got

    @property
    def share(self) -> float:
        """The share that got it."""
        return self.got / self.of if self.of else 0.0


NAMES = ("1–2 false", "1–2 found", "5 found", "5 false, timetabled", "5 false, on-call", "6 false", "6 found")


def measure(clients: int, delay: int, seed: int = 10) -> dict[str, Tally]:
    """Return the tallies over so many clients of each kind."""
    tallies = {name: Tally() for name in NAMES}
    for number, kind in enumerate(Kind):
        chance = random.Random(seed * 100 + number)
        for _ in range(clients):
            client = simulate(kind, chance)
            _count(tallies, client, first_alerts(client, delay))
    return tallies


def _count(tallies: dict[str, Tally], client: Client, alerts: dict[AlertRule, int]) -> None:
    warned = min(
        (alerts[rule] for rule in (AlertRule.TOO_FAST, AlertRule.ENDS_SOON) if rule in alerts), default=None
    )
    ends = client.used_up_on
    if ends is not None:
        tallies["1–2 found"].count(got=warned is not None and warned <= ends)
        if warned is not None and warned <= ends:
            tallies["1–2 found"].days.append(ends - warned)
    elif client.kind in FOLLOWING:
        tallies["1–2 false"].count(got=warned is not None)
    if client.kind in FOLLOWING:
        which = "on-call" if client.kind is Kind.ON_CALL else "timetabled"
        tallies[f"5 false, {which}"].count(got=AlertRule.STOPPED in alerts)
        tallies["6 false"].count(got=AlertRule.CANNOT_USE in alerts)
    elif client.kind is Kind.LESS:
        rule = AlertRule.CANNOT_USE if client.stops_on is None else AlertRule.STOPPED
        name = "6 found" if client.stops_on is None else "5 found"
        tallies[name].count(got=rule in alerts)


def figures_of(clients: int, delays: Iterable[int] = DELAYS) -> list[Figure]:
    """Return each share beside its limit, for each delay of the reports."""
    found = []
    for delay in delays:
        tallies = measure(clients, delay)
        for name, limit in LIMITS.items():
            found.append(limit(f"alert {name}, {delay} days late", tallies[name]))
        days = int(median(tallies["1–2 found"].days)) if tallies["1–2 found"].days else 0
        goal = f"≥ {LEAST_DAYS_12} days"
        found.append(
            Figure(
                f"alert 1–2 median ahead, {delay} days late",
                f"{days} days",
                goal=goal,
                reached=days >= LEAST_DAYS_12,
            )
        )
    return found


def _at_most(most: float | None) -> Callable[[str, Tally], Figure]:
    def figure(name: str, tally: Tally) -> Figure:
        return Figure(name, _ours(tally), goal=f"≤ {most:.0%}", reached=tally.share <= (most or 0))

    return figure


def _at_least(least: float | None) -> Callable[[str, Tally], Figure]:
    def figure(name: str, tally: Tally) -> Figure:
        if least is None:
            return Figure(name, _ours(tally))
        return Figure(name, _ours(tally), goal=f"≥ {least:.0%}", reached=tally.share >= least)

    return figure


def _ours(tally: Tally) -> str:
    return f"{tally.share:.1%} ({tally.got} of {tally.of})"


LIMITS: dict[str, Callable[[str, Tally], Figure]] = {
    "1–2 false": _at_most(MOST_FALSE_12),
    "1–2 found": _at_least(LEAST_FOUND_12),
    "5 found": _at_least(LEAST_FOUND_5),
    "5 false, timetabled": _at_most(MOST_FALSE_5_TIMED),
    "5 false, on-call": _at_most(MOST_FALSE_5_ON_CALL),
    "6 false": _at_most(MOST_FALSE_6),
    "6 found": _at_least(None),
}


@click.command()
@click.option("--clients", default=1000, help="Clients of each kind.")
@click.option(
    "--delay", "delays", type=int, multiple=True, default=DELAYS, help="Days until charges are known."
)
@click.option("--markdown", is_flag=True, help="Print the table for docs/performance.md.")
def main(clients: int, delays: Sequence[int], markdown: bool) -> None:
    """Print how often the early warnings are false, how often they are found, and how early."""
    print_figures(Console(), figures_of(clients, delays), markdown)


if __name__ == "__main__":
    main()
