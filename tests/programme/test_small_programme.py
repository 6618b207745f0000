"""The programme's money checks in a small size; in full: `python -m benchmarks.programme --list`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.programme.corrections import hold_m10
from benchmarks.programme.lost_answers import hold_m5
from benchmarks.programme.plugs import hold_m7
from benchmarks.programme.replays import hold_m4
from benchmarks.programme.settlement_kills import hold_m6
from benchmarks.programme.stage import Deadline, Stage, a_stage
from benchmarks.programme.tellers import hold_m2
from benchmarks.programme.writers import hold_m1

pytestmark = pytest.mark.long
WHOLE = Deadline(None)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One durable database and one server, for all checks of the module."""
    with a_stage() as stage:
        yield stage
        stage.verify()


def test_m1_many_writers_never_overspend(stage: Stage) -> None:
    assert "0.00 € over" in hold_m1(stage, writers=12, charges=3, rounds=1, deadline=WHOLE)


def test_m2_the_money_adds_up_in_every_read(stage: Stage) -> None:
    assert "in each" in hold_m2(stage, operations=150, decisions=8, deadline=WHOLE)


def test_m4_a_repeated_request_has_one_effect(stage: Stage) -> None:
    assert hold_m4(stage, requests=10, deadline=WHOLE).startswith("10 requests")


def test_m5_a_lost_answer_loses_and_doubles_nothing(stage: Stage) -> None:
    assert "0 lost, 0 doubled" in hold_m5(stage, answers=50, deadline=WHOLE)


def test_m6_killed_while_settling_it_resumes(stage: Stage) -> None:
    assert hold_m6(stage, each=0, randomly=1, deadline=WHOLE).startswith(
        "2 kills at 2 fail points + 1 random"
    )


def test_m7_killed_under_load_it_misses_nothing(stage: Stage) -> None:
    assert "0 missing" in hold_m7(stage, webs=1, databases=2, deadline=WHOLE)


def test_m10_corrections_leave_old_rows_and_totals_true(stage: Stage) -> None:
    assert hold_m10(stage, corrections=12, deadline=WHOLE).startswith("12 corrections")
