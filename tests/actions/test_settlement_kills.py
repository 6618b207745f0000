"""Killed at every fail point, and two people at the same moment: nothing is lost or paid twice."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import StoredCharge
from clearing.ledger.rules.postings import Account
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.load.payment_runs import run_contents
from clearing.payments.rules.settling import RunState
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database import failpoints
from foundation.database.tables import outbox, payments
from foundation.vocabulary.refusals import UnexpectedRefusalError
from foundation.vocabulary.roles import Actor
from tests.builders import NOW
from tests.builders.killed_steps import KillableSteps, Step
from tests.builders.settlement import (
    SettlementScenario,
    a_settlement_scenario,
    account_sums,
    payments_in,
    statement_of,
)

SUMS_UP = "UPDATE settlement s SET charge_count"
"""The statement after the one that freezes the charges of a run."""


class RunSteps(KillableSteps):
    """The steps of one payment run of three providers with two charges each."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        with Session(self.engine) as session:
            self.scenario: SettlementScenario = a_settlement_scenario(session, providers_count=3)
            for index in range(3):
                self.scenario.charge(session, index)
                self.scenario.charge(session, index, hours=1)
            session.expunge_all()
            session.commit()
        self.run_id = 0
        self.bank_file = b""

    def prepare(self, session: Session) -> None:
        self.run_id = self.scenario.prepare(session).run.id

    def approve(self, session: Session) -> None:
        contents = run_contents(session, self.run_id)
        assert contents is not None
        self.scenario.approve(session, contents)

    def export(self, session: Session) -> None:
        contents = run_contents(session, self.run_id)
        assert contents is not None
        self.bank_file = self.scenario.export(session, contents)

    def ingest(self, session: Session) -> None:
        sent = payments_in(self.bank_file)
        first = dict(list(sent.items())[:1])
        self.scenario.ingest(session, statement_of(sent))
        self.scenario.ingest(session, statement_of(first, returned=True))

    def decide(self, session: Session) -> None:
        assert self.scenario.decide(session) == 1


@pytest.fixture
def run_steps(fresh_database: str) -> Iterator[RunSteps]:
    run_steps = RunSteps(fresh_database)
    yield run_steps
    run_steps.close()


STEPS = ("prepare", "approve", "export", "ingest", "decide")
OF_STEPS = tuple(f"settle.{name}." for name in STEPS)


@pytest.mark.parametrize("fail_point", [name for name in failpoints.NAMES if name.startswith(OF_STEPS)])
def test_killed_anywhere_and_resumed(run_steps: RunSteps, fail_point: str) -> None:
    killed = 0
    for name in STEPS:
        step = getattr(run_steps, name)
        if fail_point.startswith(f"settle.{name}."):
            assert run_steps.killed(step, fail_point) == signal.SIGKILL
            killed += 1
        run_steps.commit(step)
    assert killed == 1
    with Session(run_steps.engine) as session:
        sums = account_sums(session)
        assert (sums[Account.PAYABLE], sums[Account.TRANSIT], sums[Account.BANK]) == (10_800, 0, 21_600)
        assert verify_books(session).differences == ()
        runs = [row.state for row in session.scalars(select(payments.PaymentRun))]
        assert runs == [RunState.CLOSED]
        advices = select(func.count()).where(outbox.OutboxMessage.kind == "payment_advice")
        assert session.scalar(advices) == 3


def test_a_killed_step_leaves_nothing_behind(run_steps: RunSteps) -> None:
    assert run_steps.killed(run_steps.prepare, "settle.prepare.after_audit") == signal.SIGKILL
    with Session(run_steps.engine) as session:
        assert session.scalar(select(func.count()).select_from(payments.PaymentRun)) == 0
        assert session.scalar(select(func.count()).select_from(payments.Payment)) == 0


