"""What changed after a run was prepared leaves it; everybody else is paid, after one more approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.charges.actions.judge_held_charge import admit_charge, refuse_charge
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.hold_settlement import hold_settlement
from clearing.payments.actions.leave_out_changed import leave_out_changed
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.rules.left_out import LeftOutReason
from clearing.payments.rules.payouts import WaitReason
from clearing.payments.rules.settling import RunRefusalCode, RunState
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables import audit, payments
from foundation.vocabulary.refusals import Refusal, not_refused
from tests.builders import NOW
from tests.builders.settlement import (
    SettlementScenario,
    a_settlement_scenario,
    change_account,
    payments_in,
    statement_of,
)


def take_back(session: Session, scenario: SettlementScenario, key: int) -> object:
    wish = CorrectionWish(f"K-{key}", CorrectionReason.NOT_GIVEN)
    return not_refused(correct_charge(session, key, wish=wish, actor=scenario.biller, now=NOW))


Change = Callable[[Session, SettlementScenario, int], object]


def dispute(session: Session, _scenario: SettlementScenario, key: int) -> object:
    return hold_disputed_charge(session, key, now=NOW)


def withdraw(session: Session, scenario: SettlementScenario, key: int) -> object:
    return not_refused(withdraw_charge(session, key, actor=scenario.biller, now=NOW))


def refuse(session: Session, scenario: SettlementScenario, key: int) -> object:
    dispute(session, scenario, key)
    return not_refused(refuse_charge(session, key, why="Ei käyntiä", actor=scenario.officer, now=NOW))


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    return a_settlement_scenario(session, providers_count=3)


def frozen_again(session: Session, scenario: SettlementScenario, run: RunContents) -> RunContents:
    """Assert that the old hash is refused, and return the run without what changed."""
    refused = approve_payment_run(session, run.run.id, run.hash(), actor=scenario.approver, now=NOW)
    assert refused == Refusal(RunRefusalCode.CHANGED)
    changed = not_refused(leave_out_changed(session, run.run.id, actor=scenario.approver, now=NOW))
    assert changed.hash() != run.hash()
    return changed


def sums(run: RunContents) -> list[int]:
    return [int(payment.line.sum_cents) for payment in run.payments]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (dispute, LeftOutReason.DISPUTED),
        (withdraw, LeftOutReason.WITHDRAWN),
        (refuse, LeftOutReason.REFUSED),
        (take_back, LeftOutReason.CORRECTED),
    ],
)
def test_only_the_changed_row_leaves(
    session: Session, scenario: SettlementScenario, change: Change, reason: LeftOutReason
) -> None:
    gone = scenario.charge(session, 0, hours=1)
    scenario.charge(session, 0)
    scenario.charge(session, 1)
    run = scenario.prepare(session)
    change(session, scenario, gone)
    changed = frozen_again(session, scenario, run)
    assert sorted(sums(changed)) == [7_200, 7_200]
    [line] = changed.left_out
    assert (line.charge_id, line.cents, line.reason) == (gone, 3_600, reason)
    assert line.reference is not None
    assert scenario.approve(session, changed).run.state is RunState.APPROVED
    assert sorted(payments_in(scenario.export(session, changed)).values()) == [7_200, 7_200]
    assert verify_books(session).differences == ()


def test_a_payee_with_nothing_left_leaves_and_the_others_keep_their_payments(
    session: Session, scenario: SettlementScenario
) -> None:
    gone = scenario.charge(session, 0)
    scenario.charge(session, 1)
    run = scenario.prepare(session)
    dispute(session, scenario, gone)
    changed = frozen_again(session, scenario, run)
    assert changed.payments == run.payments[1:]
    assert [settlement.provider_id for settlement in changed.settlements] == [scenario.provider_ids[1]]
    scenario.approve(session, changed)
    assert verify_books(session).differences == ()


def test_a_charge_that_is_admitted_again_is_paid_in_the_next_run(
    session: Session, scenario: SettlementScenario
) -> None:
    gone = scenario.charge(session, 0)
    run = scenario.prepare(session)
    dispute(session, scenario, gone)
    changed = frozen_again(session, scenario, run)
    assert scenario.approve(session, changed).run.state is RunState.CLOSED
    not_refused(admit_charge(session, gone, why="Soitettu", actor=scenario.officer, now=NOW))
    assert list(payments_in(scenario.pay(session)).values()) == [7_200]
    assert verify_books(session).differences == ()


def test_a_payee_whose_account_changed_leaves_alone(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    scenario.charge(session, 1)
    run = scenario.prepare(session)
    change_account(session, scenario.provider_ids[0], entered_at=NOW - timedelta(days=3))
    changed = frozen_again(session, scenario, run)
    assert sums(changed) == [7_200]
    [waiting] = changed.waiting
    assert waiting.line.waiting == WaitReason.CHANGED_SINCE
    [line] = changed.left_out
    assert (line.charge_id, line.cents, line.reason) == (None, 7_200, WaitReason.CHANGED_SINCE)
    scenario.approve(session, changed)
    next_run = scenario.prepare(session)
    assert [payment.line.iban for payment in next_run.payments] == ["FI3715903000000776"]
    assert sums(next_run) == [7_200]
    assert verify_books(session).differences == ()


def test_money_that_was_paid_after_all_is_not_carried_any_more(
    session: Session, scenario: SettlementScenario
) -> None:
    """A payment came back, was carried into a run, and then turned out to be paid: it is not paid twice."""
    scenario.charge(session, 0)
    sent = payments_in(scenario.pay(session))
    scenario.ingest(session, statement_of(sent, returned=True))
    scenario.charge(session, 0, hours=1)
    run = scenario.prepare(session)
    assert sums(run) == [10_800]
    scenario.ingest(session, statement_of(sent, day="2026-11-24", reference="C"))
    assert scenario.decide(session) == 1
    changed = frozen_again(session, scenario, run)
    assert sums(changed) == [3_600]
    [line] = changed.left_out
    assert (line.cents, line.reason) == (7_200, LeftOutReason.CARRIED_LESS)
    scenario.approve(session, changed)
    assert verify_books(session).differences == ()


def test_a_row_of_a_payee_that_is_held_back_leaves_it_held(
    session: Session, scenario: SettlementScenario
) -> None:
    gone = scenario.charge(session, 0)
    scenario.charge(session, 0, hours=1)
    scenario.charge(session, 1)
    run = scenario.prepare(session)
    held = not_refused(
        hold_settlement(
            session,
            run.run.id,
            run.settlements[0].id,
            hold=True,
            why="Lasku auki",
            actor=scenario.officer,
            now=NOW,
        )
    )
    withdraw(session, scenario, gone)
    changed = frozen_again(session, scenario, held)
    [waiting] = changed.waiting
    assert (waiting.line.charge_count, waiting.line.sum_cents) == (1, 3_600)
    assert waiting.line.waiting == WaitReason.HELD_BY_OFFICER
    scenario.approve(session, changed)
    assert verify_books(session).differences == ()


def test_each_row_that_left_is_audited_and_leaves_once(
    session: Session, scenario: SettlementScenario
) -> None:
    gone = [scenario.charge(session, 0), scenario.charge(session, 1)]
    scenario.charge(session, 2)
    run = scenario.prepare(session)
    dispute(session, scenario, gone[0])
    first = frozen_again(session, scenario, run)
    dispute(session, scenario, gone[1])
    second = frozen_again(session, scenario, first)
    assert [line.charge_id for line in second.left_out] == gone
    query = select(audit.AuditEvent).where(audit.AuditEvent.act == "payment_run.leave_out")
    rows = session.scalars(query.order_by(audit.AuditEvent.id)).all()
    assert [(row.subject_kind, row.subject_id) for row in rows] == [("charge", str(key)) for key in gone]
    assert {row.actor_id for row in rows} == {scenario.approver.person_id}
    assert [row.detail["hash"] for row in rows] == [first.hash(), second.hash()]
    assert {row.detail["reason"] for row in rows} == {"disputed_by_client"}


def test_only_an_approver_of_the_county_takes_changed_rows_out(
    session: Session, scenario: SettlementScenario
) -> None:
    gone = scenario.charge(session, 0)
    run = scenario.prepare(session)
    dispute(session, scenario, gone)
    refused = leave_out_changed(session, run.run.id, actor=scenario.officer, now=NOW)
    assert refused == Refusal(RunRefusalCode.ROLE_FORBIDDEN)
    other = a_settlement_scenario(session, code="13", providers_count=0)
    refused = leave_out_changed(session, run.run.id, actor=other.approver, now=NOW)
    assert refused == Refusal(RunRefusalCode.OTHER_COUNTY)
    assert session.scalars(select(payments.LeftOut)).all() == []


def test_nothing_leaves_an_approved_run(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    run = scenario.approve(session, scenario.prepare(session))
    refused = leave_out_changed(session, run.run.id, actor=scenario.approver, now=NOW)
    assert refused == Refusal(RunRefusalCode.WRONG_STATE)
