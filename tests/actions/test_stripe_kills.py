"""Killed at every fail point of the Stripe steps, lost answers, faults of Stripe: 0 lost, 0 doubled."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest

from clearing.payments.actions.compare_with_stripe import Comparison, compare_with_stripe
from clearing.payments.actions.export_bank_file import send_run
from clearing.payments.actions.send_stripe_calls import CallResult, send_next_call
from clearing.payments.rules.settling import RunState
from foundation.database import failpoints
from foundation.vocabulary.refusals import not_refused
from tests.builders import NOW
from tests.builders.engines import release
from tests.builders.stripe import DUE, a_stripe_world
from tests.builders.stripe_run import HalfAndHalf
from worlds.stripe_loopback.server import Fault

OF_CALLS = [name for name in failpoints.NAMES if name.startswith(("stripe.call.", "stripe.transfer."))]
OF_EVENTS = [name for name in failpoints.NAMES if name.startswith("stripe.event.")]


@pytest.fixture
def half(fresh_database: str) -> Iterator[HalfAndHalf]:
    with a_stripe_world() as world:
        half = HalfAndHalf(fresh_database, world)
        yield half
        release(half.engine)


def killed(half: HalfAndHalf, fail_point: str, step: object) -> int:
    """Run a step in a forked process that is killed at the fail point; return its wait status."""
    half.engine.dispose()
    child = os.fork()
    if child == 0:
        failpoints.arm(f"{fail_point}:kill", production=False)
        step()  # type: ignore[operator]
        os._exit(0)
    return os.waitpid(child, 0)[1]


def transfers_of(half: HalfAndHalf) -> list[int]:
    held = half.world.books.held.values()
    return [one["amount"] for one in held if one["object"] == "transfer"]


@pytest.mark.parametrize("fail_point", OF_CALLS)
def test_killed_at_a_call_and_resumed(half: HalfAndHalf, fail_point: str) -> None:
    half.sent()
    rails = {"12": half.world.rail}
    status = killed(half, fail_point, lambda: send_next_call(half.sessions, rails, now=DUE))
    assert status == signal.SIGKILL
    later = DUE + timedelta(minutes=10)
    results = half.world.send(half.sessions, later)
    assert results.count(CallResult.DONE) == 4
    assert half.sums() == (0, 14_400, 14_400)
    assert transfers_of(half) == [7_200, 7_200]
    assert half.world.books.balance_cents == 100_000_000 - 14_400


@pytest.mark.parametrize("fail_point", OF_EVENTS)
def test_killed_in_an_event_and_delivered_again(half: HalfAndHalf, fail_point: str) -> None:
    half.sent()
    half.world.loopback.faults.append(Fault("drop_after", times=9, path="transfers"))
    half.send()
    half.world.loopback.faults.clear()
    [first, second] = half.world.new_events()

    def deliver() -> None:
        with half.sessions.begin() as session:
            half.world.take(session, first, DUE)

    assert killed(half, fail_point, deliver) == signal.SIGKILL
    assert half.sums() == (0, 28_800, 0)
    for event in (first, second, first):
        with half.sessions.begin() as session:
            half.world.take(session, event, DUE)
    assert half.sums() == (0, 14_400, 14_400)


def test_killed_while_the_run_is_sent(half: HalfAndHalf) -> None:
    run = half.approved()

    def step() -> None:
        with half.sessions.begin() as session:
            not_refused(send_run(session, run.run.id, actor=half.scenario.officer, now=NOW))

    assert killed(half, "settle.export.after_calls", step) == signal.SIGKILL
    assert half.contents(run).run.state is RunState.APPROVED
    assert half.send() == []
    step()
    assert half.send().count(CallResult.DONE) == 4
    assert half.sums() == (0, 14_400, 14_400)


@pytest.mark.parametrize(
    "kind", ["drop_before", "drop_after", "error_before", "error_after", "rate_limit", "in_use"]
)
def test_a_fault_of_the_network_or_of_stripe_is_tried_again(half: HalfAndHalf, kind: str) -> None:
    half.sent()
    half.world.loopback.faults.append(Fault(kind, times=4, path="transfers"))
    first = half.send()
    assert CallResult.LATER in first
    half.world.loopback.faults.clear()
    half.world.send(half.sessions, DUE + timedelta(hours=1))
    half.world.send(half.sessions, DUE + timedelta(hours=1))
    assert half.sums() == (0, 14_400, 14_400)
    assert transfers_of(half) == [7_200, 7_200]


def test_a_lost_answer_is_found_after_stripe_has_forgotten_the_key(half: HalfAndHalf) -> None:
    half.sent()
    half.world.loopback.faults.append(Fault("drop_after", times=4, path="transfers"))
    half.send()
    half.world.loopback.faults.clear()
    half.world.books.kept.clear()
    half.world.send(half.sessions, DUE + timedelta(days=2))
    assert transfers_of(half) == [7_200, 7_200]
    assert half.sums() == (0, 14_400, 14_400)


def test_too_little_money_at_stripe_waits_and_uses_another_key(half: HalfAndHalf) -> None:
    half.sent()
    half.world.books.balance_cents = 10_000
    assert half.send().count(CallResult.LATER) == 1
    assert half.sums() == (0, 21_600, 7_200)
    half.world.books.balance_cents = 10_000
    half.world.send(half.sessions, DUE + timedelta(hours=2))
    assert half.sums() == (0, 14_400, 14_400)
    keys = [key for method, path, key, status in half.world.loopback.requests if path == "transfers" and key]
    assert len(set(keys)) == 3


def test_the_comparison_finds_what_no_event_said(half: HalfAndHalf) -> None:
    half.sent()
    half.world.loopback.faults.append(Fault("drop_after", times=9, path="transfers"))
    half.send()
    half.world.loopback.faults.clear()
    found = compare_with_stripe(half.sessions, half.scenario.county, half.world.rail, now=DUE)
    assert found == Comparison(transfers=2, applied=2, findings=0)
    assert half.sums() == (0, 14_400, 14_400)
    again = compare_with_stripe(half.sessions, half.scenario.county, half.world.rail, now=DUE)
    assert again == Comparison(transfers=2, applied=0, findings=0)