def at_once(run_steps: RunSteps, steps: list[Step]) -> list[object]:
    """Run the steps at the same moment; return what each returned or raised."""
    start = threading.Barrier(len(steps))

    def run(step: Step) -> object:
        with Session(run_steps.engine) as session, session.begin():
            session.scalar(select(1))
            start.wait()
            try:
                return step(session)
            except UnexpectedRefusalError as refused:
                session.rollback()
                return refused.refusal.code

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def test_two_people_at_once_get_the_same_bytes_and_send_once(run_steps: RunSteps) -> None:
    run_steps.commit(run_steps.prepare)
    run_steps.commit(run_steps.approve)

    def by(actor: Actor) -> Step:
        return lambda session: export_bank_file(session, run_steps.run_id, actor=actor, now=NOW)

    assert (
        len(set(at_once(run_steps, [by(run_steps.scenario.officer), by(run_steps.scenario.approver)] * 3)))
        == 1
    )
    with Session(run_steps.engine) as session:
        sums = account_sums(session)
        assert (sums[Account.PAYABLE], sums[Account.TRANSIT]) == (0, 32_400)


def test_two_approvers_at_once_settle_once(run_steps: RunSteps) -> None:
    run_steps.commit(run_steps.prepare)
    results = at_once(run_steps, [run_steps.approve] * 4)
    assert sorted(map(str, results)) == ["None", *["run_not_in_state"] * 3]
    with Session(run_steps.engine) as session:
        assert account_sums(session)[Account.PAYABLE] == 32_400


def test_pipeline_twice_at_once_freezes_every_charge_once(run_steps: RunSteps) -> None:
    at_once(run_steps, [lambda session: run_steps.scenario.prepare(session).run.id] * 4)
    with Session(run_steps.engine) as session:
        states = sorted(row.state for row in session.scalars(select(payments.PaymentRun)))
        assert states == ["cancelled", "cancelled", "cancelled", "prepared"]
        assert session.scalar(select(func.sum(payments.Payment.sum_cents))) == 32_400


def test_an_answer_uploaded_many_times_at_once_counts_once(run_steps: RunSteps) -> None:
    for name in STEPS[:3]:
        run_steps.commit(getattr(run_steps, name))
    answer = statement_of(payments_in(run_steps.bank_file))
    at_once(run_steps, [lambda session: run_steps.scenario.ingest(session, answer).matched] * 4)
    with Session(run_steps.engine) as session:
        sums = account_sums(session)
        assert (sums[Account.TRANSIT], sums[Account.BANK]) == (0, 32_400)
        assert verify_books(session).agrees


def test_withdrawing_while_approving_never_breaks_the_books(run_steps: RunSteps) -> None:
    from clearing.charges.actions.withdraw_charge import withdraw_charge
    from foundation.database.tables.charges import Charge

    run_steps.commit(run_steps.prepare)
    with Session(run_steps.engine) as session:
        ids = list(session.scalars(select(Charge.id).order_by(Charge.id)))
    withdraw: list[Step] = [
        lambda session, key=key: withdraw_charge(session, key, actor=run_steps.scenario.biller, now=NOW)  # type: ignore[misc]
        for key in ids[:3]
    ]
    at_once(run_steps, [run_steps.approve, *withdraw])
    with Session(run_steps.engine) as session:
        assert verify_books(session).differences == ()


def test_withdrawing_what_is_being_frozen_is_no_difference(run_steps: RunSteps) -> None:
    """Another connection withdraws a charge after the statement that froze it, before the run is there."""
    from clearing.charges.actions.withdraw_charge import withdraw_charge
    from foundation.database.tables.charges import Charge
    from tests.builders import NOW

    with Session(run_steps.engine) as session:
        key = session.scalar(select(func.min(Charge.id)))
    withdrawn: list[object] = []

    def withdraw_when_frozen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if SUMS_UP in statement:
            biller = run_steps.scenario.biller
            step: Step = lambda session: withdraw_charge(session, key or 0, actor=biller, now=NOW)  # noqa: E731
            withdrawn.append(run_steps.commit(step))

    event.listen(run_steps.engine, "after_cursor_execute", withdraw_when_frozen)
    try:
        run_steps.commit(run_steps.prepare)
    finally:
        event.remove(run_steps.engine, "after_cursor_execute", withdraw_when_frozen)
    [charge] = withdrawn
    assert isinstance(charge, StoredCharge)
    with pytest.raises(UnexpectedRefusalError) as refused:
        run_steps.commit(run_steps.approve)
    assert refused.value.refusal.code == "run_changed"
