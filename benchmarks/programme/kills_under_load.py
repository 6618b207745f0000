"""M7: kill -9 of the web process and of the database under load: no acknowledged charge is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread
from time import monotonic, sleep

from benchmarks.programme.api_client import CONNECTION_ERRORS, PAUSE_SECONDS, ApiClient, must_retry
from benchmarks.programme.failure import CheckFailedError, require
from benchmarks.programme.instance import Deadline, Instance
from benchmarks.programme.money import balance_of, charges_of
from benchmarks.programme.settlement_kills import Supervisor
from benchmarks.programme.vouchers import MOST_VISITS, STEADY, VISIT_CENTS, Voucher, grant, visit

WRITERS = 8
UNDER_LOAD = WRITERS + 1
"""This many charges are acknowledged between two kills, so that at least one was sent after the kill."""


@dataclass(slots=True)
class Writer:
    """Charges one voucher without a pause, and records each acknowledged charge."""

    api: ApiClient
    voucher: Voucher
    finished: Event
    number: int = 0
    acknowledged: dict[str, int] = field(default_factory=dict)
    unavailable: int = 0
    failed: CheckFailedError | None = None

    def run(self) -> None:
        """Charge until `finished` is set; the last charge is sent until it is answered."""
        try:
            while not self.finished.is_set() and self.number < MOST_VISITS:
                self._charge(f"{self.voucher.code}-{self.number}")
                self.number += 1
        except CheckFailedError as error:
            self.failed = error

    def _charge(self, name: str) -> None:
        sent = visit(self.voucher.code, name, self.number)
        ends = monotonic() + self.api.seconds
        while monotonic() < ends:
            with suppress(*CONNECTION_ERRORS):
                answer = self.api.send("POST", "/charges", sent, idempotency_key=name)
                if not must_retry(answer):
                    require(answer.status == 201, f"charge {name}: {answer.status} {answer.body}")
                    self.acknowledged[name] = int(answer.body["id"])
                    return
                self.unavailable += answer.status == 503
            sleep(PAUSE_SECONDS)
        raise CheckFailedError(f"charge {name}: no answer within {self.api.seconds:.0f} s")


@dataclass(slots=True)
class LoadDriver:
    """All writers, each in a thread of its own."""

    instance: Instance
    writers: list[Writer]
    finished: Event

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let the writers write while the block runs, then raise the first failure of a writer."""
        threads = [Thread(target=writer.run, daemon=True) for writer in self.writers]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.finished.set()
            for thread in threads:
                thread.join()
        self.raise_failures()

    def raise_failures(self) -> None:
        """Raise the first failure of a writer."""
        for writer in self.writers:
            if writer.failed is not None:
                raise writer.failed

    def acknowledged_count(self) -> int:
        """Return the number of acknowledged charges."""
        return sum(len(writer.acknowledged) for writer in self.writers)

    def wait_for_more(self) -> float:
        """Wait until `UNDER_LOAD` more charges are acknowledged, and return the seconds it took."""
        before, begun = self.acknowledged_count(), monotonic()
        while self.acknowledged_count() < before + UNDER_LOAD:
            self.raise_failures()
            require(monotonic() - begun < self.instance.seconds, "the program does not recover by itself")
            sleep(0.01)
        return monotonic() - begun


def check_m7(instance: Instance, *, webs: int, databases: int, seed: int = 1, deadline: Deadline) -> str:
    """Kill the web process `webs` times and the database `databases` times under load; return a summary."""
    random = Random(seed)
    load = make_load(instance)
    supervisor = Supervisor(instance, [])
    slowest = {"web": 0.0, "database": 0.0}
    kills = ["web"] * webs + ["postmaster", "backend"] * (databases // 2) + ["postmaster"] * (databases % 2)
    random.shuffle(kills)
    killed: list[str] = []
    with supervisor.running(), load.working():
        for kind in kills:
            if deadline.is_over():
                break
            load.wait_for_more()
            sleep(random.uniform(0, 0.3))
            _kill(instance, kind, random)
            killed.append(kind)
            of = "web" if kind == "web" else "database"
            slowest[of] = max(slowest[of], load.wait_for_more())
    require(supervisor.kills == killed.count("web"), f"the web process died {supervisor.kills} times")
    all_there(load)
    unavailable = sum(writer.unavailable for writer in load.writers)
    return (
        f"{killed.count('web')} kills of the web process (slowest back {slowest['web']:.1f} s), "
        f"{killed.count('postmaster')} of the postmaster + {killed.count('backend')} of a backend "
        f"(slowest back {slowest['database']:.1f} s) under {len(load.writers)} writers: "
        f"{load.acknowledged_count()} acknowledged, 0 missing, 0 doubled; {unavailable} × 503, each "
        "with its code and Retry-After; 0 other 5xx"
    )


def make_load(instance: Instance) -> LoadDriver:
    """Return writers with a voucher each, of the steady providers in turn."""
    finished = Event()
    vouchers = [grant(instance, [9_000_000], index=STEADY[n % len(STEADY)])[0] for n in range(WRITERS)]
    writers = [
        Writer(instance.api("provider_biller", provider=voucher.provider or ""), voucher, finished)
        for voucher in vouchers
    ]
    return LoadDriver(instance, writers, finished)


def _kill(instance: Instance, kind: str, random: Random) -> None:
    if kind == "web":
        instance.kill()
    elif kind == "postmaster":
        instance.kill_database(instance.postmaster())
    else:
        instance.kill_database(_a_backend(instance, random))


def _a_backend(instance: Instance, random: Random) -> int:
    while not (found := instance.backends()):
        sleep(0.02)
    return random.choice(found)


def all_there(load: LoadDriver) -> None:
    """Check that exactly the acknowledged charges are stored, under their ids, and that the money agrees."""
    for writer in load.writers:
        kept = charges_of(writer.api, writer.voucher.code)
        missing = writer.acknowledged.keys() - kept.keys()
        require(not missing, f"acknowledged and missing: {sorted(missing)[:5]}")
        other_charges = kept.keys() - writer.acknowledged.keys()
        require(not other_charges, f"stored and never acknowledged: {sorted(other_charges)[:5]}")
        wrong = [name for name, key in writer.acknowledged.items() if kept[name]["id"] != key]
        require(not wrong, f"acknowledged under another id: {wrong[:5]}")
        balance = balance_of(load.instance, writer.voucher)
        expected = VISIT_CENTS * len(writer.acknowledged)
        require(balance["charged"] == expected, f"{writer.voucher.code}: {balance}, not {expected}")
