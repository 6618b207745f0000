"""What a transfer does to its payment, whatever was reported before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clearing.payments.rules.stripe_account_events import AccountChange, judge_account
from clearing.payments.rules.stripe_events import EventFault, later_payout_state, why_not_now
from clearing.payments.rules.stripe_payees import AccountState
from clearing.payments.rules.stripe_retries import wait_before_call
from clearing.payments.rules.stripe_transfers import (
    AwaitedTransfer,
    SeenTransfer,
    StripeFault,
    TransferStep,
    judge_transfer,
)
from foundation.vocabulary.stripe_keys import StripeKeys, read_stripe_keys

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SENT = AwaitedTransfer(1, 2, 12, 3, "OMA12R2P1", 7_200, "sent", "acct_1", False, None, False)
SEEN = SeenTransfer("tr_1", "OMA12R2P1", "OMA12R2", 7_200, "eur", "acct_1", 0, False, NOW)
CONFIRMED = replace(SENT, state="confirmed", transfer="tr_1")
RETURNED = replace(SENT, state="returned")
WHOLE = replace(SEEN, reversed_cents=7_200)
STEP = TransferStep


@pytest.mark.parametrize(
    ("awaited", "seen", "steps"),
    [
        (SENT, SEEN, (STEP.CONFIRM,)),
        (CONFIRMED, SEEN, (STEP.KNOWN,)),
        (CONFIRMED, WHOLE, (STEP.REVERSED_UNASKED,)),
        (replace(CONFIRMED, is_open=True), WHOLE, (STEP.KNOWN,)),
        (replace(CONFIRMED, reversal_approved=True), WHOLE, (STEP.RETURN,)),
        (SENT, WHOLE, (STEP.CONFIRM, STEP.REVERSED_UNASKED)),
        (replace(SENT, reversal_approved=True), WHOLE, (STEP.CONFIRM, STEP.RETURN)),
        (RETURNED, SEEN, (STEP.PAID_AFTER_RETURN,)),
        (replace(RETURNED, is_open=True), SEEN, (STEP.KNOWN,)),
        (RETURNED, WHOLE, (STEP.KNOWN,)),
        (replace(RETURNED, transfer="tr_1"), SEEN, (STEP.KNOWN,)),
        (replace(RETURNED, transfer="tr_1"), WHOLE, (STEP.KNOWN,)),
    ],
)
def test_steps(awaited: AwaitedTransfer, seen: SeenTransfer, steps: tuple[TransferStep, ...]) -> None:
    assert judge_transfer(awaited, seen) == (steps, None)


@pytest.mark.parametrize(
    ("awaited", "seen", "fault"),
    [
        (replace(SENT, state="prepared"), SEEN, StripeFault.NOT_SENT),
        (SENT, replace(SEEN, amount_cents=7_201), StripeFault.AMOUNT),
        (SENT, replace(SEEN, amount_cents=7_199), StripeFault.AMOUNT),
        (SENT, replace(SEEN, currency="sek"), StripeFault.CURRENCY),
        (SENT, replace(SEEN, destination="acct_2"), StripeFault.DESTINATION),
        (SENT, replace(SEEN, live=True), StripeFault.OTHER_MODE),
        (CONFIRMED, replace(SEEN, id="tr_2"), StripeFault.SECOND),
    ],
)
def test_what_does_not_agree_moves_nothing(
    awaited: AwaitedTransfer, seen: SeenTransfer, fault: StripeFault
) -> None:
    assert judge_transfer(awaited, seen) == ((), fault)


def test_a_part_that_came_back_is_for_a_person() -> None:
    part = replace(SEEN, reversed_cents=1)
    assert judge_transfer(CONFIRMED, part) == ((STEP.KNOWN,), StripeFault.PARTLY_REVERSED)
    assert judge_transfer(SENT, part) == ((STEP.CONFIRM,), StripeFault.PARTLY_REVERSED)


@pytest.mark.parametrize(
    ("age", "fault"),
    [
        (timedelta(0), None),
        (timedelta(minutes=5), None),
        (timedelta(minutes=5, seconds=1), EventFault.TOO_OLD),
        (timedelta(minutes=-1), None),
        (timedelta(minutes=-1, seconds=-1), EventFault.FROM_FUTURE),
    ],
)
def test_age_of_a_signature(age: timedelta, fault: EventFault | None) -> None:
    assert why_not_now(NOW - age, NOW) == fault


@pytest.mark.parametrize(
    ("known", "seen", "state"),
    [
        (None, "pending", "pending"),
        ("pending", "paid", "paid"),
        ("paid", "in_transit", "paid"),
        ("paid", "failed", "failed"),
        ("failed", "paid", "failed"),
        ("paid", "a new word of Stripe", "paid"),
    ],
)
def test_states_of_a_payout(known: str | None, seen: str, state: str) -> None:
    assert later_payout_state(known, seen) == state


OPEN = AccountState("acct_1", False, NOW, True, True, True, True, None, (), None)
SHUT = replace(OPEN, can_receive=False, disabled_reason="requirements.past_due", asks=("external_account",))
SECOND = timedelta(seconds=1)


def test_the_newest_word_about_an_account_counts() -> None:
    newer = replace(SHUT, seen_at=NOW + SECOND)
    assert judge_account(OPEN, newer) == AccountChange(newer, stale=False)
    assert judge_account(newer, OPEN) == AccountChange(None, stale=True)
    assert judge_account(OPEN, replace(OPEN, seen_at=NOW - SECOND)) == AccountChange(None, stale=False)


def test_of_two_words_of_one_second_the_stricter_holds_until_the_account_is_read() -> None:
    for known, seen in ((OPEN, SHUT), (SHUT, OPEN)):
        change = judge_account(known, seen)
        assert change.stale
        assert change.state is not None
        assert (change.state.can_receive, change.state.disabled_reason) == (False, "requirements.past_due")
    assert judge_account(OPEN, OPEN) == AccountChange(None, stale=False)


def test_waits_grow_to_an_hour() -> None:
    waits = [wait_before_call(attempts) for attempts in (1, 2, 3, 30)]
    assert waits == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8), timedelta(hours=1)]


def test_keys_are_read_by_county() -> None:
    faults: list[str] = []
    values = {
        "STRIPE_SECRET_KEY_12": "sk_test_12345678",
        "STRIPE_WEBHOOK_SECRET_12": "whsec_aaaaaaaa,whsec_bbbbbbbb",
    }
    [keys] = read_stripe_keys({**values, "STRIPE_SECRET_KEY_05": ""}, faults)
    assert (keys.county, keys.is_live, len(keys.webhook_secrets), faults) == ("12", False, 2, [])
    assert "sk_test" not in repr(keys)
    assert StripeKeys("12", "rk_" + "live_12345678", ()).is_live


@pytest.mark.parametrize(
    ("key", "secrets", "named"),
    [
        ("pk_test_12345678", "whsec_aaaaaaaa", "STRIPE_SECRET_KEY_12"),
        ("sk_test_12345678", "", "STRIPE_WEBHOOK_SECRET_12"),
        ("sk_test_12345678", "whsec_aaaaaaaa,secret", "STRIPE_WEBHOOK_SECRET_12"),
    ],
)
def test_wrong_keys_are_named_without_their_values(key: str, secrets: str, named: str) -> None:
    faults: list[str] = []
    read_stripe_keys({"STRIPE_SECRET_KEY_12": key, "STRIPE_WEBHOOK_SECRET_12": secrets}, faults)
    [fault] = faults
    assert named in fault
    assert "12345678" not in fault
