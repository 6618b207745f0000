"""One thing at a time: what has a near day first, the others by their kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations

import pytest

from marketplace.rules.next_tasks import SOON_DAYS, TaskKind, most_urgent_first

TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Sample:
    """Something to do."""

    kind: TaskKind
    day: date | None = None


def in_days(days: int) -> Sample:
    return Sample(TaskKind.BILL, TODAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "first"),
    [(-30, "bill"), (0, "bill"), (SOON_DAYS, "bill"), (SOON_DAYS + 1, "suggestion")],
)
def test_a_bill_comes_first_when_its_day_is_near(days: int, first: str) -> None:
    tasks = [Sample(TaskKind.SUGGESTION), in_days(days), Sample(TaskKind.VISITS)]
    assert most_urgent_first(tasks, TODAY)[0].kind == first


def test_the_order_is_the_same_however_they_come() -> None:
    tasks = [in_days(30), *(Sample(kind) for kind in TaskKind if kind is not TaskKind.BILL)]
    orders = {tuple(most_urgent_first(order, TODAY)) for order in permutations(tasks)}
    assert [[task.kind for task in order] for order in orders] == [list(TaskKind)]


def test_the_earlier_day_comes_first() -> None:
    assert most_urgent_first([in_days(3), in_days(-2)], TODAY) == [in_days(-2), in_days(3)]
