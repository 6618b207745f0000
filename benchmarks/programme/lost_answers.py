"""M5: a part of all answers is dropped on the way; whoever asked asks again under the same key."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random

from benchmarks.programme.broken import hold
from benchmarks.programme.caller import Answer, Caller, Json
from benchmarks.programme.register import balance_of, charges_of
from benchmarks.programme.stage import Deadline, Stage
from benchmarks.programme.vouchers import STEADY, VISIT_CENTS, Voucher, grant, visit

CLIENTS = 12
DROPPED = 0.3
PATIENCE_SECONDS = (0.0, 0.001, 0.01, 0.05, 0.2)
"""How long a line stands before it is cut: before the program has read, while it works, after it answered."""
WITHDRAWN_EVERY, CORRECTED_EVERY = 10, 11
_references = count(1)


@dataclass(slots=True)
class Forgetful:
    """A provider's program whose line is bad."""

    caller: Caller
    voucher: Voucher
    random: Random
    ids: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    asked: int = 0
    dropped: int = 0

    def work(self, most: int, deadline: Deadline) -> None:
        """Charge, and now and then withdraw or give back, until that many answers were asked for."""
        number = 0
        while self.asked < most and not deadline.is_over():
            name = f"M5-{next(_references)}"
            self.ids[name] = self._charge(name, number)
            if number % WITHDRAWN_EVERY == 3:
                self._undo(name, "withdraw", {"why": "Väärä päivä"}, 200)
            elif number % CORRECTED_EVERY == 5:
                self._undo(name, "corrections", {"reference": f"{name}-K", "reason": "not_given"}, 201)
                self.ids[f"{name}-K"] = -1
            number += 1

    def _charge(self, name: str, number: int) -> int:
        answer = self._ask("/charges", visit(self.voucher.code, name, number), name)
        hold(answer.status == 201, f"{name}: {answer.status} {answer.body}")
        return int(answer.body["id"])

    def _undo(self, name: str, act: str, body: Json, status: int) -> None:
        answer = self._ask(f"/charges/{self.ids[name]}/{act}", body, f"{name}-{act}")
        hold(answer.status == status, f"{act} of {name}: {answer.status} {answer.body}")
        self.gone.add(name)

    def _ask(self, path: str, body: Json, key: str) -> Answer:
        """Ask until an answer arrives; each try is dropped with the same chance."""
        for _ in self._tries():
            self.caller.drop("POST", path, body, once=key, wait_seconds=self.random.choice(PATIENCE_SECONDS))
        return self.caller.insist("POST", path, body, once=key)

    def _tries(self) -> Iterator[int]:
        self.asked += 1
        while self.random.random() < DROPPED:
            self.dropped += 1
            self.asked += 1
            yield self.dropped


def hold_m5(stage: Stage, *, answers: int, seed: int = 1, deadline: Deadline) -> str:
    """Lose 30 % of so many answers; what held, in words."""
    random = Random(seed)
    people = [_person(stage, place, random.randrange(10**9)) for place in range(min(CLIENTS, answers // 10))]
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda one: one.work(answers // len(people), deadline), people))
    for one in people:
        _settle_up(stage, one)
    asked, dropped = sum(one.asked for one in people), sum(one.dropped for one in people)
    kept = sum(len(one.ids) for one in people)
    return f"{dropped} of {asked} answers dropped and asked for again, {kept} effects, 0 lost, 0 doubled"


def _person(stage: Stage, place: int, seed: int) -> Forgetful:
    (voucher,) = grant(stage, [9_000_000], place=STEADY[place % len(STEADY)])
    return Forgetful(stage.caller("provider_biller", provider=voucher.provider or ""), voucher, Random(seed))


def _settle_up(stage: Stage, one: Forgetful) -> None:
    """The book holds what was asked for, once, and what was undone costs nothing."""
    kept = charges_of(one.caller, one.voucher.code)
    hold(not one.ids.keys() - kept.keys(), f"lost: {sorted(one.ids.keys() - kept.keys())[:5]}")
    hold(not kept.keys() - one.ids.keys(), f"doubled: {sorted(kept.keys() - one.ids.keys())[:5]}")
    charges = [name for name, key in one.ids.items() if key > 0]
    expected = VISIT_CENTS * (len(charges) - len(one.gone))
    charged = balance_of(stage, one.voucher)["charged"]
    hold(charged == expected, f"{one.voucher.code}: charged {charged}, asked for {expected}")
