"""The plug pulled at every fail point, and two people at the same moment: nothing lost or paid twice."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.load.payment_runs import run_contents
from clearing.payments.rules.settling import RunState
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database import failpoints
from foundation.database.session import make_engine
from foundation.database.tables import outbox, payments
from foundation.vocabulary.refusals import UnexpectedRefusalError
from foundation.vocabulary.roles import Actor
from tests.builders import NOW
from tests.builders.settling import (
    SettlingWorld,
    a_settling_world,
    account_sums,
    payments_in,
    statement_of,
)

Step = Callable[[Session], object]


class Town:
    """A world in a database of its own, whose steps commit."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = make_engine(url)
        with Session(self.engine) as session:
            self.world: SettlingWorld = a_settling_world(session, providers_count=3)
            for index in range(3):
                self.world.charge(session, index)
                self.world.charge(session, index, hours=1)
            session.expunge_all()
            session.commit()
        self.run_id = 0
        self.bank_file = b""

    def prepare(self, session: Session) -> None:
        self.run_id = self.world.prepare(session).run.id

    def approve(self, session: Session) -> None:
        contents = run_contents(session, self.run_id)
        assert contents is not None
        self.world.approve(session, contents)

    def export(self, session: Session) -> None:
        contents = run_contents(session, self.run_id)
        assert contents is not None
        self.bank_file = self.world.export(session, contents)

    def ingest(self, session: Session) -> None:
        sent = payments_in(self.bank_file)
        first = dict(list(sent.items())[:1])
        self.world.ingest(session, statement_of(first, returned=True))
        self.world.ingest(session, statement_of(dict(list(sent.items())[1:])))

    def commit(self, step: Step) -> None:
        """Run a step in a transaction of its own, here."""
        with Session(self.engine) as session, session.begin():
            step(session)

    def killed(self, step: Step, place: str) -> int:
        """Run a step in a process of its own that is killed at the place; how it ended."""
        self.engine.dispose()
        child = os.fork()
        if child == 0:
            failpoints.arm(f"{place}:kill", production=False)
            self.engine = make_engine(self.url)
            self.commit(step)
            os._exit(0)
        return os.waitpid(child, 0)[1]


@pytest.fixture
def town(fresh_database: str) -> Iterator[Town]:
    town = Town(fresh_database)
    yield town
    town.engine.dispose()


STEPS = ("prepare", "approve", "export", "ingest")


@pytest.mark.parametrize("place", [name for name in failpoints.NAMES if name.startswith("settle.")])
def test_killed_anywhere_and_resumed(town: Town, place: str) -> None:
    killed = 0
    for name in STEPS:
        step = getattr(town, name)
        if place.startswith(f"settle.{name}."):
            assert town.killed(step, place) == signal.SIGKILL
            killed += 1
        town.commit(step)
    assert killed == 1
    with Session(town.engine) as session:
        sums = account_sums(session)
        assert (sums[Account.PAYABLE], sums[Account.TRANSIT], sums[Account.BANK]) == (10_800, 0, 21_600)
        assert verify_books(session).differences == ()
        runs = [row.state for row in session.scalars(select(payments.PaymentRun))]
        assert runs == [RunState.CLOSED]
        advices = select(func.count()).where(outbox.OutboxMessage.kind == "payment_advice")
        assert session.scalar(advices) == 3


def test_a_killed_step_leaves_nothing_behind(town: Town) -> None:
    assert town.killed(town.prepare, "settle.prepare.after_audit") == signal.SIGKILL
    with Session(town.engine) as session:
        assert session.scalar(select(func.count()).select_from(payments.PaymentRun)) == 0
        assert session.scalar(select(func.count()).select_from(payments.Payment)) == 0


def at_once(town: Town, steps: list[Step]) -> list[object]:
    """Run the steps at the same moment; what each returned or raised."""
    start = threading.Barrier(len(steps))

    def one(step: Step) -> object:
        with Session(town.engine) as session, session.begin():
            session.scalar(select(1))
            start.wait()
            try:
                return step(session)
            except UnexpectedRefusalError as refused:
                session.rollback()
                return refused.refusal.code

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(one, steps))


def test_two_people_at_once_get_the_same_bytes_and_send_once(town: Town) -> None:
    town.commit(town.prepare)
    town.commit(town.approve)

    def by(actor: Actor) -> Step:
        return lambda session: export_bank_file(session, town.run_id, actor=actor, now=NOW)

    assert len(set(at_once(town, [by(town.world.officer), by(town.world.approver)] * 3))) == 1
    with Session(town.engine) as session:
        sums = account_sums(session)
        assert (sums[Account.PAYABLE], sums[Account.TRANSIT]) == (0, 32_400)


def test_two_approvers_at_once_settle_once(town: Town) -> None:
    town.commit(town.prepare)
    results = at_once(town, [town.approve] * 4)
    assert sorted(map(str, results)) == ["None", *["run_not_in_state"] * 3]
    with Session(town.engine) as session:
        assert account_sums(session)[Account.PAYABLE] == 32_400


def test_pipeline_twice_at_once_freezes_every_charge_once(town: Town) -> None:
    at_once(town, [lambda session: town.world.prepare(session).run.id] * 4)
    with Session(town.engine) as session:
        states = sorted(row.state for row in session.scalars(select(payments.PaymentRun)))
        assert states == ["cancelled", "cancelled", "cancelled", "prepared"]
        assert session.scalar(select(func.sum(payments.Payment.sum_cents))) == 32_400


def test_the_same_answer_given_in_by_many_at_once_counts_once(town: Town) -> None:
    for name in STEPS[:3]:
        town.commit(getattr(town, name))
    answer = statement_of(payments_in(town.bank_file))
    at_once(town, [lambda session: town.world.ingest(session, answer).matched] * 4)
    with Session(town.engine) as session:
        sums = account_sums(session)
        assert (sums[Account.TRANSIT], sums[Account.BANK]) == (0, 32_400)
        assert verify_books(session).agrees


def test_withdrawing_while_approving_never_breaks_the_books(town: Town) -> None:
    from clearing.charges.actions.withdraw_charge import withdraw_charge
    from foundation.database.tables.charges import Charge

    town.commit(town.prepare)
    with Session(town.engine) as session:
        ids = list(session.scalars(select(Charge.id).order_by(Charge.id)))
    withdraw: list[Step] = [
        lambda session, key=key: withdraw_charge(session, key, actor=town.world.biller, now=NOW)  # type: ignore[misc]
        for key in ids[:3]
    ]
    at_once(town, [town.approve, *withdraw])
    with Session(town.engine) as session:
        assert verify_books(session).differences == ()


def test_withdrawing_what_is_being_frozen_is_no_difference(town: Town) -> None:
    from clearing.charges.actions.withdraw_charge import withdraw_charge
    from foundation.database.tables.charges import Charge
    from tests.builders import NOW

    with Session(town.engine) as session:
        key = session.scalar(select(func.min(Charge.id)))
        assert key is not None
    failpoints.arm("settle.prepare.after_freeze:delay", production=False)
    try:
        with ThreadPoolExecutor(1) as pool:
            preparing = pool.submit(town.commit, town.prepare)
            sleep(failpoints.DELAY_SECONDS / 2)
            town.commit(lambda session: withdraw_charge(session, key, actor=town.world.biller, now=NOW))
            preparing.result()
    finally:
        failpoints.arm(None, production=False)
    with pytest.raises(UnexpectedRefusalError) as refused:
        town.commit(town.approve)
    assert refused.value.refusal.code == "run_changed"
