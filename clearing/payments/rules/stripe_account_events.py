"""In which order Stripe's words about an account count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from clearing.payments.rules.stripe_payees import AccountState


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What an event makes of an account: the state to store (None: none), and whether to read it again."""

    state: AccountState | None
    stale: bool


def judge_account(known: AccountState, seen: AccountState) -> AccountChange:
    """The newest word counts; of two of the same second the stricter, and the account is read again.

    An older word changes nothing. It too has the account read again: Stripe's clock is not ours.
    """
    if seen.seen_at > known.seen_at:
        return AccountChange(seen, stale=False)
    if seen.seen_at < known.seen_at:
        return AccountChange(None, stale=_said(seen) != _said(known))
    if _said(seen) == _said(known):
        return AccountChange(None, stale=False)
    return AccountChange(_stricter(known, seen), stale=True)


def later(known: datetime | None, seen: datetime) -> datetime:
    """Return the later of two moments."""
    return seen if known is None or seen > known else known


def _said(state: AccountState) -> AccountState:
    return replace(state, seen_at=datetime.min.replace(tzinfo=UTC))


def _stricter(known: AccountState, seen: AccountState) -> AccountState:
    return replace(
        known,
        can_receive=known.can_receive and seen.can_receive,
        can_charge_cards=known.can_charge_cards and seen.can_charge_cards,
        pays_out=known.pays_out and seen.pays_out,
        is_submitted=known.is_submitted and seen.is_submitted,
        disabled_reason=max(filter(None, (known.disabled_reason, seen.disabled_reason)), default=None),
        asks=tuple(sorted({*known.asks, *seen.asks})),
        asks_by=min(filter(None, (known.asks_by, seen.asks_by)), default=None),
    )
