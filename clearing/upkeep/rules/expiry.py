"""Returning money and units that nobody can charge any more (rulebook, Balance and ledger).

They return when the window and the late days are over, or once the grant is revoked or replaced.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.money import NO_UNITS, Money, Quantity


@dataclass(frozen=True, slots=True)
class ExpiringHold:
    """The hold of a choice, and whether its last day and the late days are over."""

    choice_id: int
    held_cents: Money
    is_over: bool
    held_quantity: Quantity = NO_UNITS


@dataclass(frozen=True, slots=True)
class Expiring:
    """A funding with money or units.

    `window_over`: the window and the late days are over, and no charge is on hold. `is_given_up`: it is
    revoked or replaced as of today, and no charge is on hold; its free money returns without waiting for late
    days.
    """

    funding_id: int
    voucher: str
    county_id: int
    cost_centre_id: int
    window_over: bool
    is_given_up: bool
    free_cents: Money
    holds: Sequence[ExpiringHold]
    free_quantity: Quantity = NO_UNITS


def released(funding: Expiring) -> list[ExpiringHold]:
    """Return the holds that can no longer be used."""
    return [hold for hold in funding.holds if hold.is_over or funding.window_over]


def expiry_postings(funding: Expiring) -> list[Posting]:
    """Move each hold that is over to free money, and then, if the funding is over, free money back."""
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
            quantity_hundredths=hold.held_quantity,
        )
        for hold in freed
    ]
    free_cents = funding.free_cents + sum(hold.held_cents for hold in freed)
    free_units = funding.free_quantity + sum(hold.held_quantity for hold in freed)
    if (funding.window_over or funding.is_given_up) and (free_cents or free_units):
        postings.append(_returned(funding, Money(free_cents), Quantity(free_units)))
    return postings


def _returned(funding: Expiring, amount_cents: Money, quantity: Quantity) -> Posting:
    return Posting(
        county_id=funding.county_id,
        event=Event.EXPIRE,
        from_account=Account.FREE,
        to_account=Account.APPROPRIATION,
        amount_cents=amount_cents,
        cost_centre_id=funding.cost_centre_id,
        funding_id=funding.funding_id,
        quantity_hundredths=quantity,
    )
