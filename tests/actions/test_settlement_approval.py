"""What voids a prepared run, and who approves it: any later change, four eyes, held rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from clearing.charges.actions.withdraw_charge import WithdrawalRefusalCode, withdraw_charge
from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.hold_settlement import hold_settlement
from clearing.payments.rules.payouts import WaitReason
from clearing.payments.rules.settling import RunRefusalCode, RunState
from foundation.database.tables import payments
from foundation.vocabulary.refusals import Refusal, UnexpectedRefusalError, not_refused
from foundation.vocabulary.roles import Role
from tests.builders import NOW, a_person
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, account_sums, change_account


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    return a_settlement_scenario(session)


def refused_approval(session: Session, scenario: SettlementScenario, run_id: int, seen_hash: str) -> str:
    before = account_sums(session)
    refused = approve_payment_run(session, run_id, seen_hash, actor=scenario.approver, now=NOW)
    assert isinstance(refused, Refusal)
    assert account_sums(session) == before
    return refused.code


def test_a_settled_charge_can_only_be_corrected(session: Session, scenario: SettlementScenario) -> None:
    charge = scenario.charge(session, 0)
    scenario.pay(session)
    kept = withdraw_charge(session, charge, actor=scenario.biller, now=NOW)
    assert kept == Refusal(WithdrawalRefusalCode.SETTLED)
    assert WithdrawalRefusalCode.SETTLED.value == "period_locked"


def test_a_withdrawn_charge_voids_the_run(session: Session, scenario: SettlementScenario) -> None:
    charge_id = scenario.charge(session, 0)
    scenario.charge(session, 0)
    contents = scenario.prepare(session)
    withdraw_charge(session, charge_id, actor=scenario.biller, now=NOW)
    assert refused_approval(session, scenario, contents.run.id, contents.hash()) == RunRefusalCode.CHANGED
    again = scenario.prepare(session)
    assert again.sum_cents == 7_200
    assert scenario.approve(session, again).run.state is RunState.APPROVED


def test_a_changed_account_voids_the_run(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    contents = scenario.prepare(session)
    change_account(session, scenario.provider_ids[0], entered_at=NOW - timedelta(days=3))
    assert refused_approval(session, scenario, contents.run.id, contents.hash()) == RunRefusalCode.CHANGED


def test_an_edited_payment_voids_the_run(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    contents = scenario.prepare(session)
    session.execute(update(payments.Payment).values(iban="FI3715903000000776"))
    assert (
        refused_approval(session, scenario, contents.run.id, contents.hash()) == RunRefusalCode.HASH_DIFFERS
    )


@pytest.mark.parametrize("column", ["iban", "creditor_name", "reference"])
def test_a_payment_edited_after_approval_is_not_sent(
    session: Session, scenario: SettlementScenario, column: str
) -> None:
    scenario.charge(session, 0)
    approved = scenario.approve(session, scenario.prepare(session))
    session.execute(update(payments.Payment).values({column: "FI3715903000000776"}))
    with pytest.raises(UnexpectedRefusalError) as refused:
        scenario.export(session, approved)
    assert refused.value.refusal.code == RunRefusalCode.HASH_DIFFERS


def test_the_preparer_never_approves_even_in_two_roles(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    contents = scenario.prepare(session)
    both = replace(scenario.officer, role=Role.SETTLEMENT_APPROVER)
    refused = approve_payment_run(session, contents.run.id, contents.hash(), actor=both, now=NOW)
    assert refused == Refusal(RunRefusalCode.SAME_PERSON)


def test_an_approval_is_not_replayed(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    contents = scenario.prepare(session)
    scenario.approve(session, contents)
    assert refused_approval(session, scenario, contents.run.id, contents.hash()) == RunRefusalCode.WRONG_STATE


def test_a_held_row_waits_and_changes_the_hash(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    scenario.charge(session, 1)
    contents = scenario.prepare(session)
    settlement = contents.settlements[0]
    run_id, officer = contents.run.id, scenario.officer
    held = not_refused(
        hold_settlement(session, run_id, settlement.id, hold=True, why="Lasku auki", actor=officer, now=NOW)
    )
    assert [settlement.line.waiting for settlement in held.settlements] == [WaitReason.HELD_BY_OFFICER, None]
    assert held.sum_cents == 7_200
    assert (
        refused_approval(session, scenario, contents.run.id, contents.hash()) == RunRefusalCode.HASH_DIFFERS
    )
    released = not_refused(
        hold_settlement(session, run_id, settlement.id, hold=False, why="Selvitetty", actor=officer, now=NOW)
    )
    assert released.sum_cents == 14_400
    assert scenario.approve(session, released).run.state is RunState.APPROVED


def test_only_the_preparer_holds_a_row(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    contents = scenario.prepare(session)
    other = a_person(session, Role.SETTLEMENT_OFFICER, county_id=scenario.county.id)
    refused = hold_settlement(
        session, contents.run.id, contents.settlements[0].id, hold=True, why="", actor=other, now=NOW
    )
    assert refused == Refusal(RunRefusalCode.NOT_PREPARER)
