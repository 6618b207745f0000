"""Processes queued charge files in a thread of `omatori serve`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from foundation.database.session import DATABASE_ERRORS, make_sessions
from provider_portal.actions.take_in_file import take_in_queued
from provider_portal.load.file_work import FileWork, claim_work
from provider_portal.write.file_work import MOST_TRIES, begin_work, note_failure, store_progress

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5


class FileWorker:
    """Polls for queued files and processes each in a transaction of its own.

    Any number of processes may run a worker. A file is claimed by a lock that ends with its transaction, so
    that a file whose worker was killed is claimed by the next one. Progress is stored in other transactions.
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

    def work_once(self) -> bool:
        """Process one file; return False if none is queued."""
        work = None
        try:
            with self.sessions.begin() as session:
                work = claim_work(session)
                if work is not None:
                    self._take_in(session, work)
        except Exception:
            if work is not None:
                self._in_own_transaction(note_failure, work.file_id)
            raise
        return work is not None

    def _take_in(self, session: Session, work: FileWork) -> None:
        if work.tries >= MOST_TRIES:
            self._in_own_transaction(note_failure, work.file_id)
            return
        self._in_own_transaction(begin_work, work.file_id)
        take_in_queued(
            session,
            work,
            on_progress=lambda rows_done: self._in_own_transaction(store_progress, work.file_id, rows_done),
        )

    def _in_own_transaction(self, step: Callable[..., None], *arguments: int) -> None:
        """Run a step in a transaction of its own, so that it is visible at once and outlives a rollback."""
        with self.sessions.begin() as own:
            step(own, *arguments)

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
