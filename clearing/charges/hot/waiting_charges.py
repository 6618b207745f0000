"""Decide charges that wait at the same moment together, in one transaction with one commit.

A charge that arrives while others are being decided waits, and is decided with all that wait by then. So a
single provider is answered at once, and many share the round trips to the database and the durable write.

A charge whose voucher another transaction has locked is passed over: the others of its group are decided
without it, and it is tried again (docs/decisions/0097).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic, sleep
from typing import Protocol

from psycopg.errors import LockNotAvailable
from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.reading.intake import Intake
from clearing.ledger.load.balances import vouchers_in_use
from foundation.database.failpoints import failpoint
from foundation.database.pipeline import commit, execute_with_commit
from foundation.database.stored_answers import HttpAnswer, IdempotentRequest
from foundation.vocabulary.languages import Language

MAX_GROUP_SIZE = 40
"""With more, the wait would cost each charge more than it gains."""
MAX_GROUPS = 2
"""While the database works on one group, the next is read and decided."""
MOST_PASSED_OVER = 2
"""Charges of a provider that may wait for locked vouchers at the same time: each occupies a thread."""
PATIENCE_SECONDS, RETRY_SECONDS, SHORT_LOCK_SECONDS = 5.0, 0.1, 0.5
"""How long a charge waits for a locked voucher, how often it is tried, and how long any charge may wait."""

Render = Callable[[ChargeAnswer, Language], HttpAnswer]
"""Renders an answer. It is called in any thread, so it must read nothing but its arguments."""


class TakeIn(Protocol):
    """`take_in_together`: decide and store what several senders sent at the same time."""

    def __call__(
        self, session: Session, intakes: Sequence[Intake], *, with_commit: bool
    ) -> list[list[ChargeAnswer]]: ...


@dataclass(slots=True)
class _Waiting:
    """A charge that waits, as data: any thread can decide it.

    Its thread waits for `woken`, and then finds an answer, an error, or a group that it has to decide.
    """

    intake: Intake
    language: Language
    request: IdempotentRequest | None
    vouchers: set[str]
    woken: Event = field(default_factory=Event)
    group: list[_Waiting] = field(default_factory=list)
    answer: HttpAnswer | None = None
    error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        """Whether there is an answer or an error."""
        return self.answer is not None or self.error is not None

    @property
    def met_a_lock(self) -> bool:
        """Whether the voucher was locked, so that the charge can be tried again."""
        return isinstance(self.error, LockNotAvailable)

    def try_again(self) -> None:
        """Forget the error."""
        self.error = None
        self.woken.clear()
        self.group = []


class WaitingCharges:
    """The charges that wait in this process; any number of threads decide charges through it."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        take_in: TakeIn,
        render: Render,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Decide groups with `take_in` in transactions from `sessions`, which are committed here."""
        self.sessions = sessions
        self.take_in = take_in
        self.render = render
        self.patience_seconds = patience_seconds
        self._lock = Lock()
        self._waiting: deque[_Waiting] = deque()
        self._groups = 0
        self._passed_over: Counter[int] = Counter()
        self._at_work: Counter[str] = Counter()

    def decide(
        self, intake: Intake, language: Language, request: IdempotentRequest | None = None
    ) -> HttpAnswer:
        """Decide and store an intake of one charge, and return its rendered answer.

        The answer to an idempotent request is stored in the same transaction. An error of one charge is
        raised to its own caller only: the others of its group are decided again without it.

        Raises:
            LockNotAvailable: The voucher stayed locked, or other charges of the provider wait for locks.
        """
        vouchers = {key.voucher for key in intake.read_keys() if key.voucher}
        own = _Waiting(intake, language, request, vouchers)
        self._wait_for_answer(own)
        if own.met_a_lock:
            self._wait_for_lock(own)
        if own.error is not None:
            raise own.error
        assert own.answer is not None
        return own.answer

    def _wait_for_answer(self, own: _Waiting) -> None:
        self._queue(own)
        while not own.is_done:
            if own.group:
                group, own.group = own.group, []
                self._decide(group)
            else:
                own.woken.wait()
                own.woken.clear()

    def _wait_for_lock(self, own: _Waiting) -> None:
        """Try the charge again and again; after some moments few of its provider's charges may wait so."""
        provider_id, begun, is_counted = own.intake.provider_id, monotonic(), False
        while own.met_a_lock and monotonic() - begun < self.patience_seconds:
            if not is_counted and monotonic() - begun > SHORT_LOCK_SECONDS:
                if not self._may_wait_on(provider_id):
                    return
                is_counted = True
            sleep(RETRY_SECONDS)
            own.try_again()
            self._wait_for_answer(own)
        if is_counted:
            with self._lock:
                self._passed_over[provider_id] -= 1

    def _may_wait_on(self, provider_id: int) -> bool:
        with self._lock:
            if self._passed_over[provider_id] == MOST_PASSED_OVER:
                return False
            self._passed_over[provider_id] += 1
            return True

    def _queue(self, own: _Waiting) -> None:
        """Queue the charge; give its thread a group if another group may be decided now."""
        with self._lock:
            self._waiting.append(own)
            if self._groups < MAX_GROUPS:
                own.group = self._next_group()
                self._groups += bool(own.group)

    def _next_group(self) -> list[_Waiting]:
        """Take the next charges, except those of vouchers in a group at work: they would meet its locks."""
        group: list[_Waiting] = []
        left: deque[_Waiting] = deque()
        while self._waiting and len(group) < MAX_GROUP_SIZE:
            waiting = self._waiting.popleft()
            (left if waiting.vouchers & self._at_work.keys() else group).append(waiting)
        self._waiting.extendleft(reversed(left))
        self._at_work.update(voucher for waiting in group for voucher in waiting.vouchers)
        return group

    def _decide(self, group: list[_Waiting]) -> None:
        """Decide a group, then hand the charges that arrived meanwhile to the thread of the first of them."""
        try:
            self._together(group)
        finally:
            with self._lock:
                self._at_work.subtract(voucher for waiting in group for voucher in waiting.vouchers)
                self._at_work += Counter()  # without zeros
                following = self._next_group()
                self._groups -= not following
            if following:
                following[0].group = following
                following[0].woken.set()
            for waiting in group:
                waiting.woken.set()

    def _together(self, group: list[_Waiting]) -> None:
        try:
            with self.sessions() as session:
                decided = self.take_in(session, [waiting.intake for waiting in group], with_commit=True)
                rendered = []
                for waiting, (answer,) in zip(group, decided, strict=True):
                    rendered.append(self.render(answer, waiting.language))
                    if waiting.request is not None:
                        execute_with_commit(session, *waiting.request.store(rendered[-1]))
                failpoint("charge.before_commit")
                commit(session)
        except LockNotAvailable as error:
            self._without_locked(group, error)
            return
        except BaseException as error:  # noqa: BLE001  # it is raised to the callers of the charges
            self._one_by_one(group, error)
            return
        for waiting, http_answer in zip(group, rendered, strict=True):
            waiting.answer = http_answer

    def _without_locked(self, group: list[_Waiting], error: LockNotAvailable) -> None:
        """Decide the charges whose vouchers are not locked; the others get the error."""
        with self.sessions() as session:
            locked = vouchers_in_use(session, {name for waiting in group for name in waiting.vouchers})
        passed_over = [at for at, waiting in enumerate(group) if waiting.vouchers & locked]
        for at in passed_over:
            group[at].error = error
        others = [waiting for at, waiting in enumerate(group) if at not in passed_over]
        if passed_over and others:
            self._together(others)
        elif others:
            self._one_by_one(others, error)

    def _one_by_one(self, group: list[_Waiting], error: BaseException) -> None:
        """Decide each charge of a failed group alone, so that only the faulty one gets the error."""
        if len(group) == 1:
            group[0].error = error
            return
        for waiting in group:
            self._together([waiting])
