"""Random bank answers, doubled and forged, in any order: nobody is paid twice and nobody is lost."""

from __future__ import annotations

import re
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.payments import Payment
from tests.builders.bank_answers import DETAILS, FOREIGN, batch_of, line, report_of
from tests.builders.settlement import (
    PAYER_IBAN,
    SettlementScenario,
    a_settlement_scenario,
    account_sums,
    payments_in,
    statement_of,
)


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    scenario = a_settlement_scenario(session, providers_count=2)
    scenario.charge(session, 0)
    scenario.charge(session, 1, hours=1)
    return scenario


STATUSES = ("ACTC", "ACSP", "ACSC", "ACCC", "RJCT", "CANC", "RVNM", "PDNG", "XXXX")
REASONS = ("AG01", "AM05", "DU02", "MS03", "NARR")


def random_answer(random: Random, bank_file: bytes) -> bytes:
    """One of more than forty kinds of answer, true or forged."""
    sent = payments_in(bank_file)
    some = dict(random.sample(sorted(sent.items()), random.randint(1, len(sent))))
    kind, day = random.randrange(4), f"2026-11-{random.randint(21, 28)}"
    if kind == 0:
        status = random.choice(STATUSES)
        return report_of(bank_file, *(line(name, status, random.choice(REASONS)) for name in some), day=day)
    if kind == 1:
        return report_of(bank_file, group=f"{random.choice(STATUSES)} {random.choice(REASONS)}", day=day)
    account = random.choice((PAYER_IBAN, PAYER_IBAN, FOREIGN))
    if kind == 2:
        cents = sum(sent.values()) + random.choice((0, 0, 1))
        return batch_of(bank_file, cents, random.choice(DETAILS), account=account)
    reference, returned = random.choice("BCD"), random.random() < 0.4
    return statement_of(some, returned=returned, day=day, account=account, reference=reference)


def debited(content: bytes) -> set[str]:
    """The payments that a true statement of the payer's account debits."""
    text = content.decode()
    true = "camt.053" in text and PAYER_IBAN in text and "DBIT" in text
    return set(re.findall("<EndToEndId>(OMA.*?)<", text)) if true else set()


@pytest.mark.parametrize("seed", range(12))
def test_random_answers_pay_nobody_twice_and_lose_nobody(
    session: Session, scenario: SettlementScenario, seed: int
) -> None:
    random = Random(seed)
    bank_file = scenario.pay(session)
    answers = [random_answer(random, bank_file) for _ in range(12)]
    answers += random.sample(answers, 5)
    random.shuffle(answers)
    out: set[str] = set()
    for content in answers:
        scenario.ingest(session, content)
        out |= debited(content)
        sums = account_sums(session)
        assert sums[Account.PAYABLE] + sums[Account.TRANSIT] + sums[Account.BANK] == 10_800
    assert verify_books(session).differences == ()
    kept = session.execute(
        select(Payment.state, Payment.open_code, Payment.credit_kind, Payment.end_to_end_id)
    ).all()
    for state, open_code, credit, name in kept:
        if name in out and state == "returned":
            assert open_code is not None or credit is not None
