"""What becomes of money that nobody can charge any more (rulebook: window ended and late days passed)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class ExpiringHold:
    """What a choice holds, and whether its last day and the late days are over."""

    choice_id: int
    held_cents: Money
    is_over: bool


@dataclass(frozen=True, slots=True)
class Expiring:
    """A funding with money; ``window_over``: its window and the late days, and no charge waits."""

    funding_id: int
    voucher: str
    county_id: int
    cost_centre_id: int
    window_over: bool
    free_cents: Money
    holds: Sequence[ExpiringHold]


def released(funding: Expiring) -> list[ExpiringHold]:
    """The holds that nobody can draw on any more."""
    return [hold for hold in funding.holds if hold.is_over or funding.window_over]


def expiry_postings(funding: Expiring) -> list[Posting]:
    """Held → free for each hold that is over; then free → the appropriation when the window is over."""
    freed = released(funding)
    postings = [
        Posting(
            county_id=funding.county_id,
            event=Event.RELEASE,
            from_account=Account.HELD,
            to_account=Account.FREE,
            amount_cents=hold.held_cents,
            funding_id=funding.funding_id,
            choice_id=hold.choice_id,
        )
        for hold in freed
    ]
    left = funding.free_cents + sum(hold.held_cents for hold in freed)
    return [*postings, _returned(funding, Money(left))] if funding.window_over and left else postings


def _returned(funding: Expiring, amount_cents: Money) -> Posting:
    return Posting(
        county_id=funding.county_id,
        event=Event.EXPIRE,
        from_account=Account.FREE,
        to_account=Account.APPROPRIATION,
        amount_cents=amount_cents,
        cost_centre_id=funding.cost_centre_id,
        funding_id=funding.funding_id,
    )
