"""What is left of a funding: drawing, refusing over the balance, and cutting to it (R-25)."""

from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.grants.facts.kinds import FundingKind, Overrun
from clearing.reasons import CUT_TO_BALANCE, OVER_AMOUNT, Finding, report
from foundation.vocabulary.money import LARGEST_SUM_CENTS, Quantity

NOTHING_DRAWN = (Quantity(0), Quantity(0))


def left_for(context: ChargeInContext) -> int:
    """Return the cents this charge may draw: what is free plus what its own choice holds."""
    choice, account = context.terms_in_force.choice, context.open_funding
    return account.free_cents + (account.held_cents[choice.id] if choice else 0)


def quantity_left_for(context: ChargeInContext) -> int | None:
    """Return the units this charge may draw; None if the funding is not granted in units."""
    choice, account = context.terms_in_force.choice, context.open_funding
    if account.free_quantity is None:
        return None
    return account.free_quantity + (account.held_quantity[choice.id] if choice else 0)


def may_cut(context: ChargeInContext) -> bool:
    """Return whether the county pays what is left: a voucher with something left, not free of charge."""
    return (
        context.terms_in_force.terms.overrun is Overrun.CUT
        and context.open_funding.funding.kind is FundingKind.VOUCHER
        and not context.terms_in_force.terms.free_of_charge
        and left_for(context) > 0
    )


def exceeds_the_book(context: ChargeInContext) -> bool:
    """Return whether the price is larger than any sum that the database holds: nobody can pay or hold it."""
    return context.price_cents is not None and context.price_cents > LARGEST_SUM_CENTS


def over_amount(context: ChargeInContext) -> Finding | None:
    """The county's share is more than what is free plus what this choice holds (R-25).

    With `overrun = cut`: accepted, cut, with the warning `cut_to_balance`. Asked only when nothing else
    refuses or holds.
    """
    share, left = context.county_share_cents, left_for(context)
    if (too_large := exceeds_the_book(context)) and share is None:
        share = context.price_cents
    if share is None or (share <= left and not too_large):
        return None
    reason = CUT_TO_BALANCE if may_cut(context) and not too_large else OVER_AMOUNT
    return report(reason, county_pays_cents=share, left_cents=left)


def draw(context: ChargeInContext, county_pays_cents: int) -> tuple[int, int]:
    """Take cents first from the hold of the charge's own choice, then from free; return both draws.

    If less is left than requested, what is left is taken.
    """
    choice, account, from_held = context.terms_in_force.choice, context.open_funding, 0
    if choice:
        from_held = min(account.held_cents[choice.id], county_pays_cents)
        account.held_cents[choice.id] -= from_held
    from_free = min(county_pays_cents - from_held, account.free_cents)
    account.free_cents -= from_free
    return from_held, from_free


def draw_units(context: ChargeInContext) -> tuple[Quantity, Quantity]:
    """Take the charge's units first from the hold of its own choice, then from free; return both draws.

    A funding that is not granted in units moves none. R-23 has seen that enough is left.
    """
    choice, account, quantity = context.terms_in_force.choice, context.open_funding, context.charge.quantity
    if account.free_quantity is None or quantity is None:
        return NOTHING_DRAWN
    from_held = min(account.held_quantity[choice.id], quantity) if choice else 0
    if choice:
        account.held_quantity[choice.id] -= from_held
    account.free_quantity -= quantity - from_held
    return Quantity(from_held), Quantity(quantity - from_held)
