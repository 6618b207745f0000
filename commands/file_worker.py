"""Takes in the charge files that were answered first: a thread of `omatori serve`."""

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
LOOK_EVERY_SECONDS = 0.5


class FileWorker:
    """Looks for waiting files and takes them in, each in a transaction of its own.

    Any number of processes may do so: a file is claimed by a lock that ends with its transaction, so a file
    whose worker was killed is taken up by the next one. Progress is told in transactions beside it.
    """

    def __init__(self, engine: Engine) -> None:
        self.sessions = make_sessions(engine)
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True, name="charge-files")

    def start(self) -> None:
        """Begin to look."""
        self.thread.start()

    def stop(self) -> None:
        """Finish the file in hand, then end."""
        self.ending.set()
        self.thread.join()

    def work_once(self) -> bool:
        """Take in one file; False where none waits."""
        work = None
        try:
            with self.sessions.begin() as session:
                work = claim_work(session)
                if work is not None:
                    self._take_in(session, work)
        except Exception:
            if work is not None:
                self._beside(note_failure, work.file_id)
            raise
        return work is not None

    def _take_in(self, session: Session, work: FileWork) -> None:
        if work.tries >= MOST_TRIES:
            self._beside(note_failure, work.file_id)
            return
        self._beside(begin_work, work.file_id)
        take_in_queued(
            session, work, on_progress=lambda rows_done: self._beside(store_progress, work.file_id, rows_done)
        )

    def _beside(self, inform: Callable[..., None], *words: int) -> None:
        """In a transaction of its own: seen at once, whatever becomes of the file's."""
        with self.sessions.begin() as own:
            inform(own, *words)

    def _run(self) -> None:
        while not self.ending.is_set():
            if not self._worked():
                self.ending.wait(LOOK_EVERY_SECONDS)

    def _worked(self) -> bool:
        try:
            return self.work_once()
        except DATABASE_ERRORS:
            log.warning("charge files: the database is away; tried again")
        except Exception:
            log.exception("a charge file could not be taken in")
        return False
