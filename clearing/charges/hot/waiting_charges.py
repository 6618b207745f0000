"""Charges that wait at the same moment are decided together, in one transaction with one commit.

Who comes while others are being decided waits, and goes with all who wait when those are through. So a
provider alone is served at once, and a crowd pays the database's rounds and its durable write once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.reading.intake import Intake
from foundation.database.failpoints import failpoint
from foundation.database.pipeline import commit

MOST_TOGETHER = 40
"""More would make those who wait wait longer than they gain."""
GROUPS_AT_ONCE = 2
"""While the database works on one group, the next is read and decided."""

Finished = TypeVar("Finished")
Finish = Callable[[Session, list[ChargeAnswer]], Any]


class TakeIn(Protocol):
    """`take_in_together`: decide and store what several sent at the same time."""

    def __call__(
        self, session: Session, intakes: Sequence[Intake], *, with_commit: bool
    ) -> list[list[ChargeAnswer]]: ...


@dataclass(slots=True)
class _Waiting:
    """One who waits: `woken` to take an answer or an error, or to lead a group that they belong to."""

    intake: Intake
    finish: Finish
    context: Context = field(default_factory=copy_context)
    woken: Event = field(default_factory=Event)
    group: list[_Waiting] = field(default_factory=list)
    answer: Any = None
    error: BaseException | None = None


class WaitingCharges:
    """One for a process; any number of threads decide charges through it."""

    def __init__(self, sessions: sessionmaker[Session], take_in: TakeIn) -> None:
        """`sessions` opens the transactions of the groups, which are committed here; `take_in` decides and
        stores a group."""
        self.sessions = sessions
        self.take_in = take_in
        self._lock = Lock()
        self._waiting: deque[_Waiting] = deque()
        self._groups = 0

    def decide(self, intake: Intake, finish: Callable[[Session, list[ChargeAnswer]], Finished]) -> Finished:
        """Take in what was sent and return what `finish` made of the answers.

        `finish` runs in the transaction of the group, in any of the threads that wait but with the caller's
        own context variables; what it stores is committed with the charges. An error of one is raised to that
        one alone: the others are decided again without it.
        """
        mine = _Waiting(intake, finish)
        if not self._leads(mine):
            mine.woken.wait()
        if mine.group:
            self._decide(mine.group)
        if mine.error is not None:
            raise mine.error
        return cast(Finished, mine.answer)

    def _leads(self, mine: _Waiting) -> bool:
        with self._lock:
            self._waiting.append(mine)
            if self._groups == GROUPS_AT_ONCE:
                return False
            self._groups += 1
            mine.group = self._next_group()
            return True

    def _next_group(self) -> list[_Waiting]:
        return [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]

    def _decide(self, group: list[_Waiting]) -> None:
        """Decide a group, then let the first of those who came meanwhile lead theirs."""
        try:
            self._together(group)
        finally:
            with self._lock:
                following = self._next_group()
                self._groups -= not following
            if following:
                following[0].group = following
                following[0].woken.set()
            for one in group:
                one.woken.set()

    def _together(self, group: list[_Waiting]) -> None:
        try:
            with self.sessions() as session:
                answers = self.take_in(session, [one.intake for one in group], with_commit=True)
                finished = [
                    one.context.run(one.finish, session, findings)
                    for one, findings in zip(group, answers, strict=True)
                ]
                failpoint("charge.before_commit")
                commit(session)
        except BaseException as error:  # noqa: BLE001  # whoever leads, each is told their own
            self._again(group, error)
            return
        for one, answer in zip(group, finished, strict=True):
            one.answer = answer

    def _again(self, group: list[_Waiting], error: BaseException) -> None:
        """One alone is told its error; of several each is decided alone, since one must not spoil the
        others."""
        if len(group) == 1:
            group[0].error = error
            return
        for one in group:
            self._together([one])
