"""Moving free money between two fundings of one personal budget (rulebook: client_may_move).

Out of a funding that is granted in units the client moves units, with the money that its grant has for them
(docs/decisions/0163).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import FundingState
from clearing.grants.rules.moved_amounts import MoveWish, amounts_of, money_of
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal


class MoveRefusalCode(StrEnum):
    """Why money is not moved. The codes are public."""

    NOT_POSITIVE = "amount_not_positive"
    SAME_FUNDING = "same_funding"
    NOT_ONE_BUDGET = "not_one_budget"
    NOT_OPEN = "voucher_not_open"
    OVER_FREE = "over_amount"
    OVER_UNITS = "over_quantity"
    NOT_IN_UNITS = "not_in_units"
    OVER_LIMIT = "over_move_limit"


@dataclass(frozen=True, slots=True)
class Pot:
    """A funding of the budget: its cost centre, and what the client has moved out of it, less in."""

    funding: Funding
    budget_id: int | None
    cost_centre_id: int
    moved_out_cents: int


def left_to_move(pots: Mapping[int, Pot], up_to_cents: Money) -> Money:
    """Return what may still be moved: the limit less what is moved away now. Moving back makes room again."""
    return Money(max(up_to_cents - sum(max(pot.moved_out_cents, 0) for pot in pots.values()), 0))


def most_to_move(pots: Mapping[int, Pot], source_id: int, target_id: int, up_to_cents: Money) -> Money:
    """Return the largest sum that may move now: what is free, and what the limit still lets out."""
    others = sum(
        max(pot.moved_out_cents, 0) for key, pot in pots.items() if key not in (source_id, target_id)
    )
    source, target = pots[source_id], pots[target_id]
    within_limit = up_to_cents - others - source.moved_out_cents
    if within_limit < target.moved_out_cents:  # more has been moved than a lowered limit allows
        return Money(0)
    return Money(max(0, min(source.funding.free_cents, within_limit)))


def why_not_moved(
    pots: Mapping[int, Pot], source_id: int, target_id: int, wish: MoveWish, up_to: Money, day: date
) -> Refusal | None:
    """Return the first reason against a move. `pots` are the fundings of the source's budget, by id."""
    if not wish.is_positive:
        return Refusal(MoveRefusalCode.NOT_POSITIVE, wish.field)
    if source_id == target_id:
        return Refusal(MoveRefusalCode.SAME_FUNDING, "to")
    source, target = pots[source_id], pots.get(target_id)
    if source.budget_id is None or target is None:
        return Refusal(MoveRefusalCode.NOT_ONE_BUDGET, "to")
    if not (_is_open(source.funding, day) and _is_open(target.funding, day)):
        return Refusal(MoveRefusalCode.NOT_OPEN, "to")
    if code := _why_not_out(source.funding, wish):
        return Refusal(code, wish.field)
    cents = amounts_of(source.funding, target.funding, wish).cents
    if cents > source.funding.free_cents:
        return Refusal(MoveRefusalCode.OVER_FREE, wish.field)
    moved = moved_after(pots, source_id, target_id, cents)
    return Refusal(MoveRefusalCode.OVER_LIMIT, wish.field) if moved > up_to else None


def _why_not_out(source: Funding, wish: MoveWish) -> MoveRefusalCode | None:
    """Return why so many units cannot leave the funding. So few that they have no money are none."""
    if wish.units is None:
        return None
    if wish.cents is None:
        if source.free_quantity is None or source.granted_quantity <= 0:
            return MoveRefusalCode.NOT_IN_UNITS
        if money_of(source, wish.units) == 0:
            return MoveRefusalCode.NOT_POSITIVE
    return MoveRefusalCode.OVER_UNITS if wish.units > (source.free_quantity or 0) else None


def _is_open(funding: Funding, day: date) -> bool:
    return state_on(funding.states, day) is FundingState.OPEN and day in funding.window


def moved_after(pots: Mapping[int, Pot], source_id: int, target_id: int, amount_cents: int) -> int:
    """Return what is moved away in the budget after a move."""
    out = {key: pot.moved_out_cents for key, pot in pots.items()}
    out[source_id] += amount_cents
    out[target_id] -= amount_cents
    return sum(max(cents, 0) for cents in out.values())
