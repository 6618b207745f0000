"""M2: twenty people act on forty vouchers at the same time; in every read the money adds up."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from threading import Thread
from time import monotonic

from benchmarks.programme.failure import CheckFailedError
from benchmarks.programme.instance import Deadline, Instance
from benchmarks.programme.observer import Observer
from benchmarks.programme.people import Biller, Client, Worker, Workload
from benchmarks.programme.settlement_driver import SettlementDriver
from benchmarks.programme.vouchers import (
    CHOOSABLE,
    STEADY,
    Voucher,
    business_id,
    grant,
)

BILLERS, CLIENTS, WORKERS = 10, 6, 2
USERS = BILLERS + CLIENTS + WORKERS + 2
"""The other two are the officer and the approver, who settle."""
AMOUNT_CENTS = 120_000
SETTLED_EVERY_SECONDS = 4.0


def check_m2(
    instance: Instance, *, operations: int, decisions: int = 20, seed: int = 1, deadline: Deadline
) -> str:
    """Let twenty people act until `operations` are answered, with a read every second; return a summary."""
    random = Random(seed)
    workload, fixed = _make_workload(instance, decisions)
    acts = _acts(workload, fixed, random)
    observer = Observer(instance, workload.vouchers, workload.pairs)
    threads = [Thread(target=workload.run, args=(act,), daemon=True) for act in acts]
    threads += [Thread(target=workload.run, args=(observer.check,), daemon=True)]
    begun = monotonic()
    for thread in threads:
        thread.start()
    while not workload.finished.wait(0.1):
        if workload.counts.total() >= operations or deadline.is_over():
            workload.finished.set()
    for thread in threads:
        thread.join()
    if workload.errors:
        raise CheckFailedError(describe(workload.errors[0])) from workload.errors[0]
    seconds = monotonic() - begun
    observer.check()
    acts_done = ", ".join(f"{number} {act}" for act, number in sorted(workload.counts.items()))
    return (
        f"{workload.counts.total()} operations by {USERS} people on {len(workload.vouchers)} vouchers in "
        f"{seconds:.0f} s, {observer.reads} snapshots: granted = free + held + charged + settled + returned "
        f"and as posted in each ({acts_done})"
    )


def describe(fault: BaseException) -> str:
    """Return an error with its notes, which name the request."""
    return " ".join([repr(fault), *getattr(fault, "__notes__", [])])


def _make_workload(instance: Instance, decisions: int) -> tuple[Workload, list[tuple[str, Voucher, Voucher]]]:
    """Grant two vouchers by each decision; some decisions name a provider, some pairs are a budget."""
    pairs, fixed = [], []
    vouchers: list[Voucher] = []
    for number in range(decisions):
        index = STEADY[number % len(STEADY)] if number % 2 else None
        may_move = number % 4 < 2
        first, second = grant(instance, [AMOUNT_CENTS] * 2, index=index, may_move=may_move)
        vouchers += [first, second]
        if may_move:
            pairs.append((first, second))
        else:
            fixed.append((first.decision, first, second))
    return Workload(instance, vouchers, pairs), fixed


def _acts(
    workload: Workload, fixed: list[tuple[str, Voucher, Voucher]], random: Random
) -> list[Callable[[], None]]:
    """Return one act for each of the twenty people; the officer and the approver settle together."""

    def own() -> Random:
        return Random(random.randrange(10**9))

    instance = workload.instance
    acts: list[Callable[[], None]] = []
    for index in CHOOSABLE[:BILLERS]:
        provider = business_id(instance, index)
        acts.append(Biller(workload, own(), instance.api("provider_biller", provider=provider), provider).act)
    clients = sorted({voucher.client for voucher in workload.vouchers})
    for _ in range(CLIENTS):
        apis = {number: instance.api("client", client=number) for number in clients}
        acts.append(Client(workload, own(), apis).act)
    acts += [Worker(workload, own(), instance.api("worker", county="12"), fixed).act for _ in range(WORKERS)]
    return [*acts, _settler(workload, SettlementDriver(instance, own()))]


def _settler(workload: Workload, settling: SettlementDriver) -> Callable[[], None]:
    """Return an act that prepares, approves and pays; if the run changed meanwhile, the next replaces it."""

    def settle() -> None:
        run = settling.prepare()
        path = f"/payment-runs/{run['id']}/approve"
        if (
            workload.record("approve", settling.approver.send("POST", path, {"hash": run["hash"]})).status
            == 200
        ):
            if run["count"]:
                settling.ingest(run["id"], settling.export(run), returns=0.2)
            workload.counts["settle"] += 4
        workload.finished.wait(SETTLED_EVERY_SECONDS)

    return settle
