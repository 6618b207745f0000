"""Answers as banks really write them: nothing is paid twice, and what is not understood is listed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account
from clearing.payments.actions.decide_open_answer import decide_open_answer
from clearing.payments.load.payment_runs import run_contents
from clearing.payments.rules.payouts import WaitReason
from clearing.payments.rules.settling import RunRefusalCode
from clearing.payments.rules.verdicts import Decision, Mismatch
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.payments import Payment
from foundation.vocabulary.refusals import Refusal
from tests.builders import NOW
from tests.builders.bank_answers import DETAILS, FOREIGN, batch_of, line, report_of
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
    scenario = a_settlement_scenario(session, providers_count=2)
    scenario.charge(session, 0)
    scenario.charge(session, 1, hours=1)
    return scenario


def states(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Payment.state).order_by(Payment.id)))


def codes(report: object) -> list[Mismatch]:
    return [entry.mismatch for entry in report.unmatched]  # type: ignore[attr-defined]


@pytest.mark.parametrize("reason", ["AM05", "DU01", "DU02", "DU03", "DU04", "DU05", "DUPL"])
@pytest.mark.parametrize("booked", [False, True])
def test_a_refused_duplicate_frees_nothing(
    session: Session, scenario: SettlementScenario, reason: str, booked: bool
) -> None:
    bank_file = scenario.pay(session)
    if booked:
        scenario.ingest(session, statement_of(payments_in(bank_file)))
    before = states(session)
    report = scenario.ingest(session, report_of(bank_file, group=f"RJCT {reason}"))
    assert (report.returned, codes(report)) == (0, [Mismatch.DUPLICATE] * 2)
    assert states(session) == before


@pytest.mark.parametrize(
    "statuses", [("ACSP", "RJCT"), ("RJCT", "ACSP"), ("ACSC", "RJCT"), ("RJCT", "ACSC"), ("ACCP", "RJCT")]
)
def test_a_report_that_says_yes_and_no_moves_nothing(
    session: Session, scenario: SettlementScenario, statuses: tuple[str, str]
) -> None:
    bank_file = scenario.pay(session)
    name, _ = payments_in(bank_file)
    lines = [line(name, status, "AG01" if status == "RJCT" else "") for status in statuses]
    report = scenario.ingest(session, report_of(bank_file, *lines))
    assert (report.matched, report.returned) == (0, 0)
    assert set(codes(report)) == {Mismatch.CONTRADICTS_ITSELF}
    assert states(session) == ["sent", "sent"]


@pytest.mark.parametrize(("group", "status"), [("RJCT AG01", "ACSP"), ("ACCP", "RJCT")])
def test_a_group_and_a_line_that_disagree_move_nothing_of_that_payment(
    session: Session, scenario: SettlementScenario, group: str, status: str
) -> None:
    bank_file = scenario.pay(session)
    name, _ = payments_in(bank_file)
    report = scenario.ingest(session, report_of(bank_file, line(name, status, "AG01"), group=group))
    assert states(session)[0] == "sent"
    assert Mismatch.CONTRADICTS_ITSELF in codes(report)


@pytest.mark.parametrize("completed", ["ACSC", "ACCC", "booking"])
def test_a_refusal_after_a_completed_payment_changes_nothing(
    session: Session, scenario: SettlementScenario, completed: str
) -> None:
    bank_file = scenario.pay(session)
    sent = payments_in(bank_file)
    lines = [line(name, completed) for name in sent]
    scenario.ingest(session, statement_of(sent) if completed == "booking" else report_of(bank_file, *lines))
    report = scenario.ingest(session, report_of(bank_file, group="RJCT AG01", day="2026-11-21"))
    assert (report.returned, codes(report)) == (0, [Mismatch.REFUSED_AFTER_BOOKING] * 2)
    assert states(session) == ["confirmed", "confirmed"]


def test_a_debit_after_a_refusal_waits_for_a_person_and_is_not_paid_again(
    session: Session, scenario: SettlementScenario
) -> None:
    bank_file = scenario.pay(session)
    scenario.ingest(session, report_of(bank_file, group="RJCT AG01"))
    report = scenario.ingest(session, statement_of(payments_in(bank_file), day="2026-11-25"))
    assert (report.matched, codes(report)) == (0, [Mismatch.PAID_AFTER_RETURN] * 2)
    contents = scenario.prepare(session, now=LATER)
    assert [one.line.waiting for one in contents.waiting] == [WaitReason.ANSWER_OPEN] * 2
    assert scenario.decide(session) == 2
    assert states(session) == ["confirmed", "confirmed"]
    assert account_sums(session)[Account.BANK] == 10_800
    assert scenario.prepare(session, now=LATER).payments == ()
    assert verify_books(session).differences == ()


def test_what_was_paid_twice_is_deducted_from_the_next_payment(
    session: Session, scenario: SettlementScenario
) -> None:
    first = scenario.pay(session)
    scenario.ingest(session, report_of(first, group="RJCT AG01"))
    second = scenario.pay(session, now=LATER)
    scenario.ingest(session, statement_of(payments_in(second), day="2026-12-01"), now=LATER)
    scenario.ingest(session, statement_of(payments_in(first), day="2026-12-01", reference="R"), now=LATER)
    assert scenario.decide(session) == 2
    assert states(session) == ["confirmed"] * 4
    assert account_sums(session)[Account.PAYABLE] == -10_800
    scenario.charge(session, 0)
    contents = scenario.prepare(session, now=LATER + timedelta(days=7))
    assert contents.payments == ()
    assert {entry.line.waiting for entry in contents.waiting} == {
        WaitReason.NOTHING_DUE,
        WaitReason.NEGATIVE_SUM,
    }
    assert verify_books(session).differences == ()


def test_a_second_debit_is_listed(session: Session, scenario: SettlementScenario) -> None:
    sent = payments_in(scenario.pay(session))
    first = statement_of(sent, day="2026-11-23")
    assert scenario.ingest(session, first).matched == 2
    report = scenario.ingest(session, statement_of(sent, day="2026-11-24", reference="R"))
    assert (report.matched, codes(report)) == (0, [Mismatch.SECOND_DEBIT] * 2)
    again = scenario.ingest(session, first)
    assert (again.matched, again.known, again.unmatched) == (0, 2, ())


@pytest.mark.parametrize("details", DETAILS)
def test_a_batch_without_references_is_confirmed_whole(
    session: Session, scenario: SettlementScenario, details: str
) -> None:
    bank_file = scenario.pay(session)
    foreign = scenario.ingest(session, batch_of(bank_file, 10_800, details, account=FOREIGN))
    assert (foreign.matched, set(codes(foreign))) == (0, {Mismatch.OTHER_ACCOUNT})
    report = scenario.ingest(session, batch_of(bank_file, 10_800, details))
    assert (report.matched, report.unmatched) == (2, ())


@pytest.mark.parametrize(
    ("cents", "details", "code"),
    [
        (10_799, DETAILS[0], Mismatch.BATCH_DIFFERS),
        (10_800, "<Btch><PmtInfId>@P@</PmtInfId><NbOfTxs>3</NbOfTxs></Btch>", Mismatch.BATCH_DIFFERS),
        (10_800, "<TxDtls/>", Mismatch.BATCH_UNNAMED),
        (10_800, "", Mismatch.BATCH_UNNAMED),
        (10_800, "<Btch><PmtInfId>SOMEBODY</PmtInfId></Btch>", Mismatch.UNKNOWN),
    ],
)
def test_a_batch_that_does_not_agree_is_listed(
    session: Session, scenario: SettlementScenario, cents: int, details: str, code: Mismatch
) -> None:
    report = scenario.ingest(session, batch_of(scenario.pay(session), cents, details))
    assert (report.matched, codes(report)) == (0, [code])


def test_what_is_left_of_a_batch_after_a_refusal_is_confirmed(
    session: Session, scenario: SettlementScenario
) -> None:
    bank_file = scenario.pay(session)
    [refused, _] = payments_in(bank_file)
    scenario.ingest(session, report_of(bank_file, line(refused, "RJCT", "AC04", "account closed")))
    rest = "<Btch><PmtInfId>@P@</PmtInfId><NbOfTxs>1</NbOfTxs></Btch>"
    report = scenario.ingest(session, batch_of(bank_file, 3_600, rest))
    assert (report.matched, report.unmatched) == (1, ())
    assert states(session) == ["returned", "confirmed"]


@pytest.mark.parametrize("returned", [False, True])
def test_another_account_moves_nothing(
    session: Session, scenario: SettlementScenario, returned: bool
) -> None:
    sent = payments_in(scenario.pay(session))
    report = scenario.ingest(session, statement_of(sent, returned=returned, account=FOREIGN))
    assert (report.matched, report.returned, codes(report)) == (0, 0, [Mismatch.OTHER_ACCOUNT] * 2)
    assert states(session) == ["sent", "sent"]


@pytest.mark.parametrize("status", ["CANC", "BLCK", "RVNM", "WHAT"])
def test_a_status_that_decides_nothing_is_listed(
    session: Session, scenario: SettlementScenario, status: str
) -> None:
    bank_file = scenario.pay(session)
    name, _ = payments_in(bank_file)
    report = scenario.ingest(session, report_of(bank_file, "<TxInfAndSts/>", line(name, status)))
    assert [(one.mismatch, one.code) for one in report.unmatched] == [(Mismatch.STATUS_UNCLEAR, status)]


def test_an_acceptance_is_a_step_and_each_payment_is_counted_once(
    session: Session, scenario: SettlementScenario
) -> None:
    bank_file = scenario.pay(session)
    accepted = report_of(bank_file, group="ACTC")
    first, again = scenario.ingest(session, accepted), scenario.ingest(session, accepted)
    assert [(one.accepted, one.known) for one in (first, again)] == [(2, 0), (0, 2)]
    refused = report_of(bank_file, group="RJCT AG01")
    report = scenario.ingest(session, refused)
    assert (report.returned, report.known, report.unmatched) == (2, 0, ())


def test_a_return_of_confirmed_money_needs_a_second_person(
    session: Session, scenario: SettlementScenario
) -> None:
    sent = payments_in(scenario.pay(session))
    scenario.ingest(session, statement_of(sent))
    report = scenario.ingest(session, statement_of(sent, returned=True, reason="AC04"))
    assert (report.returned, codes(report)) == (0, [Mismatch.SECOND_PERSON] * 2)
    assert states(session) == ["confirmed", "confirmed"]
    key = session.scalars(select(Payment.id).order_by(Payment.id)).first()
    assert key is not None
    own = decide_open_answer(session, key, Decision.HOLDS, actor=scenario.officer, now=NOW)
    assert own == Refusal(RunRefusalCode.SAME_PERSON)
    scenario.decide(session)
    assert states(session) == ["returned", "returned"]
    assert account_sums(session)[Account.PAYABLE] == 10_800
    assert verify_books(session).differences == ()


def test_what_does_not_hold_moves_nothing(session: Session, scenario: SettlementScenario) -> None:
    sent = payments_in(scenario.pay(session))
    scenario.ingest(session, statement_of(sent))
    scenario.ingest(session, statement_of(sent, returned=True))
    assert scenario.decide(session, Decision.DOES_NOT_HOLD) == 2
    assert (states(session), scenario.decide(session)) == (["confirmed", "confirmed"], 0)


@pytest.mark.parametrize("reason", ["AC01", "AC04", "AC06", "BE04"])
def test_a_return_about_the_account_holds_the_payee_until_there_is_another(
    session: Session, scenario: SettlementScenario, reason: str
) -> None:
    bank_file = scenario.pay(session)
    first, _ = payments_in(bank_file)
    run = scenario.ingest(session, report_of(bank_file, line(first, "RJCT", reason, "no account")))
    assert run.returned == 1
    waiting = scenario.prepare(session, now=LATER).waiting
    assert [one.line.waiting for one in waiting] == [WaitReason.ACCOUNT_RETURNED]
    change_account(session, scenario.provider_ids[0], entered_at=NOW)
    contents = scenario.prepare(session, now=LATER)
    assert [one.line.sum_cents for one in contents.payments] == [7_200]


def test_the_banks_words_are_kept(session: Session, scenario: SettlementScenario) -> None:
    bank_file = scenario.pay(session)
    first, _ = payments_in(bank_file)
    text = "could not be</AddtlInf><AddtlInf>processed"
    scenario.ingest(session, report_of(bank_file, line(first, "RJCT", "NARR", text)))
    run_id = session.scalars(select(Payment.run_id)).first()
    assert run_id is not None
    contents = run_contents(session, run_id)
    assert contents is not None
    payment = contents.payments[0]
    assert (payment.return_reason, payment.return_text) == ("NARR", "could not be processed")
