"""A payment run from prepare to the bank's answer: what is frozen, owed, sent, confirmed and returned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import ChargeFilter, find_charges
from clearing.ledger.load.balances import balance_of
from clearing.ledger.rules.postings import Account
from clearing.payments.actions.prepare_payment_run import cancel_payment_run, prepare_payment_run
from clearing.payments.load.payment_runs import run_contents
from clearing.payments.rules.payouts import WaitReason
from clearing.payments.rules.settling import RunRefusalCode, RunState
from clearing.payments.rules.verdicts import Mismatch
from foundation.database.tables import audit, charges, counties, outbox, payments
from foundation.vocabulary.identifiers import parse_reference_number
from foundation.vocabulary.refusals import Refusal, UnexpectedRefusalError, not_refused
from tests.builders import NOW, TODAY
from tests.builders.books import check_books
from tests.builders.settlement import (
    SettlementScenario,
    a_settlement_scenario,
    account_sums,
    change_account,
    payments_in,
    statement_of,
)

LATER = NOW + timedelta(days=7)


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    return a_settlement_scenario(session)


def test_preparing_freezes_and_moves_no_money(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    scenario.charge(session, 0, hours=3)
    scenario.charge(session, 1)
    before = account_sums(session)
    contents = scenario.prepare(session)
    assert [payment.line.sum_cents for payment in contents.payments] == [18_000, 7_200]
    assert contents.sum_cents == 25_200
    assert contents.waiting == ()
    assert account_sums(session) == before


def test_the_identifiers_are_ours(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    contents = scenario.prepare(session)
    [payment] = contents.payments
    assert payment.line.end_to_end_id == f"OMA12R{contents.run.id}P{payment.id}"
    assert parse_reference_number(payment.line.reference) == payment.line.reference


def test_approving_makes_it_owed(session: Session, scenario: SettlementScenario) -> None:
    charge_id = scenario.charge(session, 0)
    approved = scenario.approve(session, scenario.prepare(session))
    assert approved.run.state is RunState.APPROVED
    assert (approved.run.not_before, approved.header.execution_day) == (date(2026, 11, 23), None)
    assert account_sums(session)[Account.PAYABLE] == 7_200
    balance = balance_of(session, scenario.fundings[0].id)
    assert (balance.charged_cents, balance.settled_cents) == (0, 7_200)
    assert session.scalar(select(charges.Charge.status).where(charges.Charge.id == charge_id)) == "settled"
    check_books(session)


def test_exporting_sends_once_and_gives_the_same_bytes_ten_times(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    approved = scenario.approve(session, scenario.prepare(session))
    files = {scenario.export(session, approved, now=NOW + timedelta(hours=hour)) for hour in range(10)}
    assert len(files) == 1
    sums = account_sums(session)
    assert (sums[Account.PAYABLE], sums[Account.TRANSIT]) == (0, 7_200)
    assert payments_in(files.pop()) == {approved.payments[0].line.end_to_end_id: 7_200}


def test_the_file_never_changes_when_the_county_changes_its_own_account(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    approved = scenario.approve(session, scenario.prepare(session))
    first = scenario.export(session, approved)
    session.execute(update(counties.County).values(iban="FI3715903000000776", name_fi="Uusi nimi"))
    assert scenario.export(session, approved) == first


def test_an_advice_waits_for_each_payee_once(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    scenario.charge(session, 1)
    approved = scenario.approve(session, scenario.prepare(session))
    for _ in range(3):
        scenario.export(session, approved)
    kinds = session.scalars(
        select(outbox.OutboxMessage.kind).where(outbox.OutboxMessage.kind == "payment_advice")
    )
    assert len(list(kinds)) == 2


def test_confirmed_money_is_at_the_bank_and_the_run_is_closed(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    bank_file = scenario.pay(session)
    report = scenario.ingest(session, statement_of(payments_in(bank_file)))
    assert (report.matched, report.returned, report.unmatched) == (1, 0, ())
    sums = account_sums(session)
    assert (sums[Account.TRANSIT], sums[Account.BANK]) == (0, 7_200)
    contents = run_contents(session, report.closed_runs[0])
    assert contents is not None
    assert contents.run.state is RunState.CLOSED
    assert contents.payments[0].bank_reference is not None


def test_returned_money_is_owed_again_and_paid_by_the_next_run(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    first = payments_in(scenario.pay(session))
    report = scenario.ingest(session, statement_of(first, returned=True))
    assert (report.matched, report.returned) == (0, 1)
    assert account_sums(session)[Account.PAYABLE] == 7_200
    second = payments_in(scenario.pay(session, now=LATER))
    assert list(second.values()) == [7_200]
    assert not set(first) & set(second)
    assert account_sums(session)[Account.PAYABLE] == 0


@pytest.mark.parametrize("order", [(False, True), (True, False), (False, True, False, True), (True, True)])
def test_answers_in_any_order_and_doubled_end_the_same(
    session: Session, scenario: SettlementScenario, order: tuple[bool, ...]
) -> None:
    scenario.charge(session, 0)
    sent = payments_in(scenario.pay(session))
    for returned in order:
        scenario.ingest(session, statement_of(sent, returned=returned))
    scenario.decide(session)
    sums = account_sums(session)
    assert (sums[Account.PAYABLE], sums[Account.TRANSIT], sums[Account.BANK]) == (7_200, 0, 0)


def test_the_same_answer_again_moves_nothing(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    answer = statement_of(payments_in(scenario.pay(session)))
    first = scenario.ingest(session, answer)
    sums = account_sums(session)
    again = scenario.ingest(session, answer)
    assert (first.matched, first.known, again.matched, again.known) == (1, 0, 0, 1)
    assert account_sums(session) == sums
    assert session.scalar(select(func.count()).select_from(payments.BankAnswer)) == 1


def test_unknown_answers_and_wrong_amounts_are_listed_and_move_nothing(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    [(name, cents)] = payments_in(scenario.pay(session)).items()
    before = account_sums(session)
    report = scenario.ingest(session, statement_of({name: cents + 1, "OMA12R9P999999": 100, "SOMEBODY": 5}))
    assert [(answer.identifier, answer.mismatch) for answer in report.unmatched] == [
        (name, Mismatch.AMOUNT_DIFFERS),
        ("OMA12R9P999999", Mismatch.UNKNOWN),
        ("SOMEBODY", Mismatch.UNKNOWN),
    ]
    assert account_sums(session) == before


def test_another_countys_payments_are_unknown(session: Session, scenario: SettlementScenario) -> None:
    other = a_settlement_scenario(session, code="13")
    scenario.charge(session, 0)
    sent = payments_in(scenario.pay(session))
    report = other.ingest(session, statement_of(sent))
    assert [answer.mismatch for answer in report.unmatched] == [Mismatch.UNKNOWN]
    assert scenario.ingest(session, statement_of(sent)).matched == 1


def test_a_batch_booked_as_one_sum_confirms_every_payment(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    scenario.charge(session, 1)
    approved = scenario.approve(session, scenario.prepare(session))
    scenario.export(session, approved)
    batch = f"OMA12R{approved.run.id}B1"
    line = statement_of({"X": 14_400}).replace(
        b"<TxDtls>", f"<Btch><PmtInfId>{batch}</PmtInfId></Btch><Gone>".encode()
    )
    report = scenario.ingest(session, line.replace(b"</TxDtls>", b"</Gone>"))
    assert (report.matched, report.closed_runs) == (2, (approved.run.id,))


@pytest.mark.parametrize(
    ("hours_ago", "confirmed", "reason"),
    [
        (24, True, WaitReason.CHANGED),
        (47, True, WaitReason.CHANGED),
        (49, False, WaitReason.UNVERIFIED),
        (49, True, None),
    ],
)
def test_a_changed_account_waits(
    session: Session, scenario: SettlementScenario, hours_ago: int, confirmed: bool, reason: WaitReason | None
) -> None:
    scenario.charge(session, 0)
    change_account(
        session, scenario.provider_ids[0], entered_at=NOW - timedelta(hours=hours_ago), confirmed=confirmed
    )
    contents = scenario.prepare(session)
    assert [settlement.line.waiting for settlement in contents.settlements] == [reason]
    assert len(contents.payments) == (reason is None)


def test_what_waited_is_paid_by_a_later_run(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    change_account(session, scenario.provider_ids[0], entered_at=NOW - timedelta(hours=1))
    closed = scenario.approve(session, scenario.prepare(session))
    assert closed.run.state is RunState.CLOSED
    assert account_sums(session)[Account.PAYABLE] == 7_200
    scenario.charge(session, 0, hours=1, now=LATER)
    contents = scenario.prepare(session, now=LATER)
    assert [(row.line.sum_cents, row.carried_cents) for row in contents.payments] == [(10_800, 7_200)]


def test_the_cut_off_is_the_service_day(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    assert scenario.prepare(session, until=date(2026, 10, 1)).settlements == ()


def test_a_cut_off_in_the_future_is_refused(session: Session, scenario: SettlementScenario) -> None:
    refused = prepare_payment_run(
        session, county=scenario.county, until=TODAY + timedelta(days=1), actor=scenario.officer, now=NOW
    )
    assert refused == Refusal(RunRefusalCode.UNTIL_IN_FUTURE, "until")


def test_preparing_again_replaces_the_run_that_waits(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    first = scenario.prepare(session)
    scenario.charge(session, 1)
    second = scenario.prepare(session)
    cancelled = run_contents(session, first.run.id)
    assert cancelled is not None
    assert cancelled.run.state is RunState.CANCELLED
    assert second.sum_cents == 14_400
    assert {payment.line.end_to_end_id for payment in first.payments}.isdisjoint(
        payment.line.end_to_end_id for payment in second.payments
    )
    with pytest.raises(UnexpectedRefusalError):
        scenario.approve(session, first)


def test_a_cancelled_run_gives_its_charges_back(session: Session, scenario: SettlementScenario) -> None:
    charge_id = scenario.charge(session, 0)
    contents = scenario.prepare(session)
    cancelled = cancel_payment_run(session, contents.run.id, actor=scenario.officer, now=NOW)
    assert not_refused(cancelled).payments == ()
    row = session.get(charges.Charge, charge_id, populate_existing=True)
    assert row is not None
    assert (row.status, row.settlement_id) == ("accepted", None)


@pytest.mark.parametrize(
    ("states", "found"),
    [(("accepted",), [1]), (("settled",), [0]), (("accepted", "settled"), [1, 0]), (("withdrawn",), [])],
)
def test_charges_are_found_by_whether_they_are_settled(
    session: Session, scenario: SettlementScenario, states: tuple[str, ...], found: list[int]
) -> None:
    keys = [scenario.charge(session, 0)]
    approved = scenario.approve(session, scenario.prepare(session))
    keys.append(scenario.charge(session, 0))
    query = ChargeFilter(provider_id=scenario.provider_ids[0], states=states)
    assert [charge.id for charge in find_charges(session, query)] == [keys[place] for place in found]
    settlement_id = approved.settlements[0].id
    listed = find_charges(session, ChargeFilter(settlement_id=settlement_id))
    assert [(row.id, row.state, row.settlement_id) for row in listed] == [(keys[0], "settled", settlement_id)]


def test_two_counties_settle_apart(session: Session, scenario: SettlementScenario) -> None:
    other = a_settlement_scenario(session, code="13")
    scenario.charge(session, 0)
    other.charge(session, 0, hours=1)
    assert scenario.prepare(session).sum_cents == 7_200
    assert other.prepare(session).sum_cents == 3_600


def test_every_step_is_in_the_audit_log(session: Session, scenario: SettlementScenario) -> None:
    scenario.charge(session, 0)
    scenario.ingest(session, statement_of(payments_in(scenario.pay(session))))
    acts = session.scalars(select(audit.AuditEvent.act).order_by(audit.AuditEvent.id))
    steps = [act for act in acts if act.startswith(("payment_run", "bank_answer"))]
    expected = [f"payment_run.{step}" for step in ("prepare", "approve", "send", "export")]
    assert steps == [*expected, "bank_answer.ingest"]
