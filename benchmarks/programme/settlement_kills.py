"""M6: kill -9 in settlement, at every fail point and at random moments; a repeated request completes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Event, Thread
from time import monotonic

from benchmarks.programme.api_client import Json
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Deadline, Instance, cents_of
from benchmarks.programme.settlement_driver import SettlementDriver
from benchmarks.programme.vouchers import MOST_VISITS, STEADY, Voucher, grant, visit
from foundation.database.failpoints import NAMES

RETURNS = 0.3
MOST_FRUITLESS = 8
"""Runs in a row that do not reach a fail point: a decision about a return needs a return, which is random."""
IN_THE_MIDDLE = ("settle.approve.after_postings", "settle.export.after_payments")
"""The fail points of the small size: part of the money has been moved, and the rest has not."""
VERIFIED_EVERY = 50
_references = count(1)


@dataclass(slots=True)
class Supervisor:
    """Starts the program again when it dies, as systemd would, with the next fail point of the plan."""

    instance: Instance
    plan: list[str]
    kills: int = 0
    _finished: Event = field(default_factory=Event)

    def run(self) -> None:
        """Restart the program after each kill, until `running` ends."""
        while not self._finished.wait(0.01):
            if self.instance.is_dead():
                self.kills += 1
                self.instance.start(self.next_failpoint())

    def next_failpoint(self) -> str | None:
        """Return the fail point of the next start; None after the last."""
        return f"{self.plan[self.kills]}:kill" if self.kills < len(self.plan) else None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Supervise in a thread while the block runs."""
        thread = Thread(target=self.run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._finished.set()
            thread.join()


@dataclass(slots=True)
class County:
    """The vouchers that are charged and settled repeatedly."""

    instance: Instance
    random: Random
    settlements: SettlementDriver
    vouchers: list[Voucher]
    charged_cents: int = 0
    cycles: int = 0
    withdrawable: tuple[Voucher, Json] | None = None

    def charge(self) -> None:
        """Charge one visit to each voucher."""
        for voucher in self.vouchers:
            biller = self.instance.api("provider_biller", provider=voucher.provider or "")
            name = f"M6-{next(_references)}"
            sent = visit(voucher.code, name, self.cycles % MOST_VISITS)
            answer = biller.send_until_answered("POST", "/charges", sent, idempotency_key=name)
            require(answer.status == 201, f"charge {name}: {answer.status} {answer.body}")
            self.charged_cents += cents_of(answer.body["county_pays"])
            self.withdrawable = (voucher, answer.body)
        self.cycles += 1

    def settle(self) -> None:
        """Settle once; a charge is withdrawn before the approval, and the bank returns some payments."""
        self.settlements.settle(returns=RETURNS, meanwhile=self.withdraw)

    def withdraw(self) -> None:
        """Withdraw the newest charge, so that it leaves the prepared run."""
        if self.withdrawable is None:
            return
        voucher, charge = self.withdrawable
        self.withdrawable = None
        biller = self.instance.api("provider_biller", provider=voucher.provider or "")
        path, key = f"/charges/{charge['id']}/withdraw", f"withdraw-{charge['id']}"
        answer = biller.send_until_answered("POST", path, idempotency_key=key)
        require(answer.status == 200, f"{path}: {answer.status} {answer.body}")
        self.charged_cents -= cents_of(charge["county_pays"])


def check_m6(instance: Instance, *, each: int, randomly: int, seed: int = 1, deadline: Deadline) -> str:
    """Kill `each` times at every fail point and `randomly` times at random moments; return a summary."""
    random = Random(seed)
    names = [name for name in NAMES if name.startswith("settle.")] if each else list(IN_THE_MIDDLE)
    plan = names * max(1, each)
    random.shuffle(plan)
    county = make_county(instance, random)
    before = instance.accounts()
    supervisor = Supervisor(instance, plan)
    instance.restart(supervisor.next_failpoint())
    with supervisor.running():
        struck = _at_fail_points(county, supervisor, deadline)
        hit = _at_random(county, supervisor, randomly, deadline)
        pay_the_rest(county)
    balance_county(county, before)
    slowest = max(county.settlements.officer.slowest_seconds, county.settlements.approver.slowest_seconds)
    require(slowest <= instance.seconds, f"it took {slowest:.1f} s to resume")
    return (
        f"{struck} kills at {len(names)} fail points + {hit} random, {len(county.settlements.runs)} runs, "
        f"0 lost, 0 doubled, 0 half runs; slowest resume {slowest:.1f} s"
    )


def make_county(instance: Instance, random: Random) -> County:
    """Return a county with vouchers of six providers, after settling all older charges."""
    county = County(instance, random, SettlementDriver(instance, random), [])
    county.vouchers = [grant(instance, [9_000_000], index=index)[0] for index in STEADY[:6]]
    SettlementDriver(instance, random).settle()
    return county


def _at_fail_points(county: County, supervisor: Supervisor, deadline: Deadline) -> int:
    """Settle until the program has died at every fail point of the plan; return the number of kills."""
    fruitless = 0
    while supervisor.kills < len(supervisor.plan) and not deadline.is_over():
        before = supervisor.kills
        county.charge()
        county.settle()
        fruitless = 0 if supervisor.kills > before else fruitless + 1
        require(fruitless < MOST_FRUITLESS, f"a complete run never reaches {supervisor.next_failpoint()}")
        if county.cycles % VERIFIED_EVERY == 0:
            county.instance.verify()
    return supervisor.kills


def _at_random(county: County, supervisor: Supervisor, times: int, deadline: Deadline) -> int:
    """Settle repeatedly, each time with a kill at a random moment of the run; return the number of kills."""
    hits = 0
    supervisor.plan = []
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
            county.instance.verify()
    return hits


def _kill_after(county: County, seconds: float) -> None:
    begun = monotonic()
    while monotonic() - begun < seconds or county.instance.is_dead():
        Event().wait(0.002)
    county.instance.kill()


def pay_the_rest(county: County) -> None:
    """Settle until nothing is left: later runs pay what the bank returned."""
    for _ in range(5):
        if county.settlements.settle()["count"] == 0:
            return
    require(False, "more than five runs: a payment is repeated")


def balance_county(county: County, before: dict[str, int]) -> None:
    """Check that the accepted money is what the county booked and what the bank paid."""
    after = county.instance.accounts()
    moved = {name: after[name] - before[name] for name in after}
    paid = sum(county.settlements.bank.paid.values())
    require(moved["transit"] == moved["payable"] == 0, f"an incomplete run is left: {moved}")
    sums = f"charged {county.charged_cents}, booked at the bank {moved['bank']}, paid by the bank {paid}"
    require(county.charged_cents == moved["bank"] == paid, f"lost or doubled: {sums}")
    for run_id in county.settlements.runs:
        run = county.settlements.fetch(run_id)
        require(run["state"] in ("closed", "approved"), f"run {run_id} is left {run['state']}")
