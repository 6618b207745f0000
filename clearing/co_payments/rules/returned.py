"""How much of what was paid by card went back, whatever the order in which Stripe's events came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from clearing.co_payments.facts.returns import Decided, Held, Return, ReturnKind, ReturnState
from foundation.vocabulary.money import Money

RANKS = {
    ReturnKind.CHARGE: (ReturnState.BACK,),
    ReturnKind.REFUND: (ReturnState.BACK, ReturnState.STAYS),
    ReturnKind.DISPUTE: (ReturnState.OPEN, ReturnState.STAYS, ReturnState.BACK),
}
"""Two events of one second are put in this order: a refund may fail, a dispute may be lost."""


def later_return(known: Return | None, seen: Return) -> Return:
    """Return what counts of two reports of one refund or dispute: the later one.

    Of a charge the larger sum counts: a refund that failed is reported by itself.
    """
    if known is None:
        return seen
    if known.kind is ReturnKind.CHARGE:
        return replace(known, cents=max(known.cents, seen.cents), at=max(known.at, seen.at))
    return max(known, seen, key=_order)


def _order(found: Return) -> tuple[datetime, int, int]:
    return found.at, RANKS[found.kind].index(found.state), found.cents


def returned_cents(returns: Iterable[Return]) -> Money:
    """Return how much went back of some payments.

    Of the refunds that a charge counts, those that were not heard of one by one count as they are.
    """
    by_intent: defaultdict[str, list[Return]] = defaultdict(list)
    for one in returns:
        by_intent[one.intent].append(one)
    return Money(sum(map(_of_payment, by_intent.values())))


def _of_payment(returns: list[Return]) -> int:
    counted = sum(one.cents for one in returns if one.kind is ReturnKind.CHARGE)
    refunds = sum(one.cents for one in returns if one.kind is ReturnKind.REFUND)
    back = sum(one.cents for one in returns if one.state is ReturnState.BACK)
    return back - counted + max(0, counted - refunds)


def held_of(asked_cents: int, paid_cents: int, back_cents: int, decided: Decided) -> Held:
    """Return how much of what went back is not owed again, in cents.

    `asked_cents` is the invoice less its credit notes. What went back settles first what had been paid too
    much; a decision keeps how much that was, because money that comes later pays what is owed again.
    """
    open_cents = asked_cents - paid_cents + back_cents
    decided_cents = decided.owed_cents + decided.waived_cents + decided.settled_cents
    left = max(0, back_cents - decided_cents)
    too_much = max(0, paid_cents - asked_cents - decided.owed_cents - decided.settled_cents)
    settled = min(left, too_much)
    held = min(max(0, open_cents), decided.waived_cents + left - settled)
    undecided = min(left - settled, max(0, held - decided.waived_cents))
    return Held(Money(held), Money(undecided), Money(settled))
