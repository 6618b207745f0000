"""M7: kill -9 of the web process and of the database under load: what was acknowledged is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread
from time import monotonic, sleep

from benchmarks.programme.broken import BrokenError, hold
from benchmarks.programme.caller import LOST, PAUSE_SECONDS, SECONDS, Caller, may_ask_again
from benchmarks.programme.register import balance_of, charges_of
from benchmarks.programme.settlement_kills import Watch
from benchmarks.programme.stage import Deadline, Stage
from benchmarks.programme.vouchers import MOST_VISITS, STEADY, VISIT_CENTS, Voucher, grant, visit

WRITERS = 8
UNDER_LOAD = WRITERS + 1
"""So many are acknowledged between one kill and the next: at least one of them was begun after the kill."""


@dataclass(slots=True)
class Writer:
    """Charges one voucher without rest; remembers what was acknowledged, the moment that it was."""

    caller: Caller
    voucher: Voucher
    over: Event
    number: int = 0
    acknowledged: dict[str, int] = field(default_factory=dict)
    away: int = 0
    failed: BrokenError | None = None

    def run(self) -> None:
        """Until told to stop; the last charge is asked for until it is answered."""
        try:
            while not self.over.is_set() and self.number < MOST_VISITS:
                self._charge(f"{self.voucher.code}-{self.number}")
                self.number += 1
        except BrokenError as error:
            self.failed = error

    def _charge(self, name: str) -> None:
        sent = visit(self.voucher.code, name, self.number)
        ends = monotonic() + SECONDS
        while monotonic() < ends:
            with suppress(*LOST):
                answer = self.caller.ask("POST", "/charges", sent, once=name)
                if not may_ask_again(answer):
                    hold(answer.status == 201, f"charge {name}: {answer.status} {answer.body}")
                    self.acknowledged[name] = int(answer.body["id"])
                    return
                self.away += answer.status == 503
            sleep(PAUSE_SECONDS)
        raise BrokenError(f"charge {name}: no answer within {SECONDS:.0f} s")


@dataclass(slots=True)
class Office:
    """All writers, each in a thread."""

    stage: Stage
    writers: list[Writer]
    over: Event

    @contextmanager
    def working(self) -> Iterator[None]:
        """They write while the block runs; a writer that saw something broken is told of afterwards."""
        threads = [Thread(target=writer.run, daemon=True) for writer in self.writers]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()
        self.look()

    def look(self) -> None:
        """Raise what a writer saw."""
        for writer in self.writers:
            if writer.failed is not None:
                raise writer.failed

    def done(self) -> int:
        """How many charges are acknowledged."""
        return sum(len(writer.acknowledged) for writer in self.writers)

    def wait_for_more(self) -> float:
        """Until some more are acknowledged; the seconds that it took."""
        before, begun = self.done(), monotonic()
        while self.done() < before + UNDER_LOAD:
            self.look()
            hold(monotonic() - begun < SECONDS, "the program does not come back by itself")
            sleep(0.01)
        return monotonic() - begun


def hold_m7(stage: Stage, *, webs: int, databases: int, seed: int = 1, deadline: Deadline) -> str:
    """Kill each so many times under load; what held, in words."""
    random = Random(seed)
    office = an_office(stage)
    watch = Watch(stage, [])
    slowest = {"web": 0.0, "database": 0.0}
    kills = ["web"] * webs + ["postmaster", "backend"] * (databases // 2) + ["postmaster"] * (databases % 2)
    random.shuffle(kills)
    killed: list[str] = []
    with watch.watching(), office.working():
        for kind in kills:
            if deadline.is_over():
                break
            office.wait_for_more()
            sleep(random.uniform(0, 0.3))
            _kill(stage, kind, random)
            killed.append(kind)
            of = "web" if kind == "web" else "database"
            slowest[of] = max(slowest[of], office.wait_for_more())
    hold(watch.kills == killed.count("web"), f"the web process died {watch.kills} times")
    _all_there(office)
    return (
        f"{killed.count('web')} kills of the web process (slowest back {slowest['web']:.1f} s), "
        f"{killed.count('postmaster')} of the postmaster + {killed.count('backend')} of a backend "
        f"(slowest back {slowest['database']:.1f} s) under {len(office.writers)} writers: {office.done()} "
        f"acknowledged, 0 missing, 0 doubled; {sum(writer.away for writer in office.writers)} × 503, each "
        "with its code and Retry-After; 0 other 5xx"
    )


def an_office(stage: Stage) -> Office:
    """A voucher for each writer, of the steady providers in turn."""
    over = Event()
    vouchers = [grant(stage, [9_000_000], place=STEADY[n % len(STEADY)])[0] for n in range(WRITERS)]
    writers = [
        Writer(stage.caller("provider_biller", provider=one.provider or ""), one, over) for one in vouchers
    ]
    return Office(stage, writers, over)


def _kill(stage: Stage, kind: str, random: Random) -> None:
    if kind == "web":
        stage.kill()
    elif kind == "postmaster":
        stage.kill_database(stage.postmaster())
    else:
        stage.kill_database(_a_backend(stage, random))


def _a_backend(stage: Stage, random: Random) -> int:
    while not (found := stage.backends()):
        sleep(0.02)
    return random.choice(found)


def _all_there(office: Office) -> None:
    """Every acknowledged charge stands once in the book, under its id, and no other; and the money agrees."""
    for writer in office.writers:
        kept = charges_of(writer.caller, writer.voucher.code)
        missing = writer.acknowledged.keys() - kept.keys()
        hold(not missing, f"acknowledged and missing: {sorted(missing)[:5]}")
        strangers = kept.keys() - writer.acknowledged.keys()
        hold(not strangers, f"in the book and never acknowledged: {sorted(strangers)[:5]}")
        wrong = [name for name, key in writer.acknowledged.items() if kept[name]["id"] != key]
        hold(not wrong, f"acknowledged under another id: {wrong[:5]}")
        balance = balance_of(office.stage, writer.voucher)
        expected = VISIT_CENTS * len(writer.acknowledged)
        hold(balance["charged"] == expected, f"{writer.voucher.code}: {balance}, not {expected}")
