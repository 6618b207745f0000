"""A run half by bank, half by Stripe: one hash, one approval, one set of books."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from clearing.payments.actions.export_bank_file import export_bank_file, send_run
from clearing.payments.actions.send_stripe_calls import CallResult
from clearing.payments.rules.payouts import WaitReason
from clearing.payments.rules.settling import RunRefusalCode, RunState
from clearing.payments.rules.stripe_events import Outcome
from clearing.payments.rules.stripe_payees import Rail
from foundation.database.tables import stripe
from foundation.vocabulary.refusals import Refusal, not_refused
from tests.builders import NOW
from tests.builders.engines import release
from tests.builders.settlement import (
    a_settlement_scenario,
    payments_in,
    statement_of,
)
from tests.builders.stripe import DUE, a_stripe_world
from tests.builders.stripe_run import HalfAndHalf
from worlds.stripe_loopback.objects import restricted
from worlds.stripe_loopback.server import Fault


@pytest.fixture
def half(fresh_database: str) -> Iterator[HalfAndHalf]:
    with a_stripe_world() as world:
        half = HalfAndHalf(fresh_database, world)
        yield half
        release(half.engine)


def test_one_run_pays_by_both_rails_to_the_cent(half: HalfAndHalf) -> None:
    run = half.approved()
    assert [payment.rail for payment in run.payments] == [Rail.BANK] * 2 + [Rail.STRIPE] * 2
    with half.sessions.begin() as session:
        actor = half.scenario.officer
        file = not_refused(export_bank_file(session, run.run.id, actor=actor, now=NOW))
    assert sorted(payments_in(file).values()) == [7_200, 7_200]
    assert half.sums() == (0, 28_800, 0)
    assert half.world.send(half.sessions) == [], "Stripe pays on the same day as the bank"
    assert half.send() == [CallResult.DONE] * 4, "two transfers and their payouts"
    assert half.sums() == (0, 14_400, 14_400)
    with half.sessions.begin() as session:
        half.scenario.ingest(session, statement_of(payments_in(file)), now=DUE)
    assert half.sums() == (0, 0, 28_800)
    assert half.contents(run).run.state is RunState.CLOSED
    transfers = [one for one in half.world.books.held.values() if one["object"] == "transfer"]
    named = {payment.line.end_to_end_id for payment in run.by(Rail.STRIPE)}
    assert {one["metadata"]["payment"] for one in transfers} == named
    assert {(one["amount"], one["transfer_group"]) for one in transfers} == {(7_200, f"OMA12R{run.run.id}")}
    payouts = [one for one in half.world.books.held.values() if one["object"] == "payout"]
    references = {payment.line.reference for payment in run.by(Rail.STRIPE)}
    assert {one["statement_descriptor"] for one in payouts} == references


def test_events_confirm_what_the_answer_has_confirmed_only_once(half: HalfAndHalf) -> None:
    half.sent()
    half.send()
    before = half.sums()
    assert half.deliver() == [Outcome.KNOWN] * 2 + [Outcome.APPLIED] * 2, "transfers, then payouts"
    assert half.sums() == before


def test_an_event_confirms_a_transfer_whose_answer_was_lost(half: HalfAndHalf) -> None:
    run = half.sent()
    half.world.loopback.faults.append(Fault("drop_after", times=99, path="transfers"))
    assert half.send() == [CallResult.LATER] * 2
    half.world.loopback.faults.clear()
    assert half.sums() == (0, 28_800, 0)
    assert half.deliver() == [Outcome.APPLIED] * 2
    assert half.sums() == (0, 14_400, 14_400)
    assert {payment.state for payment in half.contents(run).by(Rail.STRIPE)} == {"confirmed"}
    assert half.send() == [CallResult.DONE] * 2, "their payouts; no transfer is tried again"


def test_the_hash_covers_the_rail_and_the_account(half: HalfAndHalf) -> None:
    run = half.approved()
    with half.sessions.begin() as session:
        session.execute(update(stripe.StripeAccount).values(account=stripe.StripeAccount.account + "X"))
    with half.sessions.begin() as session:
        refused = send_run(session, run.run.id, actor=half.scenario.officer, now=NOW)
    assert refused == Refusal(RunRefusalCode.HASH_DIFFERS)


def test_a_run_by_stripe_alone_has_no_file(half: HalfAndHalf) -> None:
    with half.sessions.begin() as session:
        scenario = a_settlement_scenario(session, providers_count=1, code="05")
        scenario.charge(session, 0)
        half.world.pays(session, scenario, 0)
        run = scenario.approve(session, scenario.prepare(session))
        refused = export_bank_file(session, run.run.id, actor=scenario.officer, now=NOW)
        assert refused == Refusal(RunRefusalCode.NOTHING_BY_BANK)
        sent = not_refused(send_run(session, run.run.id, actor=scenario.officer, now=NOW))
        assert sent.run.state is RunState.SENT
        session.rollback()


def test_an_account_restricted_after_the_approval_gets_nothing(half: HalfAndHalf) -> None:
    run = half.sent()
    books, account = half.world.books, half.accounts[0]
    half.world.now = DUE
    books.put(
        restricted(books.of(account), "requirements.past_due", ["external_account"]),
        "account.updated",
        account,
    )
    assert half.deliver() == [Outcome.APPLIED]
    assert sorted(half.send()) == [CallResult.DONE, CallResult.DONE, CallResult.REFUSED]
    assert half.sums() == (7_200, 14_400, 7_200)
    tried = [
        path for method, path, *_ in half.world.loopback.requests if (method, path) == ("POST", "transfers")
    ]
    assert len(tried) == 1, "Stripe is not even asked for the other"
    [back] = half.contents(run).returned
    assert back.sum_cents == 7_200
    with half.sessions.begin() as session:
        again = half.scenario.prepare(session, now=DUE)
        assert [one.line.waiting for one in again.waiting] == [WaitReason.STRIPE_RESTRICTED]
        session.rollback()


def test_a_bank_answer_moves_no_payment_by_stripe(half: HalfAndHalf) -> None:
    run = half.sent()
    names = {payment.line.end_to_end_id: 7_200 for payment in run.by(Rail.STRIPE)}
    with half.sessions.begin() as session:
        report = half.scenario.ingest(session, statement_of(names), now=DUE)
    assert report.matched == 0
    assert {answer.mismatch.value for answer in report.unmatched} == {"payment_by_stripe"}
    assert half.sums() == (0, 28_800, 0)


def test_calls_are_kept_with_the_run(half: HalfAndHalf) -> None:
    half.sent()
    half.send()
    with half.sessions() as session:
        rows = session.scalars(select(stripe.StripeCall).order_by(stripe.StripeCall.id)).all()
    assert [(row.kind, row.state) for row in rows] == [("transfer", "done")] * 2 + [("payout", "done")] * 2
