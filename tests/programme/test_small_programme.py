"""The money checks of the programme at a small size; `python -m benchmarks.programme` is the full size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.programme.answers import check_answers
from benchmarks.programme.bombs import check_bombs
from benchmarks.programme.corrections import check_m10
from benchmarks.programme.instance import Deadline, Instance, running_instance
from benchmarks.programme.kills_under_load import check_m7
from benchmarks.programme.looks import check_looks
from benchmarks.programme.lost_answers import check_m5
from benchmarks.programme.many_users import check_m2
from benchmarks.programme.many_writers import check_m1
from benchmarks.programme.replays import check_m4
from benchmarks.programme.settlement_kills import check_m6
from benchmarks.programme.stripe_events import check_m9
from tests.builders.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.long
NO_DEADLINE = Deadline(None)


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """One durable database and one server, for all checks of the module."""
    with running_instance(PATIENCE_SECONDS) as instance:
        yield instance
        instance.verify()


def test_m1_many_writers_never_overspend(instance: Instance) -> None:
    assert "0.00 € over" in check_m1(instance, writers=12, charges=3, rounds=1, deadline=NO_DEADLINE)


def test_m2_the_money_adds_up_in_every_read(instance: Instance) -> None:
    assert "in each" in check_m2(instance, operations=150, decisions=8, deadline=NO_DEADLINE)


def test_m4_a_repeated_request_has_one_effect(instance: Instance) -> None:
    assert check_m4(instance, requests=10, deadline=NO_DEADLINE).startswith("10 requests")


def test_m5_a_lost_answer_loses_and_duplicates_nothing(instance: Instance) -> None:
    assert "0 lost, 0 doubled" in check_m5(instance, answers=50, deadline=NO_DEADLINE)


def test_m6_killed_while_settling_it_resumes(instance: Instance) -> None:
    assert check_m6(instance, each=0, randomly=1, deadline=NO_DEADLINE).startswith(
        "2 kills at 2 fail points + 1 random"
    )


def test_m7_killed_under_load_it_misses_nothing(instance: Instance) -> None:
    assert "0 missing" in check_m7(instance, webs=1, databases=2, deadline=NO_DEADLINE)


def test_bank_answers_pay_nobody_twice_and_lose_nobody(instance: Instance) -> None:
    """Before M10, which leaves providers in debt: later runs would pay them less than they charge."""
    assert "0 paid twice, 0 lost" in check_answers(instance, orders=3, deadline=NO_DEADLINE)


def test_m10_corrections_leave_old_rows_and_totals_true(instance: Instance) -> None:
    assert check_m10(instance, corrections=12, deadline=NO_DEADLINE).startswith("12 corrections")


def test_m9_events_of_stripe_count_as_if_in_order_and_once() -> None:
    """On an instance of its own: its server has keys, and its providers are paid by Stripe."""
    with running_instance(PATIENCE_SECONDS) as instance:
        assert "as if in order and once" in check_m9(instance, events=300, deadline=NO_DEADLINE)


def test_bombs_are_refused_in_little_time_and_memory(instance: Instance) -> None:
    assert "files refused at" in check_bombs(instance, each=6, most_seconds=60)


def test_each_read_of_a_client_leaves_one_row(instance: Instance) -> None:
    assert check_looks(instance, reads=60, deadline=NO_DEADLINE).startswith("60 reads")
