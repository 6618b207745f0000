"""M1: many writers on one voucher: of one provider, of ten, and during choices and corrections."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Barrier
from time import sleep

from benchmarks.programme.api_client import Answer, ApiClient
from benchmarks.programme.failure import require
from benchmarks.programme.instance import TODAY, Deadline, Instance, cents_of
from benchmarks.programme.money import balance_of, charges_of
from benchmarks.programme.vouchers import (
    CHOOSABLE,
    SHORT_VISIT_CENTS,
    VISIT_CENTS,
    Voucher,
    business_id,
    grant,
    offering_of,
    short_visit,
    visit,
)

ROOM = 0.4
"""The voucher has money for this share of the charges."""
HELD_FOR_EACH = "0.24"
"""Hours that each of the ten choices holds: three short visits."""
WAITS = 150
_references = count(1)


@dataclass(slots=True)
class Scenario:
    """One voucher, the answers by kind, and the charges of each provider that can still be undone."""

    instance: Instance
    voucher: Voucher
    providers: list[str]
    random: Random
    counts: Counter[str] = field(default_factory=Counter)
    open: dict[str, deque[int]] = field(default_factory=dict)
    choices: deque[int] = field(default_factory=deque)

    def biller(self, index: int) -> ApiClient:
        """Return an API client of one of the providers."""
        return self.instance.api("provider_biller", provider=self.providers[index])

    def record(self, act: str, answer: Answer) -> Answer:
        """Count an answer after checking that it is a success or a refusal with a code."""
        text = f"{act}: {answer.status} {answer.body}"
        require(answer.status < 500, text)
        require(
            answer.status < 300 or (answer.codes and all(answer.codes)), f"a refusal without a code: {text}"
        )
        codes = "" if answer.status < 300 else "+".join(sorted(set(answer.codes)))
        self.counts[f"{act} {codes or 'done'}"] += 1
        return answer

    def run_together(self, writers: list[Callable[[], None]]) -> None:
        """Run every writer in a thread of its own; all start at the same moment."""
        start = Barrier(len(writers))

        def run(writer: Callable[[], None]) -> None:
            start.wait()
            writer()

        with ThreadPoolExecutor(len(writers)) as pool:
            list(pool.map(run, writers))

    def check_totals(self) -> int:
        """Check that the accepted charges of all providers are the charged money, and return its cents."""
        balance = balance_of(self.instance, self.voucher)
        total = 0
        for index in range(len(self.providers)):
            rows = charges_of(self.biller(index), self.voucher.code).values()
            total += sum(cents_of(row["county_pays"]) for row in rows if row["state"] == "accepted")
        require(total == balance["charged"], f"{self.voucher.code}: accepted {total}, charged {balance}")
        require(balance["granted"] == self.voucher.amount_cents, f"{self.voucher.code}: granted {balance}")
        require(
            total <= self.voucher.amount_cents, f"{self.voucher.code}: {total} of {self.voucher.amount_cents}"
        )
        return total


def check_m1(
    instance: Instance, *, writers: int, charges: int, rounds: int, seed: int = 1, deadline: Deadline
) -> str:
    """Let `writers` writers send `charges` charges each, `rounds` times; return a summary."""
    random = Random(seed)
    counts: Counter[str] = Counter()
    runs = 0
    for _ in range(rounds):
        for run in (_one_provider, _ten_providers, _mixed):
            if not deadline.is_over():
                counts += run(instance, writers, charges, random)
                runs += 1
    refused = sum(number for result, number in counts.items() if not result.endswith(" done"))
    details = ", ".join(f"{number} {result}" for result, number in sorted(counts.items()))
    return (
        f"{runs} vouchers × {writers} writers × {charges}: {counts.total()} answers, 0.00 € over, sums to "
        f"the cent, {refused} refusals each with its code, 0 × 5xx ({details})"
    )


def _one_provider(instance: Instance, writers: int, charges: int, random: Random) -> Counter[str]:
    """Let one provider spend the money to the last cent; every other charge is refused for lack of money."""
    room = int(writers * charges * ROOM)
    (voucher,) = grant(instance, [room * VISIT_CENTS], index=0)
    scenario = Scenario(instance, voucher, [business_id(instance, 0)], random)

    def writer(number: int) -> Callable[[], None]:
        api = scenario.biller(0)

        def write() -> None:
            for n in range(number * charges, (number + 1) * charges):
                sent = visit(voucher.code, f"M1-{next(_references)}", n)
                scenario.record("charge", api.send("POST", "/charges", sent))

        return write

    scenario.run_together([writer(number) for number in range(writers)])
    expected = {"charge done": room, "charge over_amount": writers * charges - room}
    require(scenario.counts == expected, f"one provider: {dict(scenario.counts)}, not {expected}")
    require(
        scenario.check_totals() == voucher.amount_cents,
        "money was left, and charges were refused for lack of it",
    )
    return scenario.counts


def _scenario_of_ten(instance: Instance, cents: int, random: Random) -> Scenario:
    """Grant a voucher, and choose each of ten providers for it."""
    (voucher,) = grant(instance, [cents])
    scenario = Scenario(instance, voucher, [business_id(instance, index) for index in CHOOSABLE], random)
    client = instance.api("client", client=voucher.client)
    for index in CHOOSABLE:
        body = {"offering": offering_of(instance, index), "starts_on": TODAY, "quantity": HELD_FOR_EACH}
        scenario.choices.append(int(client.post(f"/fundings/{voucher.code}/choices", body)["id"]))
    return scenario


def _charging(scenario: Scenario, number: int, charges: int) -> Callable[[], None]:
    """Return a writer that charges for one of the ten providers."""
    index, turn = number % len(scenario.providers), number // len(scenario.providers)
    api, open_charges = scenario.biller(index), scenario.open.setdefault(scenario.providers[index], deque())

    def write() -> None:
        for n in range(turn * charges, (turn + 1) * charges):
            sent = short_visit(scenario.voucher.code, f"M1-{next(_references)}", n)
            answer = scenario.record("charge", api.send("POST", "/charges", sent))
            if answer.status == 201:
                open_charges.append(int(answer.body["id"]))

    return write


def _ten_providers(instance: Instance, writers: int, charges: int, random: Random) -> Counter[str]:
    """Let ten providers, each with a small hold, spend one voucher to the last cent."""
    room = int(writers * charges * ROOM)
    scenario = _scenario_of_ten(instance, max(room, 3 * len(CHOOSABLE)) * SHORT_VISIT_CENTS, random)
    scenario.run_together([_charging(scenario, number, charges) for number in range(writers)])
    spent = scenario.check_totals()
    require(
        set(scenario.counts) <= {"charge done", "charge over_amount"},
        f"ten providers: {dict(scenario.counts)}",
    )
    done = scenario.counts["charge done"] * SHORT_VISIT_CENTS
    require(spent == done, f"ten providers: {done} accepted, {spent} charged")
    left = balance_of(instance, scenario.voucher)["free"]
    require(
        left == 0 or not scenario.counts["charge over_amount"],
        f"{left} free, and charges were refused for lack of it",
    )
    return scenario.counts


def _mixed(instance: Instance, writers: int, charges: int, random: Random) -> Counter[str]:
    """Let seven of ten writers charge while the others choose and end choices, withdraw and correct."""
    room = int(writers * charges * ROOM)
    scenario = _scenario_of_ten(instance, max(room, 5 * len(CHOOSABLE)) * SHORT_VISIT_CENTS, random)
    others = (_choosing, _withdrawing, _correcting)
    undoing = [others[n % 3](scenario, n, charges) for n in range(max(3, writers * 3 // 10))]
    scenario.run_together([_charging(scenario, n, charges) for n in range(writers - len(undoing))] + undoing)
    scenario.check_totals()
    return scenario.counts


def _choosing(scenario: Scenario, _number: int, times: int) -> Callable[[], None]:
    """Return a writer that, as the client, makes or ends a choice."""
    api = scenario.instance.api("client", client=scenario.voucher.client)
    path = f"/fundings/{scenario.voucher.code}/choices"

    def choose() -> None:
        for n in range(times):
            if n % 2 and scenario.choices:
                scenario.record("end choice", api.send("DELETE", f"/choices/{scenario.choices.pop()}"))
                continue
            index = scenario.random.choice(CHOOSABLE)
            body = {
                "offering": offering_of(scenario.instance, index),
                "starts_on": TODAY,
                "quantity": HELD_FOR_EACH,
            }
            answer = scenario.record("choose", api.send("POST", path, body))
            if answer.status == 201:
                scenario.choices.append(int(answer.body["id"]))

    return choose


def _withdrawing(scenario: Scenario, number: int, times: int) -> Callable[[], None]:
    return _undoing(scenario, number, times, "withdraw")


def _correcting(scenario: Scenario, number: int, times: int) -> Callable[[], None]:
    return _undoing(scenario, number, times, "corrections")


def _undoing(scenario: Scenario, number: int, times: int, act: str) -> Callable[[], None]:
    """Return a writer that withdraws or corrects recent charges; sometimes two writers take the same one."""
    index = number % len(scenario.providers)
    api = scenario.biller(index)

    def undo() -> None:
        open_charges = scenario.open.setdefault(scenario.providers[index], deque())
        for _ in range(times):
            if not _wait_for_charge(open_charges):
                return
            key = open_charges.popleft() if scenario.random.random() < 0.8 else open_charges[0]
            body = {"reference": f"M1-{next(_references)}", "reason": "agreed", "price": "1.00"}
            answer = api.send(
                "POST", f"/charges/{key}/{act}", body if act == "corrections" else {"why": "Väärä"}
            )
            scenario.record(act, answer)

    return undo


def _wait_for_charge(charged: deque[int]) -> bool:
    """Wait up to three seconds for a charge to undo, and return whether there is one."""
    for _ in range(WAITS):
        if charged:
            return True
        sleep(0.02)
    return False
