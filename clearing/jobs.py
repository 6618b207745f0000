"""The timetable: jobs that run without a request. One process is the leader and runs them.

The leader has an advisory lock of the database, for as long as its connection lives. When the leader stops,
is killed, or loses the database, another process takes over within seconds. Every job can safely run twice.
Each job commits its own transactions.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Event, Thread
from typing import TypeVar

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from clearing.co_payments.actions.tell_of_bills import tell_of_bills
from clearing.ledger.actions.send_message import Sending, send_next_message
from clearing.ledger.gateways.mail import Post
from clearing.payments.actions.compare_with_stripe import compare_all
from clearing.payments.actions.send_stripe_calls import CallResult, send_next_call
from clearing.payments.actions.take_account import read_again
from clearing.payments.gateways.stripe_rail import StripeRail
from clearing.plans.actions.plan_again import plan_marked, plan_next
from clearing.plans.actions.work_out_free_times import work_out_next
from clearing.plans.write.visit_links import delete_dead_links
from clearing.upkeep.actions.anchor_audit import AuditProof, anchor_audit
from clearing.upkeep.actions.apply_retention import apply_retention
from clearing.upkeep.actions.expire_fundings import expire_fundings
from clearing.upkeep.actions.follow_mergers import follow_mergers
from clearing.upkeep.actions.forget_messages import forget_messages
from clearing.upkeep.actions.judge_alerts import judge_next
from clearing.upkeep.actions.judge_county import judge_next_county
from clearing.upkeep.actions.mail_auditors import mail_check
from clearing.upkeep.actions.note_check import note_check
from clearing.upkeep.actions.note_jobs import JobNotes
from clearing.upkeep.actions.remind_of_papers import remind_of_papers
from clearing.upkeep.actions.remind_of_runs import remind_of_runs
from clearing.upkeep.actions.seal_audit import seal_audit
from clearing.upkeep.actions.verify_books import verify_books
from clearing.upkeep.write.idempotency import delete_old_keys
from clearing.webhooks.actions.send_webhooks import WebhookSending, send_webhooks
from foundation.database.session import DATABASE_ERRORS, make_sessions
from foundation.vocabulary.dates import helsinki_day

log = logging.getLogger(__name__)
Result = TypeVar("Result")

LEADER_LOCK = 7_241_003
HEARTBEAT_SECONDS = 2.0
OUTBOX_SECONDS = STRIPE_SECONDS = WEBHOOK_SECONDS = 5
SEAL_SECONDS = PLAN_SECONDS = 60
FREE_TIMES_SECONDS = BILLS_SECONDS = 300
PLANS_AT_ONCE = 50
"""How many fundings are planned in one transaction: their charges wait for it."""
FUNDINGS_AT_ONCE, MESSAGES_AT_ONCE = 500, 1000
MOST_AT_ONCE = 200
"""The most messages to send in one run, so that a long outbox does not delay the other jobs."""


@dataclass(slots=True)
class Timetable:
    """Runs the jobs while this process is the leader. `clock` gives the jobs the current time.

    `public_url` begins the links in mails. With an `audit_mail`, that address gets each night's anchor, and a
    mail when the books do not agree. `stripe` are the counties that have keys, by code.
    """

    engine: Engine
    post: Post
    clock: Callable[[], datetime]
    proof: AuditProof
    audit_mail: str | None = None
    public_url: str = ""
    outbox_seconds: int = OUTBOX_SECONDS
    fundings_at_once: int = FUNDINGS_AT_ONCE
    messages_at_once: int = MESSAGES_AT_ONCE
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    stripe: Mapping[str, StripeRail] = field(default_factory=dict)
    webhooks: WebhookSending | None = None
    is_leader: Event = field(default_factory=Event)
    _stopping: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        """Start a thread that waits until this process is the leader, and then runs the jobs."""
        self._thread = Thread(target=self._run, daemon=True, name="timetable")
        self._thread.start()

    def stop(self) -> None:
        """Wait for running jobs to end, and stop being the leader."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._run_if_leader()
            except DATABASE_ERRORS:
                log.warning("the timetable lost its database connection; it tries again")
            self._stopping.wait(self.heartbeat_seconds)

    def _run_if_leader(self) -> None:
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LEADER_LOCK}):
                return
            scheduler = self._scheduler()
            scheduler.start()
            self.is_leader.set()
            try:
                while not self._stopping.wait(self.heartbeat_seconds):
                    connection.execute(text("SELECT 1"))
            finally:
                self.is_leader.clear()
                scheduler.shutdown(wait=True)
        finally:
            connection.invalidate()  # ends the database's session and with it the lock
            connection.close()

    def _scheduler(self) -> BackgroundScheduler:
        once = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = BackgroundScheduler(timezone="Europe/Helsinki", job_defaults=once)
        for job, trigger in self._jobs():
            scheduler.add_job(self._noted(job, trigger), trigger)
        return scheduler

    def _jobs(self) -> list[tuple[Callable[[], object], BaseTrigger]]:
        """Return each job with its times. Names of jobs are stored: they never change."""

        def daily(hour: int, minute: int, **more: str) -> CronTrigger:
            return CronTrigger(hour=hour, minute=minute, timezone="Europe/Helsinki", **more)

        return [
            (self.send_outbox, IntervalTrigger(seconds=self.outbox_seconds)),
            (self.delete_keys, CronTrigger(minute=17)),
            (self.seal, IntervalTrigger(seconds=SEAL_SECONDS)),
            (self.anchor, CronTrigger(minute=37)),
            (self.merge, daily(2, 5)),
            (self.expire, daily(2, 20)),
            (self.plan_marked, IntervalTrigger(seconds=PLAN_SECONDS)),
            (self.plan, daily(2, 40)),
            (self.work_out_free_times, IntervalTrigger(seconds=FREE_TIMES_SECONDS)),
            (self.forget_messages, daily(2, 50)),
            (self.apply_retention, daily(3, 40)),
            (self.judge, daily(4, 10, day_of_week="mon")),
            (self.verify, daily(3, 10)),
            (self.remind_of_papers, daily(6, 10)),
            (self.remind_of_runs, daily(6, 20)),
            (self.tell_of_bills, IntervalTrigger(seconds=BILLS_SECONDS)),
            (self.pay_by_stripe, IntervalTrigger(seconds=STRIPE_SECONDS)),
            (self.compare_with_stripe, CronTrigger(minute=47)),
            (self.send_webhooks, IntervalTrigger(seconds=WEBHOOK_SECONDS)),
        ]

    def _noted(self, job: Callable[[], object], trigger: BaseTrigger) -> Callable[[], None]:
        """Return the job as the scheduler calls it: it notes its runs, for the page of jobs."""
        name = job.__name__
        note = JobNotes(make_sessions(self.engine), name, trigger, self.clock)

        def run() -> None:
            try:
                note.began()
                note.ended(job())
            except DATABASE_ERRORS:
                log.warning("%s: the database is not available; the job runs again next time", name)
            except Exception as error:
                note.failed(type(error).__name__)
                raise

        return run

    def _transaction(self) -> Session:
        return make_sessions(self.engine)()

    def _once(self, step: Callable[..., Result]) -> Result:
        """Do a step in a transaction of its own."""
        with self._transaction() as session, session.begin():
            return step(session, now=self.clock())

    def _in_batches(self, step: Callable[..., int | None]) -> int:
        """Do each step after the last key of the one before, each committed; return how many there were."""
        batches, last = 0, 0
        while True:
            done = self._once(partial(step, after=last))
            if done is None:
                return batches
            batches, last = batches + 1, done

    def send_outbox(self) -> int:
        """Send the messages that are due, each in its own transaction; return how many were sent."""
        sent = 0
        for _ in range(MOST_AT_ONCE):
            result = self._once(partial(send_next_message, post=self.post))
            if result is Sending.NOTHING_DUE:
                break
            sent += result is Sending.SENT
        return sent

    def seal(self) -> int:
        """Seal the new rows of the audit log; return how many."""
        return self._once(partial(seal_audit, keys=self.proof.keys))

    def anchor(self) -> str | None:
        """Keep the chain's last value outside the database, each hour; return it if it is new."""
        with self._transaction() as session:
            return anchor_audit(session, self.proof, now=self.clock())

    def merge(self) -> int:
        """Move what is in an ended municipality to its successor; return how many rows."""
        return self._once(follow_mergers)

    def expire(self) -> int:
        """Return money that can no longer be charged, in batches; return how many batches there were."""
        return self._in_batches(partial(expire_fundings, most=self.fundings_at_once))

    def plan_marked(self) -> int:
        """Plan the holds of fundings whose prices, approvals, terms or states changed; return how many."""
        return self._once(partial(plan_marked, most=PLANS_AT_ONCE))

    def plan(self) -> int:
        """Plan every funding's holds anew; return how many batches. Past addresses of visits go first."""
        self._once(lambda session, now: delete_dead_links(session, helsinki_day(now)))
        return self._in_batches(partial(plan_next, most=PLANS_AT_ONCE))

    def work_out_free_times(self) -> int:
        """Work out what is free of providers that give hours; return how many providers there are."""
        return self._in_batches(work_out_next)

    def forget_messages(self) -> int:
        """Delete messages whose last day is over, in batches; return how many."""
        deleted = 0
        while count := self._once(partial(forget_messages, most=self.messages_at_once)):
            deleted += count
        return deleted

    def apply_retention(self) -> int:
        """Remove data whose time is over; return how many rows."""
        return apply_retention(make_sessions(self.engine), now=self.clock())

    def judge(self) -> int:
        """Judge the early warnings: funding by funding, then county by county. Return how many batches."""
        fundings = self._in_batches(partial(judge_next, most=PLANS_AT_ONCE))
        return fundings + self._in_batches(judge_next_county)

    def verify(self) -> bool:
        """Verify the books and keep a new anchor; differences are logged, mailed, and stop the payments."""
        with make_sessions(self.engine.execution_options(isolation_level="REPEATABLE READ"))() as session:
            report = verify_books(session, self.proof)
        for difference in report.differences:
            log.error("the books do not agree: %s", difference)
        anchor = self.anchor()
        with self._transaction() as session, session.begin():
            note_check(session, report, now=self.clock())
            mail_check(session, report, anchor, to=self.audit_mail, now=self.clock())
        return report.agrees

    def remind_of_papers(self) -> int:
        """Mail the providers whose papers end; return of how many papers."""
        return self._once(partial(remind_of_papers, address=self.public_url))

    def remind_of_runs(self) -> int:
        """Mail the people who settle in a county whose payment run is late; return of how many counties."""
        return self._once(partial(remind_of_runs, address=self.public_url))

    def tell_of_bills(self) -> int:
        """Mail clients that a bill has come, or that its due day has passed; return how many batches."""
        return self._in_batches(tell_of_bills)

    def pay_by_stripe(self) -> int:
        """Do the calls to Stripe that are due, and read accounts again; return how many calls were done."""
        if not self.stripe:
            return 0
        sessions, done = make_sessions(self.engine), 0
        for _ in range(MOST_AT_ONCE):
            result = send_next_call(sessions, self.stripe, now=self.clock())
            if result is CallResult.NOTHING_DUE:
                break
            done += result is CallResult.DONE
        read_again(sessions, self.stripe, now=self.clock())
        return done

    def compare_with_stripe(self) -> int:
        """Compare payments with Stripe's own list; return how many transfers are not understood."""
        return compare_all(make_sessions(self.engine), self.stripe, now=self.clock())

    def send_webhooks(self) -> int:
        """Send providers' programs what has changed; return how many events were taken."""
        return send_webhooks(make_sessions(self.engine), self.webhooks, self.clock) if self.webhooks else 0

    def delete_keys(self) -> int:
        """Delete idempotency keys older than 24 hours."""
        return self._once(delete_old_keys)
