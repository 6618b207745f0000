"""Disputes, withdrawals and corrections while a run is approved: nothing is lost or paid while open."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.charges.actions.judge_held_charge import admit_charge
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.leave_out_changed import leave_out_changed
from clearing.payments.load.dues import owing_providers
from clearing.payments.load.payment_runs import RunContents, run_contents
from clearing.payments.rules.settling import RunRefusalCode, RunState
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database import failpoints
from foundation.database.tables.charges import Charge
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal, not_refused
from tests.builders import NOW
from tests.builders.killed_steps import KillableSteps, Step
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, payments_in

PROVIDERS, CHARGES = 3, 5
PAID_THOUGH_NOT_ACCEPTED = """
SELECT k.charge_id FROM settled_charge k JOIN charge c ON c.id = k.charge_id WHERE c.state <> 'accepted'
"""
ACCEPTED_BUT_NOT_PAID = """
SELECT c.id FROM charge c LEFT JOIN settled_charge k ON k.charge_id = c.id
WHERE c.state = 'accepted' AND k.charge_id IS NULL
"""


class ChangingRun(KillableSteps):
    """A prepared run of three providers with five charges each, and what happens to them meanwhile."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        self.charge_ids: list[int] = []
        with Session(self.engine) as session:
            self.scenario: SettlementScenario = a_settlement_scenario(session, providers_count=PROVIDERS)
            for number in range(PROVIDERS * CHARGES):
                self.charge_ids.append(self.scenario.charge(session, number % PROVIDERS, hours=1))
            session.expunge_all()
            session.commit()
        self.run_id = 0
        self.sent_cents = 0

    def prepare(self, session: Session) -> None:
        self.run_id = self.scenario.prepare(session).run.id

    def change(self, kind: str, key: int) -> Step:
        """Return the step that disputes, withdraws or corrects a charge; it may come too late."""
        actor = self.scenario.biller
        wish = CorrectionWish(f"K{key}", CorrectionReason.WRONG_QUANTITY, Quantity(25))
        steps: dict[str, Step] = {
            "dispute": lambda session: hold_disputed_charge(session, key, now=NOW),
            "withdraw": lambda session: withdraw_charge(session, key, actor=actor, now=NOW),
            "correct": lambda session: correct_charge(session, key, wish=wish, actor=actor, now=NOW),
        }
        return steps[kind]

    def approve(self, session: Session) -> RunContents | Refusal:
        """Do one step of the approver: approve what is frozen, or take out what changed."""
        contents = run_contents(session, self.run_id)
        assert contents is not None
        actor = self.scenario.approver
        approved = approve_payment_run(session, self.run_id, contents.hash(), actor=actor, now=NOW)
        if isinstance(approved, Refusal) and approved.code == RunRefusalCode.CHANGED:
            return not_refused(leave_out_changed(session, self.run_id, actor=actor, now=NOW))
        return approved

    def approved(self) -> RunContents:
        """Approve until nothing changes any more: once, and once more if something had changed."""
        for _ in range(2):
            contents = not_refused(self.commit(self.approve))
            assert isinstance(contents, RunContents)
            if contents.run.state is not RunState.PREPARED:
                return contents
        raise AssertionError("the run was not approved in one more step")

    def send(self, session: Session) -> None:
        contents = run_contents(session, self.run_id)
        assert contents is not None
        if contents.payments:
            self.sent_cents += sum(payments_in(self.scenario.export(session, contents)).values())

    def admit_all(self, session: Session) -> None:
        held = session.scalars(select(Charge.id).where(Charge.state == "on_hold").order_by(Charge.id)).all()
        for key in held:
            not_refused(admit_charge(session, key, why="", actor=self.scenario.officer, now=NOW))

    def check(self) -> None:
        """Assert that nothing open was paid and that the books agree."""
        with Session(self.engine) as session:
            assert session.scalars(text(PAID_THOUGH_NOT_ACCEPTED)).all() == []
            assert verify_books(session).differences == ()

    def pay_the_rest(self) -> None:
        """Admit what is on hold and pay another run: now every accepted charge was paid once.

        What a correction took back after its charge was paid is owed by the provider: it is carried on.
        """
        self.commit(self.admit_all)
        self.commit(self.prepare)
        self.approved()
        self.commit(self.send)
        self.check()
        with Session(self.engine) as session:
            assert session.scalars(text(ACCEPTED_BUT_NOT_PAID)).all() == []
            query = select(func.sum(Charge.county_pays_cents)).where(Charge.state == "accepted")
            owed_cents = sum(owing.owed_cents for owing in owing_providers(session, self.scenario.county.id))
            assert session.scalar(query) == self.sent_cents - owed_cents


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2, 3))]


@pytest.fixture
def changing_run(fresh_database: str) -> Iterator[ChangingRun]:
    changing = ChangingRun(fresh_database)
    changing.commit(changing.prepare)
    yield changing
    changing.close()


def random_changes(changing_run: ChangingRun, random: Random) -> list[Step]:
    keys = random.sample(changing_run.charge_ids, random.randint(1, 8))
    return [changing_run.change(random.choice(("dispute", "withdraw", "correct")), key) for key in keys]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_changes_before_approval(changing_run: ChangingRun, seed: int) -> None:
    for step in random_changes(changing_run, Random(seed)):
        changing_run.commit(step)
    changing_run.approved()
    changing_run.check()
    changing_run.commit(changing_run.send)
    changing_run.pay_the_rest()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_changes_by_many_while_it_is_approved(changing_run: ChangingRun, seed: int) -> None:
    changes = random_changes(changing_run, Random(100 + seed))
    start = Barrier(len(changes) + 2)

    def run(step: Step) -> None:
        start.wait()
        changing_run.commit(step)

    steps = [*changes, changing_run.approve, changing_run.approve]
    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(run, steps))
    with Session(changing_run.engine) as session:
        contents = run_contents(session, changing_run.run_id)
    assert contents is not None
    if contents.run.state is RunState.PREPARED:
        changing_run.approved()
    changing_run.check()
    changing_run.commit(changing_run.send)
    changing_run.pay_the_rest()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_changes_after_approval(changing_run: ChangingRun, seed: int) -> None:
    changing_run.approved()
    for step in random_changes(changing_run, Random(200 + seed)):
        changing_run.commit(step)
    changing_run.check()
    changing_run.commit(changing_run.send)
    changing_run.pay_the_rest()


@pytest.mark.parametrize(
    "fail_point",
    [name for name in failpoints.NAMES if name.startswith(("settle.leave_out.", "settle.approve."))],
)
def test_killed_anywhere_after_changes(changing_run: ChangingRun, fail_point: str) -> None:
    for step in random_changes(changing_run, Random(7)):
        changing_run.commit(step)
    if fail_point.startswith("settle.approve.") and not fail_point.endswith("after_locks"):
        changing_run.commit(changing_run.approve)
    assert changing_run.killed(changing_run.approve, fail_point) == signal.SIGKILL
    changing_run.approved()
    changing_run.check()
    changing_run.commit(changing_run.send)
    changing_run.pay_the_rest()
