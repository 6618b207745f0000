"""M6: kill -9 in settlement, at every fail point and at random moments; asking again ends what was begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Event, Thread
from time import monotonic

from benchmarks.programme.broken import hold
from benchmarks.programme.settling import Settling
from benchmarks.programme.stage import Deadline, Stage, cents_of
from benchmarks.programme.vouchers import MOST_VISITS, STEADY, Voucher, grant, visit
from foundation.database.failpoints import NAMES

RETURNS = 0.3
RESUME_SECONDS = 60.0
IN_THE_MIDDLE = ("settle.approve.after_postings", "settle.export.after_payments")
"""Where the small size strikes: part of the money has been moved, and the rest has not."""
VERIFIED_EVERY = 50
_references = count(1)


@dataclass(slots=True)
class Watch:
    """Starts the program again when it dies, as systemd would; remembers how often and how it was armed."""

    stage: Stage
    plan: list[str]
    kills: int = 0
    _over: Event = field(default_factory=Event)

    def run(self) -> None:
        """Until told to end: each new start has the next fail point armed."""
        while not self._over.wait(0.01):
            if self.stage.is_dead():
                self.kills += 1
                self.stage.start(self.armed())

    def armed(self) -> str | None:
        """The fail point of the next start."""
        return f"{self.plan[self.kills]}:kill" if self.kills < len(self.plan) else None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """In a thread of its own."""
        thread = Thread(target=self.run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()


@dataclass(slots=True)
class County:
    """What is charged and settled again and again."""

    stage: Stage
    random: Random
    settling: Settling
    vouchers: list[Voucher]
    charged_cents: int = 0
    cycles: int = 0

    def charge(self) -> None:
        """One visit to each voucher."""
        for voucher in self.vouchers:
            biller = self.stage.caller("provider_biller", provider=voucher.provider or "")
            name = f"M6-{next(_references)}"
            sent = visit(voucher.code, name, self.cycles % MOST_VISITS)
            answer = biller.insist("POST", "/charges", sent, once=name)
            hold(answer.status == 201, f"charge {name}: {answer.status} {answer.body}")
            self.charged_cents += cents_of(answer.body["county_pays"])
        self.cycles += 1

    def settle(self) -> None:
        """Once through, the bank returning some."""
        self.settling.settle(returns=RETURNS)


def hold_m6(stage: Stage, *, each: int, randomly: int, seed: int = 1, deadline: Deadline) -> str:
    """Kill at each fail point so many times and at random moments; what held, in words."""
    random = Random(seed)
    names = [name for name in NAMES if name.startswith("settle.")] if each else list(IN_THE_MIDDLE)
    plan = names * max(1, each)
    random.shuffle(plan)
    county = a_county(stage, random)
    before = stage.accounts()
    watch = Watch(stage, plan)
    stage.restart(watch.armed())
    with watch.watching():
        struck = _at_fail_points(county, watch, deadline)
        hit = _at_random(county, watch, randomly, deadline)
        _pay_the_rest(county)
    _balance(county, before)
    slowest = max(county.settling.officer.slowest_seconds, county.settling.approver.slowest_seconds)
    hold(slowest <= RESUME_SECONDS, f"it took {slowest:.1f} s to resume")
    return (
        f"{struck} kills at {len(names)} fail points + {hit} random, {len(county.settling.runs)} runs, "
        f"0 lost, 0 doubled, 0 half runs; slowest resume {slowest:.1f} s"
    )


def a_county(stage: Stage, random: Random) -> County:
    """Vouchers of six providers, and nothing old that waits to be settled."""
    county = County(stage, random, Settling(stage, random), [])
    county.vouchers = [grant(stage, [9_000_000], place=place)[0] for place in STEADY[:6]]
    Settling(stage, random).settle()
    return county


def _at_fail_points(county: County, watch: Watch, deadline: Deadline) -> int:
    """Settle until the program has died at every place of the plan."""
    fruitless = 0
    while watch.kills < len(watch.plan) and not deadline.is_over():
        before = watch.kills
        county.charge()
        county.settle()
        fruitless = 0 if watch.kills > before else fruitless + 1
        hold(fruitless < 3, f"a whole run never comes to {watch.armed()}")
        if county.cycles % VERIFIED_EVERY == 0:
            county.stage.verify()
    return watch.kills


def _at_random(county: County, watch: Watch, times: int, deadline: Deadline) -> int:
    """Settle while a stopwatch kills the program somewhere in each run, as long as the first one lasted."""
    hits = 0
    watch.plan = []
    county.charge()
    begun = monotonic()
    county.settle()
    lasts_seconds = monotonic() - begun
    while hits < times and not deadline.is_over():
        county.charge()
        killer = Thread(target=_kill_after, args=(county, county.random.uniform(0, lasts_seconds)))
        killer.start()
        county.settle()
        killer.join()
        hits += 1
        if county.cycles % VERIFIED_EVERY == 0:
            county.stage.verify()
    return hits


def _kill_after(county: County, seconds: float) -> None:
    begun = monotonic()
    while monotonic() - begun < seconds or county.stage.is_dead():
        Event().wait(0.002)
    county.stage.kill()


def _pay_the_rest(county: County) -> None:
    """What the bank returned is paid by later runs, until nothing is left."""
    for _ in range(5):
        if county.settling.settle()["count"] == 0:
            return
    hold(False, "runs without end: something is paid again and again")


def _balance(county: County, before: dict[str, int]) -> None:
    """What was accepted is what left the bank, and the county and its bank agree on it."""
    after = county.stage.accounts()
    moved = {name: after[name] - before[name] for name in after}
    paid = sum(county.settling.bank.paid.values())
    hold(moved["transit"] == moved["payable"] == 0, f"half a run is left: {moved}")
    told = f"charged {county.charged_cents}, booked at the bank {moved['bank']}, paid by the bank {paid}"
    hold(county.charged_cents == moved["bank"] == paid, f"lost or doubled: {told}")
    for run_id in county.settling.runs:
        run = county.settling.look(run_id)
        hold(run["state"] in ("closed", "approved"), f"run {run_id} is left {run['state']}")
