"""What a client is asked to do next: one thing at a time, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

SOON_DAYS = 7
"""What is to be done within so many days comes before everything without a day."""


class TaskKind(StrEnum):
    """What a client may be asked to do; those without a near day in this order."""

    SUGGESTION = "suggestion"
    VISITS = "visits"
    BILL = "bill"
    NO_HELPER = "no_helper"
    GOAL = "goal"


ORDER = tuple(TaskKind)


class Waiting(Protocol):
    """Something to do; `day` is the last day for it, if there is one."""

    @property
    def kind(self) -> TaskKind:
        """What it is."""

    @property
    def day(self) -> date | None:
        """The last day for it."""


Task = TypeVar("Task", bound=Waiting)


def most_urgent_first(tasks: Iterable[Task], today: date) -> list[Task]:
    """Return the tasks in order: those whose day is near or gone by their days, then the others by kind."""

    def urgency(task: Task) -> tuple[date, int]:
        day = task.day
        is_near = day is not None and (day - today).days <= SOON_DAYS
        return (day if day is not None and is_near else date.max, ORDER.index(task.kind))

    return sorted(tasks, key=urgency)
