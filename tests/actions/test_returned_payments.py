"""Payments that came back: what comes next for each payee, and that the same IBAN is not paid again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.payments.actions.hold_settlement import hold_settlement
from clearing.payments.load.payment_runs import run_contents
from clearing.payments.rules.payouts import WaitReason
from clearing.payments.rules.returned import NextStep
from clearing.payments.rules.settling import RunRefusalCode
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables import audit, payments, providers
from foundation.vocabulary.refusals import Refusal
from tests.builders import NOW
from tests.builders.provider import a_confirmer
from tests.builders.settlement import (
    SettlementScenario,
    a_settlement_scenario,
    change_account,
    payments_in,
    statement_of,
)

LATER = NOW + timedelta(days=7)


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    scenario = a_settlement_scenario(session, providers_count=1)
    scenario.charge(session, 0)
    return scenario


def returned(session: Session, scenario: SettlementScenario, reason: str) -> int:
    """Pay a run whose payment comes back; return its id."""
    sent = payments_in(scenario.pay(session))
    scenario.ingest(session, statement_of(sent))
    scenario.ingest(session, statement_of(sent, returned=True, reason=reason))
    scenario.decide(session)
    return session.scalars(select(payments.PaymentRun.id)).one()


def step_of(session: Session, run_id: int) -> tuple[str, int | None]:
    """What comes next for the only payment of the run that came back."""
    contents = run_contents(session, run_id)
    assert contents is not None
    [payment] = contents.returned
    assert payment.sum_cents == 7_200
    return payment.next_step, payment.run_id


def enter_again(session: Session, provider_id: int) -> None:
    """The provider enters the number of its account again, written with spaces; it is confirmed."""
    account = session.scalars(
        select(providers.BankAccount).where(providers.BankAccount.provider_id == provider_id)
    ).one()
    spaced = " ".join(account.iban[start : start + 4] for start in range(0, len(account.iban), 4))
    again = {"iban": spaced, "bic": account.bic, "provider_id": provider_id, "entered_at": NOW}
    confirmed = {"confirmed_at": NOW, "confirmed_by": a_confirmer(session)}
    session.add(providers.BankAccount(**again, **confirmed))
    session.flush()


def test_what_comes_next_until_it_is_paid_again(session: Session, scenario: SettlementScenario) -> None:
    run_id = returned(session, scenario, "MS03")
    assert step_of(session, run_id) == (NextStep.NEXT_RUN, None)
    again = scenario.prepare(session, now=LATER)
    assert step_of(session, run_id) == (NextStep.IN_RUN, again.run.id)
    scenario.approve(session, again, now=LATER)
    assert step_of(session, run_id) == (NextStep.PAID_AGAIN, again.run.id)
    sent = payments_in(scenario.export(session, again, now=LATER))
    scenario.ingest(session, statement_of(sent, returned=True, day="2026-12-01"), now=LATER)
    scenario.decide(session)
    assert step_of(session, run_id) == (NextStep.NEXT_RUN, None)
    assert verify_books(session).differences == ()


def test_a_run_without_returns_has_no_next_steps(session: Session, scenario: SettlementScenario) -> None:
    scenario.ingest(session, statement_of(payments_in(scenario.pay(session))))
    contents = run_contents(session, session.scalars(select(payments.PaymentRun.id)).one())
    assert contents is not None
    assert contents.returned == ()


def test_an_account_that_the_bank_refuses_is_asked_for_and_confirmed_first(
    session: Session, scenario: SettlementScenario
) -> None:
    run_id = returned(session, scenario, "AC04")
    assert step_of(session, run_id) == (NextStep.ANOTHER_ACCOUNT, None)
    change_account(session, scenario.provider_ids[0], entered_at=NOW, confirmed=False)
    assert step_of(session, run_id) == (NextStep.CONFIRM_ACCOUNT, None)


def test_the_same_number_entered_again_is_still_held(session: Session, scenario: SettlementScenario) -> None:
    run_id = returned(session, scenario, "AC04")
    enter_again(session, scenario.provider_ids[0])
    run = scenario.prepare(session, now=LATER)
    assert [row.line.waiting for row in run.waiting] == [WaitReason.ACCOUNT_RETURNED]
    assert step_of(session, run_id) == (NextStep.ANOTHER_ACCOUNT, None)
    change_account(session, scenario.provider_ids[0], entered_at=NOW)
    assert [row.line.sum_cents for row in scenario.prepare(session, now=LATER).payments] == [7_200]


def test_a_settlement_that_is_not_in_the_run_is_not_held(
    session: Session, scenario: SettlementScenario
) -> None:
    other = a_settlement_scenario(session, code="13", providers_count=1)
    other.charge(session, 0)
    run, foreign = scenario.prepare(session), other.prepare(session)
    rows = select(func.count()).select_from(audit.AuditEvent)
    before = session.scalar(rows)
    for settlement_id in (foreign.settlements[0].id, 999_999):
        for hold in (True, False):
            refused = hold_settlement(
                session, run.run.id, settlement_id, hold=hold, why="x", actor=scenario.officer, now=NOW
            )
            assert refused == Refusal(RunRefusalCode.NOT_IN_RUN)
    assert session.scalar(rows) == before
