"""Who may do which step of a payment run, and that the hash covers everything that is sent."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from clearing.payments.gateways.sepa_text import sepa_id
from clearing.payments.rules.run_hash import PaymentLine, SettlementLine, hash_of
from clearing.payments.rules.settling import (
    APPROVERS,
    PREPARERS,
    SENDERS,
    Run,
    RunRefusalCode,
    RunState,
    batch_id,
    end_to_end_id,
    message_id,
    payment_reference,
    why_not_approved,
    why_not_by,
    why_not_sent,
)
from foundation.vocabulary.identifiers import parse_reference_number
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role

RUN = Run(17, 1, "12", date(2026, 11, 20), RunState.PREPARED, prepared_by=5, approved_hash=None)
APPROVER = Actor(6, Role.SETTLEMENT_APPROVER, "Approver", county_id=1)
PAYMENT = PaymentLine("OMA12R17P1", "1234567-1", "Oy", "FI1", "NDEAFIHH", Money(100), "RF1")
SETTLEMENT = SettlementLine(3, "1234567-1", 4, Money(100), None)


@pytest.mark.parametrize(
    ("run", "actor", "seen_hash", "refusal"),
    [
        (RUN, APPROVER, "h", None),
        (RUN, replace(APPROVER, role=Role.SETTLEMENT_OFFICER), "h", RunRefusalCode.ROLE_FORBIDDEN),
        (RUN, replace(APPROVER, role=Role.ADMIN), "h", RunRefusalCode.ROLE_FORBIDDEN),
        (RUN, replace(APPROVER, person_id=None), "h", RunRefusalCode.ROLE_FORBIDDEN),
        (RUN, replace(APPROVER, county_id=2), "h", RunRefusalCode.OTHER_COUNTY),
        (RUN, replace(APPROVER, county_id=None), "h", RunRefusalCode.OTHER_COUNTY),
        (RUN, replace(APPROVER, person_id=5), "h", RunRefusalCode.SAME_PERSON),
        (replace(RUN, state=RunState.APPROVED), APPROVER, "h", RunRefusalCode.WRONG_STATE),
        (replace(RUN, state=RunState.CANCELLED), APPROVER, "h", RunRefusalCode.WRONG_STATE),
        (RUN, APPROVER, "x", RunRefusalCode.HASH_DIFFERS),
        (RUN, APPROVER, "", RunRefusalCode.HASH_DIFFERS),
    ],
)
def test_who_approves_what(run: Run, actor: Actor, seen_hash: str, refusal: RunRefusalCode | None) -> None:
    assert why_not_approved(run, actor, seen_hash, "h") == (refusal and Refusal(refusal))


@pytest.mark.parametrize(
    ("state", "approved_hash", "refusal"),
    [
        (RunState.PREPARED, None, RunRefusalCode.WRONG_STATE),
        (RunState.APPROVED, "h", None),
        (RunState.SENT, "h", None),
        (RunState.CLOSED, "h", None),
        (RunState.CANCELLED, "h", RunRefusalCode.WRONG_STATE),
        (RunState.APPROVED, "x", RunRefusalCode.HASH_DIFFERS),
    ],
)
def test_what_is_sent(state: RunState, approved_hash: str | None, refusal: RunRefusalCode | None) -> None:
    run = replace(RUN, state=state, approved_hash=approved_hash)
    assert why_not_sent(run, APPROVER, "h") == (refusal and Refusal(refusal))


def _other(value: Any) -> Any:
    return value + 1 if isinstance(value, int) else f"{value}x"


@pytest.mark.parametrize("name", [field.name for field in fields(PaymentLine)])
def test_the_hash_covers_every_part_of_a_payment(name: str) -> None:
    changed = replace(PAYMENT, **{name: _other(getattr(PAYMENT, name))})
    assert hash_of(RUN, [changed], [SETTLEMENT]) != hash_of(RUN, [PAYMENT], [SETTLEMENT])


@pytest.mark.parametrize("name", [field.name for field in fields(SettlementLine)])
def test_the_hash_covers_every_part_of_a_settlement(name: str) -> None:
    changed = replace(SETTLEMENT, **{name: _other(getattr(SETTLEMENT, name))})
    assert hash_of(RUN, [PAYMENT], [changed]) != hash_of(RUN, [PAYMENT], [SETTLEMENT])


def test_the_hash_of_a_run_never_changes() -> None:
    waiting = replace(SETTLEMENT, settlement_id=4, waiting="bank_account_missing")
    content = (
        "run;17;12;2026-11-20\n"
        "payment\tOMA12R17P1\t1234567-1\tOy\tFI1\tNDEAFIHH\t100\tRF1\n"
        "settlement\t3\t1234567-1\t4\t100\t\n"
        "settlement\t4\t1234567-1\t4\t100\tbank_account_missing\n"
    )
    assert hash_of(RUN, [PAYMENT], [SETTLEMENT, waiting]) == hashlib.sha256(content.encode()).hexdigest()


OPERATOR = Actor(None, Role.SETTLEMENT_OFFICER, "cron", county_id=1)
WHO = [
    (APPROVER, APPROVERS, None),
    (APPROVER, PREPARERS, RunRefusalCode.ROLE_FORBIDDEN),
    (APPROVER, SENDERS, None),
    (OPERATOR, PREPARERS, RunRefusalCode.ROLE_FORBIDDEN),
    (OPERATOR, SENDERS, None),
    (replace(OPERATOR, county_id=2), SENDERS, RunRefusalCode.OTHER_COUNTY),
    (replace(APPROVER, role=None), SENDERS, RunRefusalCode.ROLE_FORBIDDEN),
]


@pytest.mark.parametrize(("actor", "roles", "refusal"), WHO)
def test_who_takes_which_step(actor: Actor, roles: frozenset[Role], refusal: RunRefusalCode | None) -> None:
    assert why_not_by(actor, roles, county_id=1) == (refusal and Refusal(refusal))


def test_the_hash_is_of_one_run() -> None:
    assert hash_of(replace(RUN, id=18), [], []) != hash_of(RUN, [], [])
    assert hash_of(replace(RUN, not_before=RUN.until), [], []) != hash_of(RUN, [], [])


def test_identifiers_fit_a_bank_file_for_ever() -> None:
    highest = 2**63 - 1
    assert (message_id("12", 17), batch_id("12", 17)) == ("OMA12R17", "OMA12R17B1")
    assert (end_to_end_id("12", 17, 5), payment_reference(17)) == ("OMA12R17P5", "RF3017")
    assert sepa_id(end_to_end_id("12", 99_999_999, 999_999_999_999))
    assert parse_reference_number(payment_reference(highest)) == payment_reference(highest)
