"""Events of Stripe: once, in any order, and nothing from anybody else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.payments.actions.take_account import read_again
from clearing.payments.actions.take_stripe_event import take_stripe_event
from clearing.payments.load.stripe_payees import stripe_payees
from clearing.payments.rules.payouts import WaitReason, why_stripe_waits
from clearing.payments.rules.stripe_events import EventFault, Outcome
from clearing.payments.rules.stripe_transfers import StripeFault
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.stripe import StripeAccount, StripeCall, StripeEvent
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.vocabulary.stripe_keys import StripeKeys
from tests.builders.engines import release
from tests.builders.people import a_person
from tests.builders.settlement import a_settlement_scenario
from tests.builders.stripe import DUE, KEYS, a_stripe_world, an_event, signed, take
from tests.builders.stripe_run import HalfAndHalf, a_transfer, deliver, payment_named
from worlds.stripe_loopback.objects import answered, restricted


@pytest.fixture
def half(fresh_database: str) -> Iterator[HalfAndHalf]:
    with a_stripe_world() as world:
        half = HalfAndHalf(fresh_database, world)
        yield half
        release(half.engine)


def wait_of(half: HalfAndHalf, index: int = 2) -> WaitReason | None:
    with half.sessions() as session:
        provider_id = half.scenario.provider_ids[index]
        return why_stripe_waits(
            stripe_payees(session, half.scenario.county.id, [provider_id])[provider_id], DUE
        )


def test_a_doubled_event_counts_once(half: HalfAndHalf) -> None:
    _, name = payment_named(half)
    event = an_event("transfer.created", a_transfer(half, name), DUE)
    assert deliver(half, event, event) == [Outcome.APPLIED, Outcome.KNOWN]
    assert half.sums() == (0, 21_600, 7_200)


def test_an_event_changes_nothing_of_another_county(half: HalfAndHalf) -> None:
    _, name = payment_named(half)
    with half.sessions.begin() as session:
        a_settlement_scenario(session, providers_count=0, code="05")
    others = StripeKeys("05", "sk_test_of_another", ("whsec_of_another",))
    account = half.accounts[0]
    shut = restricted(half.world.books.of(account), "listed", [])
    for event in (
        an_event("transfer.created", a_transfer(half, name), DUE, 1),
        an_event("account.updated", shut, DUE, 2, account=account),
    ):
        with half.sessions.begin() as session:
            assert take(session, event, now=DUE, keys=others) in (Outcome.LISTED, Outcome.UNMATCHED)
    assert half.sums() == (0, 28_800, 0)
    assert wait_of(half) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": 7_199}, StripeFault.AMOUNT),
        ({"currency": "sek"}, StripeFault.CURRENCY),
        ({"destination": "acct_other"}, StripeFault.DESTINATION),
        ({"metadata": {"payment": "OMA12R9P9"}}, StripeFault.UNKNOWN),
        ({"metadata": {}}, StripeFault.UNKNOWN),
        ({"amount": None}, StripeFault.UNREADABLE),
    ],
)
def test_what_is_not_understood_is_listed_and_moves_nothing(
    half: HalfAndHalf, change: dict[str, object], code: StripeFault
) -> None:
    _, name = payment_named(half)
    event = an_event("transfer.created", a_transfer(half, name, **change), DUE)
    assert deliver(half, event) == [Outcome.LISTED]
    assert half.sums() == (0, 28_800, 0)
    with half.sessions() as session:
        [row] = session.scalars(select(StripeEvent))
        assert (row.outcome, row.code) == ("listed", code.value)
    is_about_the_payee = "destination" not in change and code is not StripeFault.UNREADABLE
    assert wait_of(half) == (WaitReason.STRIPE_UNCLEAR if is_about_the_payee else None)


def test_other_modes_and_unknown_types_are_kept_and_do_nothing(half: HalfAndHalf) -> None:
    _, name = payment_named(half)
    body = a_transfer(half, name)
    assert deliver(
        half,
        an_event("transfer.created", body, DUE, 1, livemode=True),
        an_event("radar.early_fraud_warning.created", {"id": "x"}, DUE, 2),
        an_event("account.updated", {"id": "acct_stranger"}, DUE, 3, account="acct_stranger"),
        an_event("transfer.created", {**body, "livemode": True}, DUE, 4),
    ) == [Outcome.OTHER_MODE, Outcome.UNKNOWN_TYPE, Outcome.UNMATCHED, Outcome.LISTED]
    assert half.sums() == (0, 28_800, 0)
    with half.sessions() as session:
        assert len(session.scalars(select(StripeEvent)).all()) == 4


def test_refused_events_are_not_kept(half: HalfAndHalf) -> None:
    _, name = payment_named(half)
    event = an_event("transfer.created", a_transfer(half, name), DUE)
    with half.sessions.begin() as session:
        forged = signed(event, DUE, "whsec_forged")
        assert take_stripe_event(session, *forged, [KEYS], now=DUE) == Refusal(EventFault.UNSIGNED)
        old = signed(event, DUE - timedelta(hours=1))
        assert take_stripe_event(session, *old, [KEYS], now=DUE) == Refusal(EventFault.TOO_OLD)
        assert session.scalars(select(StripeEvent)).all() == []
    assert half.sums() == (0, 28_800, 0)


def test_a_restricted_account_holds_its_payee_at_once_and_an_older_word_does_not_free_it(
    half: HalfAndHalf,
) -> None:
    books, account = half.world.books, half.accounts[0]
    whole = books.of(account)
    shut = restricted(whole, "requirements.past_due", ["external_account"])
    second = timedelta(seconds=1)
    older = an_event("account.updated", whole, DUE, 1, account=account)
    newer = an_event("account.updated", shut, DUE + second, 2, account=account)
    assert deliver(half, newer, older) == [Outcome.APPLIED, Outcome.STALE]
    assert wait_of(half) is WaitReason.STRIPE_RESTRICTED
    with half.sessions() as session:
        [row] = session.scalars(select(StripeAccount).where(StripeAccount.account == account))
        assert (row.asks, row.stale) == (["external_account"], True)
    books.held[account] = shut
    assert read_again(half.sessions, {"12": half.world.rail}, now=DUE + second) == 1
    assert wait_of(half) is WaitReason.STRIPE_RESTRICTED
    half.world.books.held[account] = answered(shut)
    open_again = an_event("account.updated", answered(shut), DUE + 2 * second, 3, account=account)
    assert deliver(half, open_again) == [Outcome.APPLIED]
    assert wait_of(half) is None


def test_owners_are_told_once_in_words(half: HalfAndHalf) -> None:
    with half.sessions.begin() as session:
        provider_id = half.scenario.provider_ids[2]
        a_person(session, Role.PROVIDER_OWNER, name="Olli Omistaja", provider_id=provider_id)
    account = half.accounts[0]
    shut = restricted(half.world.books.of(account), "requirements.past_due", ["external_account"])
    failed = {"id": "po_1", "amount": 1, "status": "failed", "failure_code": "account_closed", "metadata": {}}
    deliver(
        half,
        an_event("account.updated", shut, DUE, 1, account=account),
        an_event("payout.failed", failed, DUE, 2, account=account),
    )
    with half.sessions() as session:
        [mail] = session.scalars(select(OutboxMessage).where(OutboxMessage.key.startswith("stripe_task:")))
    assert "Stripe" in mail.body["text"]
    assert account not in mail.body["text"]


def test_a_bank_behind_the_account_waits_and_a_failed_payout_holds(half: HalfAndHalf) -> None:
    account, hour = half.accounts[0], timedelta(hours=1)
    changed = an_event("account.external_account.updated", {"id": "ba_1"}, DUE - hour, 1, account=account)
    assert deliver(half, changed) == [Outcome.APPLIED]
    assert wait_of(half) is WaitReason.STRIPE_CHANGED
    failed = {"id": "po_1", "amount": 1, "status": "failed", "failure_code": "account_closed", "metadata": {}}
    deliver(half, an_event("payout.failed", failed, DUE, 2, account=account))
    assert wait_of(half) is WaitReason.STRIPE_PAYOUT_FAILED
    deliver(half, an_event("account.application.deauthorized", {"id": "ca_1"}, DUE, 3, account=account))
    assert wait_of(half) is WaitReason.STRIPE_RESTRICTED
    reopened = half.world.books.of(account)
    later = an_event("account.updated", reopened, DUE + hour, 4, account=account)
    assert deliver(half, later) == [Outcome.STALE], "an account that is gone does not come back"


def test_a_payout_is_followed_and_its_failure_outranks_an_earlier_payment(half: HalfAndHalf) -> None:
    half.sent()
    half.send()
    account = half.accounts[0]
    payout = next(one for one in half.world.books.held.values() if one["object"] == "payout")
    failed = an_event(
        "payout.failed",
        {**payout, "status": "failed", "failure_code": "account_closed"},
        DUE,
        1,
        account=account,
    )
    paid = an_event("payout.paid", {**payout, "status": "paid"}, DUE, 2, account=account)
    deliver(half, failed, paid)
    with half.sessions() as session:
        rows = session.execute(select(StripeCall.result, StripeCall.error).where(StripeCall.kind == "payout"))
        assert ("failed", "account_closed") in {tuple(row) for row in rows}


def state_of(session: Session) -> list[tuple[object, ...]]:
    """What events may change, without the order in which they came."""
    accounts = select(
        StripeAccount.account, StripeAccount.can_receive, StripeAccount.asks, StripeAccount.bank_changed_at
    ).order_by(StripeAccount.id)
    calls = select(StripeCall.payment_id, StripeCall.kind, StripeCall.state, StripeCall.result).order_by(
        StripeCall.payment_id, StripeCall.kind
    )
    return [tuple(map(str, row)) for query in (accounts, calls) for row in session.execute(query)]


@pytest.mark.parametrize("seed", range(3))
def test_any_order_ends_where_the_right_one_does(half: HalfAndHalf, seed: int) -> None:
    half.sent()
    half.send()
    books, account, second = half.world.books, half.accounts[0], timedelta(seconds=1)
    whole = books.of(account)
    events = half.world.new_events() + [
        an_event(
            "account.updated",
            restricted(whole, "requirements.past_due", [f"ask_{number}"]) if number % 2 else answered(whole),
            DUE + number * second,
            number,
            account=account,
        )
        for number in range(1, 8)
    ]
    mixed = events * 2
    random.Random(seed).shuffle(mixed)
    deliver(half, *mixed)
    with half.sessions() as session:
        found = state_of(session)
    assert "False" in found[0]
    assert "ask_7" in str(found[0])
    assert half.sums() == (0, 14_400, 14_400)
    with half.sessions() as session:
        assert len(session.scalars(select(StripeEvent)).all()) == len(events)
