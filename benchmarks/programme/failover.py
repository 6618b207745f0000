"""The primary of the database is killed while charges are made and runs are paid; the standby takes over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Thread
from time import monotonic, sleep

from benchmarks.programme.api_client import Answer, ApiClient
from benchmarks.programme.cluster_instance import ClusterInstance
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Deadline, Instance
from benchmarks.programme.kills_under_load import LoadDriver, all_there, make_load
from benchmarks.programme.settlement_driver import SettlementDriver
from benchmarks.programme.settlement_kills import County, balance_county, pay_the_rest
from benchmarks.programme.vouchers import STEADY, grant

FROZEN = ["settlement_frozen"]
LONGEST_RUN_SECONDS = 2.0
"""The primary is killed at most this long after a run was begun."""


@dataclass(slots=True)
class ReleasingDriver(SettlementDriver):
    """The officer also lets payments go on after each failover, having compared the book with the bank's."""

    released: int = 0

    def _send(self, api: ApiClient, path: str, body: object) -> Answer:
        return self._released(lambda: SettlementDriver._send(self, api, path, body))

    def _file(self, path: str) -> bytes:
        answer = self._released(lambda: self.officer.send_until_answered("GET", path))
        require(answer.status == 200, f"{path}: {answer.status} {answer.body}")
        assert isinstance(answer.body, bytes)
        return answer.body

    def _released(self, send: Callable[[], Answer]) -> Answer:
        while (answer := send()).codes == FROZEN:
            # A run that the bank has must be known as sent here, else the release is refused.
            not_at_bank = [run for run in self.runs if run not in self.bank.files]
            body = {"why": "The runs are those of the online bank.", "not_at_bank": not_at_bank}
            done = SettlementDriver._send(self, self.officer, "/payment-runs/unfreeze", body)
            known = done.status == 200 or done.codes == ["settlement_not_frozen"]
            require(known, f"the release was refused: {done.status} {done.body}")
            self.released += 1
        return answer


@dataclass(slots=True)
class Failovers:
    """Kills primaries, and brings each back as the standby."""

    instance: ClusterInstance
    random: Random
    machines: int = 0
    postmasters: int = 0
    outages: list[float] = field(default_factory=list)

    def kill(self) -> str:
        """Kill the primary: two times of three its whole machine, else its postmaster; return the node."""
        node = self.instance.cluster.primary()
        if (self.machines + self.postmasters) % 3 == 2:
            self.instance.cluster.kill_postmaster(node)
            self.postmasters += 1
        else:
            self.instance.cluster.kill_node(node)
            self.machines += 1
        return node

    def bring_back(self, node: str) -> None:
        """Start what was killed, and wait until it is the synchronous standby: only then kill again."""
        if self.instance.cluster.is_dead(node):
            self.instance.cluster.start_node(node)
        self.instance.cluster.wait_until_safe()

    def under_load(self, load: LoadDriver) -> None:
        """Kill once while the writers charge; the outage ends when charges are acknowledged again."""
        load.wait_for_more()
        sleep(self.random.uniform(0, 0.3))
        node = self.kill()
        self.outages.append(load.wait_for_more())
        self.bring_back(node)

    def in_a_run(self, county: County) -> None:
        """Settle once, and kill at a random moment of it."""
        county.charge()
        killed: list[str] = []
        moment = self.random.uniform(0, LONGEST_RUN_SECONDS)
        killer = Thread(target=self._kill_after, args=(moment, killed))
        killer.start()
        begun = monotonic()
        county.settle()
        killer.join()
        self.outages.append(monotonic() - begun)
        self.bring_back(killed[0])

    def _kill_after(self, seconds: float, killed: list[str]) -> None:
        sleep(seconds)
        killed.append(self.kill())


def check_failover(
    instance: Instance, *, charging: int, settling: int, seed: int = 1, deadline: Deadline
) -> str:
    """Kill the primary so often while charges are made, and while runs are paid; return a summary."""
    assert isinstance(instance, ClusterInstance)
    random = Random(seed)
    failovers = Failovers(instance, random)
    load = make_load(instance)
    with load.working():
        for _ in range(charging):
            if not deadline.is_over():
                failovers.under_load(load)
    all_there(load)
    under_load, failovers.outages = failovers.outages, []
    driver, county = _county(instance, random)
    before = instance.accounts()
    for _ in range(settling):
        if not deadline.is_over():
            failovers.in_a_run(county)
    pay_the_rest(county)
    balance_county(county, before)
    instance.verify()
    unavailable = sum(writer.unavailable for writer in load.writers)
    return (
        f"{failovers.machines} kills of the primary's machine + {failovers.postmasters} of its postmaster: "
        f"{load.acknowledged_count()} charges acknowledged, 0 lost, 0 doubled, {unavailable} × 503, 0 other "
        f"5xx, outage {_spread(under_load)}; {len(driver.runs)} runs, 0 lost, 0 doubled, released "
        f"{driver.released} times, a run with a failover took {_spread(failovers.outages)}"
    )


def _county(instance: ClusterInstance, random: Random) -> tuple[ReleasingDriver, County]:
    """Return a county with vouchers of six providers, after settling all older charges."""
    older, driver = ReleasingDriver(instance, random), ReleasingDriver(instance, random)
    vouchers = [grant(instance, [9_000_000], index=index)[0] for index in STEADY[:6]]
    older.settle()
    return driver, County(instance, random, driver, vouchers)


def _spread(seconds: list[float]) -> str:
    """Return the median and the longest of some durations, as words."""
    if not seconds:
        return "–"
    return f"{sorted(seconds)[len(seconds) // 2]:.1f} s (median), {max(seconds):.1f} s (longest)"
