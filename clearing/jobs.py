"""The timetable: what the program does by itself. One process of many leads, by a lock of the database.

The lock lives as long as the leader's connection: when the leader stops, is killed, or loses the database,
another process takes over within seconds. Every job is safe to run twice. Here, and here alone in clearing,
transactions are committed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from clearing.ledger.actions.send_message import Sending, send_next_message
from clearing.ledger.gateways.mail import Post
from clearing.upkeep.actions.expire_fundings import expire_fundings
from clearing.upkeep.actions.seal_audit import seal_audit
from clearing.upkeep.actions.verify_books import verify_books
from clearing.upkeep.write.idempotency import forget_old_keys
from foundation.database.session import DATABASE_ERRORS, make_sessions

log = logging.getLogger(__name__)

LEADERS_LOCK = 7_241_003
HEARTBEAT_SECONDS = 2.0
OUTBOX_SECONDS = 5
SEAL_SECONDS = 60
FUNDINGS_AT_ONCE = 500
MOST_AT_ONCE = 200
"""Messages sent in one round, so that a long outbox does not keep the other jobs waiting."""


@dataclass(slots=True)
class Timetable:
    """Runs the jobs of this process while it leads; `clock` tells the time to the jobs."""

    engine: Engine
    post: Post
    clock: Callable[[], datetime]
    outbox_seconds: int = OUTBOX_SECONDS
    fundings_at_once: int = FUNDINGS_AT_ONCE
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    leads: Event = field(default_factory=Event)
    _stopping: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        """Wait for the lead in a thread of its own, and run the jobs once it is had."""
        self._thread = Thread(target=self._run, daemon=True, name="timetable")
        self._thread.start()

    def stop(self) -> None:
        """Let running jobs end, and give the lead away."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._lead_if_free()
            except DATABASE_ERRORS:
                log.warning("the timetable lost the database; it tries again")
            self._stopping.wait(self.heartbeat_seconds)

    def _lead_if_free(self) -> None:
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LEADERS_LOCK}):
                return
            scheduler = self._scheduler()
            scheduler.start()
            self.leads.set()
            try:
                while not self._stopping.wait(self.heartbeat_seconds):
                    connection.execute(text("SELECT 1"))
            finally:
                self.leads.clear()
                scheduler.shutdown(wait=True)
        finally:
            connection.invalidate()  # ends the database's session and with it the lock
            connection.close()

    def _scheduler(self) -> BackgroundScheduler:
        once = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = BackgroundScheduler(timezone="Europe/Helsinki", job_defaults=once)
        scheduler.add_job(self._in_peace(self.send_outbox), IntervalTrigger(seconds=self.outbox_seconds))
        scheduler.add_job(self._in_peace(self.forget_keys), CronTrigger(minute=17))
        scheduler.add_job(self._in_peace(self.seal), IntervalTrigger(seconds=SEAL_SECONDS))
        scheduler.add_job(self._in_peace(self.expire), CronTrigger(hour=2, minute=20))
        scheduler.add_job(self._in_peace(self.verify), CronTrigger(hour=3, minute=10))
        return scheduler

    def _in_peace(self, job: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                job()
            except DATABASE_ERRORS:
                log.warning("%s: the database is away; tried again next time", job.__name__)

        return run

    def _transaction(self) -> Session:
        return make_sessions(self.engine)()

    def send_outbox(self) -> int:
        """Send what is due, each message in a transaction of its own; returns how many left."""
        sent = 0
        for _ in range(MOST_AT_ONCE):
            with self._transaction() as session, session.begin():
                became = send_next_message(session, post=self.post, now=self.clock())
            if became is Sending.NOTHING_DUE:
                break
            sent += became is Sending.SENT
        return sent

    def seal(self) -> int:
        """Seal the new rows of the audit log; return how many."""
        with self._transaction() as session, session.begin():
            return seal_audit(session, now=self.clock())

    def expire(self) -> int:
        """Return money that nobody can charge any more, a slice a transaction; returns how many slices."""
        slices, last = 0, 0
        while True:
            with self._transaction() as session, session.begin():
                done = expire_fundings(session, after=last, most=self.fundings_at_once, now=self.clock())
            if done is None:
                return slices
            slices, last = slices + 1, done

    def verify(self) -> bool:
        """Let the books check themselves; what differs is logged as an error, for the operator's alarm."""
        repeatable = self.engine.execution_options(isolation_level="REPEATABLE READ")
        with make_sessions(repeatable)() as session:
            report = verify_books(session)
        for difference in report.differences:
            log.error("the books do not agree: %s", difference)
        return report.agrees

    def forget_keys(self) -> int:
        """Forget idempotency keys older than 24 hours."""
        with self._transaction() as session, session.begin():
            return forget_old_keys(session, self.clock())
