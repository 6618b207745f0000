"""Take in a large file slice by slice, each in a transaction of its own.

Only the vouchers of the slices at work are locked, for some tenths of a second. What some rule compares is in
one slice, or in pieces that follow each other (see `slices`), so the outcome is that of the file at once
unless somebody else changes a voucher between two pieces (docs/decisions/0097).
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from psycopg.errors import LockNotAvailable
from sqlalchemy.orm import Session

from clearing.charges.batch.decide_slice import SliceTask
from clearing.charges.batch.slice_steps import (
    garbage_collection_off,
    load_task,
    repeated_answers,
    store_slice,
)
from clearing.charges.batch.slices import slices_of
from clearing.charges.batch.worker_process import SliceDecider
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.reading.charge_keys import ChargeKeys
from clearing.charges.reading.intake import Intake
from clearing.ledger.load.balances import lock_vouchers
from clearing.ledger.write.audit import store_notes
from foundation.database.waiters import let_pass, waiters_of

Keep = Callable[[Session, Sequence[int], Sequence[ChargeAnswer]], bool | None]
"""Stores what the caller needs of a slice (the places of its charges and their answers), and commits.

Returns True if no further slice shall be stored.
"""
SHORT_WAIT_MS = 50
LET_PASS_SECONDS = 1.0
"""How long the next slice is not locked because somebody who needs many vouchers waited for this one."""


@dataclass(frozen=True, slots=True)
class FileCommitter:
    """Decides and stores the charges of a file, with what all its slices share.

    While a worker process decides one slice, the next is locked and loaded in the other session, unless
    somebody waits for the first: an approval that locks the vouchers of a run would meet slice after slice.

    Attributes:
        sessions: Two sessions, used in turn.
        keep: Commits a slice.
        newest_id: The newest charge id before the file (see `load_task`).
    """

    sessions: tuple[Session, Session]
    intake: Intake
    keys: Sequence[ChargeKeys]
    decider: SliceDecider
    keep: Keep
    newest_id: int

    def commit_slices(self, slice_size: int, done: Collection[int]) -> bool:
        """Decide and store the charges that are not `done` (places), at most `slice_size` in a transaction.

        Return False if `keep` ended it before all were stored.

        Each slice leaves an audit row. If the process ends, what was committed stays, and the same call with
        the places that are done goes on.
        """
        with garbage_collection_off():
            return self._take_in(slice_size, [place for place in range(len(self.keys)) if place not in done])

    def _take_in(self, slice_size: int, left: Sequence[int]) -> bool:
        parts = slices_of(
            [self.keys[place] for place in left],
            max_size=slice_size,
            order=lambda at: self.intake.order_of(left[at]),
        )
        (session, other), at_work = self.sessions, None
        for part in parts:
            places = [left[at] for at in part.places]
            if at_work is not None and (waiters := waiters_of(other)):
                if self._store(other, at_work):
                    return False
                let_pass(other, waiters, seconds=LET_PASS_SECONDS)
                at_work = None
            may_overlap = not part.is_piece and self.decider.max_in_progress > 1
            task = self._load(session, places, part.is_piece, SHORT_WAIT_MS) if may_overlap else None
            if task is None and at_work is not None:
                if self._store(other, at_work):
                    return False
                at_work = None
            task = task or self._load(session, places, part.is_piece, None)
            assert task is not None
            self.decider.submit(task)
            if at_work is not None and self._store(other, at_work):
                return False
            at_work, session, other = places, other, session
        return at_work is None or not self._store(other, at_work)

    def _load(
        self, session: Session, places: Sequence[int], is_piece: bool, wait_ms: int | None
    ) -> SliceTask | None:
        """Lock and load a slice. Return None if a lock is not free within `wait_ms`.

        Without a limit it may wait only while the other session holds no locks: who holds the lock may wait
        for those.
        """
        vouchers = {self.keys[place].voucher or "" for place in places}
        try:
            counties = lock_vouchers(session, vouchers, wait_ms=wait_ms)
        except LockNotAvailable:
            if wait_ms is None:
                raise
            session.rollback()
            return None
        return load_task(
            session,
            self.intake,
            self.keys,
            places,
            is_piece=is_piece,
            counties=counties,
            newest_id=self.newest_id,
        )

    def _store(self, session: Session, places: Sequence[int]) -> bool:
        """Store the slice that was submitted first, and commit it. Return True if it shall be the last."""
        decided = self.decider.result()
        answers = store_slice(session, self.keys, places, decided)
        store_notes(session, [self.intake.note(Counter(decided.outcomes).elements(), None)], [])
        answers |= repeated_answers(session, decided, answers)
        return bool(self.keep(session, places, [answers[at] for at in range(len(places))]))
