"""Note what Stripe says of a provider's account, and tell its owners when they must do something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from clearing.eligibility.load.owners import emails_of_owners
from clearing.ledger.write.outbox import leave_mail
from clearing.payments.gateways.stripe_rail import StripeCallError, StripeRail
from clearing.payments.gateways.stripe_texts import TASK_SUBJECT, TASK_TEXT
from clearing.payments.load.stripe_accounts import KnownAccount, account_named, stale_accounts
from clearing.payments.rules.stripe_account_events import judge_account
from clearing.payments.rules.stripe_events import Outcome
from clearing.payments.rules.stripe_payees import AccountState
from clearing.payments.write.stripe_accounts import change_account, note_state
from foundation.vocabulary.dates import helsinki_day

SKEW = timedelta(minutes=2)
"""How far Stripe's clock may be from ours: what was read from Stripe counts as of so much earlier."""


def note_account(session: Session, known: KnownAccount, seen: AccountState, *, now: datetime) -> Outcome:
    """Store the newest word about an account; an older one only has it read again.

    From the moment at which Stripe restricts it nothing is paid to it; its owners get a mail with the task.
    """
    change = judge_account(_state_of(known), seen)
    if change.state is not None:
        note_state(session, known.id, change.state)
    if change.stale:
        change_account(session, known.id, {"stale": True})
    after = change.state
    if after is not None and known.is_ready and not (after.can_receive and after.pays_out):
        tell_owners(session, known, now=now)
    if after is None:
        return Outcome.STALE if seen.seen_at < known.seen_at else Outcome.KNOWN
    return Outcome.APPLIED


def tell_owners(session: Session, known: KnownAccount, *, now: datetime) -> None:
    """Mail the provider's owners that Stripe needs something of them, at most once a day."""
    day = helsinki_day(now)
    for email in emails_of_owners(session, known.provider_id, day):
        key = f"stripe_task:{known.id}:{day}:{email}"
        leave_mail(session, key, to=email, subject=TASK_SUBJECT, text=TASK_TEXT, now=now)


def read_again(sessions: sessionmaker[Session], rails: Mapping[str, StripeRail], *, now: datetime) -> int:
    """Read the accounts of which events could not be put in order; return how many were stored."""
    with sessions() as session:
        stale = stale_accounts(session, list(rails))
    return sum(read_account(sessions, rails[known.county], known, now=now) for known in stale)


def read_account(
    sessions: sessionmaker[Session], rail: StripeRail, known: KnownAccount, *, now: datetime
) -> bool:
    """Read an account from Stripe and store it, unless an event came meanwhile; return whether it was."""
    try:
        seen = rail.account(known.account, now)
    except StripeCallError:
        return False
    with sessions.begin() as session:
        return store_read(session, known, seen, now=now)


def store_read(session: Session, known: KnownAccount, seen: AccountState, *, now: datetime) -> bool:
    """Store an account that was read after it was `known`; return whether it was stored.

    It counts as of a little earlier than now, because Stripe's clock is not ours: an event of this minute
    is put after it.
    """
    current = account_named(session, known.county_id, known.account)
    if current is None or current.seen_at != known.seen_at:
        return False
    note_state(session, known.id, replace(seen, seen_at=max(known.seen_at, now - SKEW)))
    if known.is_ready and not (seen.can_receive and seen.pays_out):
        tell_owners(session, known, now=now)
    return True


def _state_of(known: KnownAccount) -> AccountState:
    return AccountState(
        account=known.account,
        live=known.live,
        seen_at=known.seen_at,
        can_receive=known.can_receive,
        can_charge_cards=known.can_charge_cards,
        pays_out=known.pays_out,
        is_submitted=known.is_submitted,
        disabled_reason=known.disabled_reason,
        asks=tuple(known.asks),
        asks_by=known.asks_by,
    )
