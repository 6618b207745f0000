"""No file of the bank makes sent money payable again: another person than the one who uploaded it decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account
from clearing.payments.actions.decide_open_answer import decide_open_answer
from clearing.payments.rules.settling import RunRefusalCode
from clearing.payments.rules.verdicts import Decision, Mismatch
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.payments import Payment
from foundation.vocabulary.refusals import Refusal
from tests.builders import NOW
from tests.builders.bank_answers import DETAILS, batch_of, line, report_of
from tests.builders.settlement import (
    SettlementScenario,
    a_settlement_scenario,
    account_sums,
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


def freeing_answers(bank_file: bytes) -> dict[str, bytes]:
    """Every way by which a file may say that sent money is free again."""
    sent = payments_in(bank_file)
    reversal = statement_of(sent, returned=True).replace(b"<Sts>", b"<RvslInd>true</RvslInd><Sts>")
    batch = batch_of(bank_file, sum(sent.values()), DETAILS[0]).replace(b"DBIT", b"CRDT")
    return {
        "refusals": report_of(bank_file, *(line(name, "RJCT", "AG01") for name in sent)),
        "a refused batch or file": report_of(bank_file, group="RJCT AG01"),
        "credits": statement_of(sent, returned=True),
        "reversed debits": reversal,
        "a credit of the batch": batch.replace(b"</Sts>", b"</Sts><AcctSvcrRef>REF</AcctSvcrRef>"),
    }


WAYS = (
    "refusals",
    "a refused batch or file",
    "credits",
    "reversed debits",
    "a credit of the batch",
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("decision", Decision)
def test_no_file_frees_sent_money_without_a_second_person(
    session: Session, scenario: SettlementScenario, way: str, decision: Decision
) -> None:
    bank_file = scenario.pay(session)
    report = scenario.ingest(session, freeing_answers(bank_file)[way])
    assert (report.returned, report.matched, report.closed_runs) == (2, 0, ())
    assert states(session) == ["sent", "sent"]
    assert account_sums(session)[Account.PAYABLE] == 0
    assert scenario.prepare(session, now=LATER).payments == ()
    keys = session.scalars(select(Payment.id).order_by(Payment.id)).all()
    for key in keys:
        own = decide_open_answer(session, key, Decision.HOLDS, actor=scenario.officer, now=NOW)
        assert own == Refusal(RunRefusalCode.SAME_PERSON)
    assert scenario.decide(session, decision) == 2
    holds = decision is Decision.HOLDS
    assert states(session) == (["returned"] * 2 if holds else ["sent"] * 2)
    assert account_sums(session)[Account.PAYABLE] == (10_800 if holds else 0)
    assert verify_books(session).differences == ()


@pytest.mark.parametrize("cents", [10_800, 7_200])
def test_a_credit_that_names_nothing_moves_nothing(
    session: Session, scenario: SettlementScenario, cents: int
) -> None:
    bank_file = scenario.pay(session)
    unnamed = batch_of(bank_file, cents, "").replace(b"DBIT", b"CRDT")
    report = scenario.ingest(session, unnamed)
    assert (report.returned, scenario.decide(session)) == (0, 0)
    assert states(session) == ["sent", "sent"]


@pytest.mark.parametrize("way", WAYS)
def test_a_debit_after_an_undecided_return_confirms(
    session: Session, scenario: SettlementScenario, way: str
) -> None:
    """A booking outranks a refusal, which is open no more; a credit of what was paid still is."""
    bank_file = scenario.pay(session)
    scenario.ingest(session, freeing_answers(bank_file)[way])
    assert scenario.ingest(session, statement_of(payments_in(bank_file))).matched == 2
    assert states(session) == ["confirmed", "confirmed"]
    refused = way in WAYS[:2]
    assert scenario.decide(session) == (0 if refused else 2)
    assert account_sums(session)[Account.PAYABLE] == (0 if refused else 10_800)
    assert verify_books(session).differences == ()


def test_a_credit_takes_the_place_of_an_undecided_refusal(
    session: Session, scenario: SettlementScenario
) -> None:
    bank_file = scenario.pay(session)
    refused = report_of(bank_file, group="RJCT AG01")
    scenario.ingest(session, refused)
    scenario.ingest(session, statement_of(payments_in(bank_file), returned=True))
    scenario.ingest(session, refused)
    assert set(session.scalars(select(Payment.open_code))) == {Mismatch.SECOND_PERSON}
    assert scenario.decide(session) == 2
    assert set(session.scalars(select(Payment.credit_kind))) == {"camt.053"}
    assert account_sums(session)[Account.PAYABLE] == 10_800
    assert verify_books(session).differences == ()
