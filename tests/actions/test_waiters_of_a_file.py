"""Whoever waits for one slice of a long file gets all its vouchers after a few slices, not after the last."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from threading import Thread
from time import sleep

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from clearing.charges.batch.commit_slices import FileCommitter
from clearing.charges.batch.worker_process import SliceDecider
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.reading.intake import Intake
from clearing.ledger.load.balances import lock_balances
from foundation.database.session import make_engine, make_sessions
from foundation.database.waiters import PAUSE_SECONDS, let_pass, waiters_of
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW
from tests.builders.chosen_offering import a_chosen_offering
from tests.builders.funding import a_choice, a_client, a_funding

SLICES = 12
_SOMEBODY_WAITS = text("""
SELECT EXISTS (
    SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()
)
""")


class TwoAtWork(SliceDecider):
    """Decides here, and has two slices at work as with a worker process."""

    max_in_progress = 2


class LongFile:
    """A file with a slice for each of twelve vouchers, and somebody who locks all of them after the first."""

    def __init__(self, engine: Engine) -> None:
        self.sessions = make_sessions(engine)
        self.stored = 0
        self.stored_when_locked: int | None = None
        self.waiter = Thread(target=self.lock_all)
        with self.sessions.begin() as session:
            chosen = a_chosen_offering(session)
            fundings = [chosen.funding]
            for _ in range(SLICES - 1):
                fundings.append(a_funding(session, chosen.county, a_client(session, chosen.county)))
                a_choice(session, fundings[-1], chosen.offering, held_cents=20_000)
            self.provider_id = chosen.provider.id
            self.funding_ids = [funding.id for funding in fundings]
            self.vouchers = [funding.voucher for funding in fundings]

    def lock_all(self) -> None:
        """Lock what an approval locks, in id order."""
        with self.sessions() as session:
            lock_balances(session, self.funding_ids)
            self.stored_when_locked = self.stored

    def keep(self, session: Session, _places: Sequence[int], _answers: Sequence[ChargeAnswer]) -> None:
        """Commit a slice; the first one only when somebody waits for it.

        The file goes on when who waited has met the next lock or has them all: how fast the machine wakes
        them is not what is tested.
        """
        if not self.stored:
            self.waiter.start()
            while not waiters_of(session):
                sleep(PAUSE_SECONDS)
        self.stored += 1
        session.commit()
        while self.stored_when_locked is None and not session.scalar(_SOMEBODY_WAITS):
            sleep(PAUSE_SECONDS)
        session.rollback()

    def take_in(self) -> None:
        sent = [
            {
                "reference": f"V-{number}",
                "voucher": voucher,
                "service": "PERSONAL_ASSISTANCE",
                "service_day": "2026-11-16",
                "quantity": "1.00",
                "unit": "hour",
                "unit_price": "36.00",
            }
            for number, voucher in enumerate(self.vouchers)
        ]
        actor = Actor(None, Role.PROVIDER_BILLER, "test", provider_id=self.provider_id)
        intake = Intake(self.provider_id, sent, actor, NOW)
        with self.sessions() as session, self.sessions() as other:
            decider = TwoAtWork(None)
            FileCommitter((session, other), intake, intake.read_keys(), decider, self.keep, 0).commit_slices(
                1, ()
            )
        self.waiter.join()


def test_who_waits_for_one_slice_does_not_wait_for_all(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    file = LongFile(engine)
    file.take_in()
    engine.dispose()
    assert file.stored == SLICES
    assert file.stored_when_locked == 2


def test_who_is_let_pass_is_waited_for_no_longer_than_said(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        funding_id = a_chosen_offering(session).funding.id
    with sessions() as holder, sessions() as passing, closing(sessions()) as waiter:
        lock_balances(holder, [funding_id])
        thread = Thread(target=lock_balances, args=(waiter, [funding_id]))
        thread.start()
        while not (waiters := waiters_of(holder)):
            pass
        assert len(waiters) == 1
        let_pass(passing, waiters, seconds=0.05)
        holder.rollback()
        thread.join()
        assert waiters_of(holder) == []
        waiter.rollback()
        let_pass(passing, waiters, seconds=60)
    engine.dispose()
