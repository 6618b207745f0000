"""Transfers that came back: asked for by two people, or reversed at Stripe by somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from clearing.payments.actions.decide_open_answer import decide_open_answer
from clearing.payments.actions.reverse_transfer import approve_reversal, ask_reversal
from clearing.payments.actions.send_stripe_calls import CallResult
from clearing.payments.rules.settling import RunRefusalCode
from clearing.payments.rules.stripe_events import Outcome
from clearing.payments.rules.stripe_transfers import AwaitedTransfer
from clearing.payments.rules.verdicts import Decision, Mismatch
from foundation.database.tables.payments import Payment
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Role
from tests.builders.engines import release
from tests.builders.people import a_person
from tests.builders.stripe import DUE, a_stripe_world, an_event
from tests.builders.stripe_run import HalfAndHalf, a_transfer, deliver, payment_named
from worlds.stripe_loopback.objects import restricted


@pytest.fixture
def half(fresh_database: str) -> Iterator[HalfAndHalf]:
    with a_stripe_world() as world:
        half = HalfAndHalf(fresh_database, world)
        yield half
        release(half.engine)


def test_a_reversal_that_nobody_asked_for_waits_for_a_person(half: HalfAndHalf) -> None:
    payment_id, name = payment_named(half)
    made = an_event("transfer.created", a_transfer(half, name), DUE, 1)
    back = an_event("transfer.reversed", a_transfer(half, name, amount_reversed=7_200), DUE, 2)
    assert deliver(half, back, made) == [Outcome.APPLIED, Outcome.KNOWN]
    assert half.sums() == (0, 21_600, 7_200), "paid; what came back is not payable yet"
    with half.sessions.begin() as session:
        done = decide_open_answer(session, payment_id, Decision.HOLDS, actor=half.scenario.approver, now=DUE)
        assert done is Decision.HOLDS
    assert half.sums() == (7_200, 21_600, 0)


def test_a_transfer_after_its_money_was_returned_holds_the_payee(half: HalfAndHalf) -> None:
    half.sent()
    books, account = half.world.books, half.accounts[0]
    half.world.now = DUE
    books.put(restricted(books.of(account), "listed", []), "account.updated", account)
    half.deliver()
    assert CallResult.REFUSED in half.send()
    with half.sessions() as session:
        [name] = session.scalars(select(Payment.end_to_end_id).where(Payment.state == "returned"))
    assert deliver(half, an_event("transfer.created", a_transfer(half, name), DUE, 9)) == [Outcome.APPLIED]
    with half.sessions() as session:
        [code] = session.scalars(select(Payment.open_code).where(Payment.end_to_end_id == name))
    assert code == Mismatch.PAID_AFTER_RETURN


def test_a_transfer_is_taken_back_by_two_people(half: HalfAndHalf) -> None:
    payment_id, _ = payment_named(half)
    half.send()
    scenario = half.scenario
    with half.sessions.begin() as session:
        another = a_person(session, Role.SETTLEMENT_OFFICER, county_id=scenario.county.id)
        asked = ask_reversal(session, payment_id, why="Väärä summa", actor=scenario.officer, now=DUE)
        assert isinstance(asked, AwaitedTransfer)
        again = ask_reversal(session, payment_id, why="Väärä summa", actor=another, now=DUE)
        assert again == Refusal(RunRefusalCode.WRONG_STATE)
        refused = approve_reversal(session, payment_id, actor=scenario.officer, now=DUE)
        assert refused == Refusal(RunRefusalCode.ROLE_FORBIDDEN)
    assert half.send() == []
    with half.sessions.begin() as session:
        not_refused(approve_reversal(session, payment_id, actor=scenario.approver, now=DUE))
    assert half.send() == [CallResult.DONE]
    assert half.sums() == (7_200, 14_400, 7_200)
    half.deliver()
    assert half.sums() == (7_200, 14_400, 7_200), "the event says what the answer said"


def test_who_asked_for_a_reversal_does_not_approve_it(half: HalfAndHalf) -> None:
    payment_id, _ = payment_named(half)
    half.send()
    both = half.scenario.officer
    with half.sessions.begin() as session:
        not_refused(ask_reversal(session, payment_id, why="x", actor=both, now=DUE))
        same = replace(both, role=Role.SETTLEMENT_APPROVER)
        assert approve_reversal(session, payment_id, actor=same, now=DUE) == Refusal(
            RunRefusalCode.SAME_PERSON
        )
