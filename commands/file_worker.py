"""Processes queued charge files, and dry runs of long ones, in threads of `omatori serve`."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from foundation.database.session import DATABASE_ERRORS, make_sessions
from provider_portal.actions.end_stopped_files import end_next_stopped
from provider_portal.actions.queued_files import take_in_queued
from provider_portal.actions.try_file import request_of, run_trial
from provider_portal.load.file_trials import claim_trial
from provider_portal.load.file_work import FileWork, claim_work
from provider_portal.write.file_trials import MOST_TRIES as MOST_TRIES_OF_TRIAL
from provider_portal.write.file_trials import note_failed_trial
from provider_portal.write.file_work import MOST_TRIES, note_failure, take_turn

Key = TypeVar("Key")
log = logging.getLogger(__name__)
POLL_SECONDS = 0.5
SHORT_ROWS = 2_500
"""A second worker processes files up to this length, so that they never wait for a long one."""


class QueueWorker(ABC):
    """Polls for queued work in a thread.

    Any number of processes may run workers. Work is claimed by a lock that ends with its transaction, so that
    the work of a killed worker is claimed by the next one.
    """

    def __init__(self, engine: Engine) -> None:
        self.sessions = make_sessions(engine)
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True, name="charge-files")

    def start(self) -> None:
        """Start the thread."""
        self.thread.start()

    def stop(self) -> None:
        """Finish the current file, then stop the thread."""
        self.ending.set()
        self.thread.join()

    @abstractmethod
    def work_once(self) -> bool:
        """Process one file; return False if none is queued."""

    def _in_own_transaction(self, step: Callable[[Session, Key], None], key: Key) -> None:
        """Run a step in a transaction of its own, so that it is visible at once and outlives a rollback."""
        with self.sessions.begin() as own:
            step(own, key)

    def _run(self) -> None:
        while not self.ending.is_set():
            if not self._work_safely():
                self.ending.wait(POLL_SECONDS)

    def _work_safely(self) -> bool:
        try:
            return self.work_once()
        except DATABASE_ERRORS:
            log.warning("charge files: the database cannot be reached; will try again")
        except Exception:
            log.exception("a charge file could not be processed")
        return False


class FileWorker(QueueWorker):
    """Stores the charges of queued files slice by slice, and goes on where a killed worker ended."""

    def __init__(
        self,
        engine: Engine,
        *,
        most_rows: int | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Process only files of at most `most_rows` rows if it is given.

        With a `clock`, stopped files whose last day has passed are ended while nothing else is queued.
        """
        super().__init__(engine)
        self.most_rows, self.clock = most_rows, clock

    def work_once(self) -> bool:
        """Process one file; return False if none is queued."""
        with self.sessions() as claim:
            work = claim_work(claim, most_rows=self.most_rows)
            if work is not None:
                self._try(work)
        if work is None and self.clock is not None:
            return end_next_stopped(self.sessions, now=self.clock())
        return work is not None

    def _try(self, work: FileWork) -> None:
        try:
            self._take_in(work)
        except Exception:
            self._in_own_transaction(note_failure, work.file_id)
            raise

    def _take_in(self, work: FileWork) -> None:
        self._in_own_transaction(take_turn, work.provider_id)
        if work.tries >= MOST_TRIES:
            self._in_own_transaction(note_failure, work.file_id)
            return
        take_in_queued(self.sessions, work)


class TrialWorker(QueueWorker):
    """Does the dry runs of long files, one at a time, so that those which are stored never wait for one."""

    def work_once(self) -> bool:
        """Do one dry run; return False if none is queued."""
        with self.sessions() as claim:
            work = claim_trial(claim)
            if work is None:
                return False
            try:
                self._in_own_transaction(take_turn, work.provider_id)
                if work.tries >= MOST_TRIES_OF_TRIAL:
                    self._in_own_transaction(note_failed_trial, request_of(work))
                else:
                    run_trial(self.sessions, work)
            except Exception:
                self._in_own_transaction(note_failed_trial, request_of(work))
                raise
        return True
