"""Moving free money between two fundings of one personal budget (rulebook: client_may_move)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import FundingState
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal


class MoveRefusalCode(StrEnum):
    """Why money is not moved. The codes are public."""

    NOT_POSITIVE = "amount_not_positive"
    SAME_FUNDING = "same_funding"
    NOT_ONE_BUDGET = "not_one_budget"
    NOT_OPEN = "voucher_not_open"
    OVER_FREE = "over_amount"
    OVER_LIMIT = "over_move_limit"


@dataclass(frozen=True, slots=True)
class Pot:
    """A funding of the budget: its cost centre, and what the client has moved out of it, less in."""

    funding: Funding
    budget_id: int | None
    cost_centre_id: int
    moved_out_cents: int


@dataclass(frozen=True, slots=True)
class Side:
    """What a funding has free before and after a move; units are None if it is not granted in units."""

    before_cents: Money
    after_cents: Money
    before_units: Quantity | None
    after_units: Quantity | None


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a move does to both fundings, and what may still be moved in the budget afterwards."""

    source: Side
    target: Side
    left_to_move_cents: Money


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
    pots: Mapping[int, Pot], source_id: int, target_id: int, amount_cents: Money, up_to: Money, day: date
) -> Refusal | None:
    """Return the first reason against a move. `pots` are the fundings of the source's budget, by id."""
    if amount_cents <= 0:
        return Refusal(MoveRefusalCode.NOT_POSITIVE, "amount")
    if source_id == target_id:
        return Refusal(MoveRefusalCode.SAME_FUNDING, "to")
    source, target = pots[source_id], pots.get(target_id)
    if source.budget_id is None or target is None:
        return Refusal(MoveRefusalCode.NOT_ONE_BUDGET, "to")
    if not (_is_open(source.funding, day) and _is_open(target.funding, day)):
        return Refusal(MoveRefusalCode.NOT_OPEN, "to")
    if amount_cents > source.funding.free_cents:
        return Refusal(MoveRefusalCode.OVER_FREE, "amount")
    moved = _moved_after(pots, source_id, target_id, amount_cents)
    return Refusal(MoveRefusalCode.OVER_LIMIT, "amount") if moved > up_to else None


def _is_open(funding: Funding, day: date) -> bool:
    return state_on(funding.states, day) is FundingState.OPEN and day in funding.window


def _moved_after(pots: Mapping[int, Pot], source_id: int, target_id: int, amount_cents: int) -> int:
    out = {key: pot.moved_out_cents for key, pot in pots.items()}
    out[source_id] += amount_cents
    out[target_id] -= amount_cents
    return sum(max(cents, 0) for cents in out.values())


def move_postings(source: Pot, target: Pot, amount_cents: Money) -> list[Posting]:
    """Return source's free → appropriation → target's free: the grants change, the budget's sum does not.

    The units of a funding that is granted in units move in the proportion of its own grant.
    """
    return [
        Posting(
            county_id=pot.funding.county_id,
            event=Event.MOVE,
            from_account=Account.APPROPRIATION if into else Account.FREE,
            to_account=Account.FREE if into else Account.APPROPRIATION,
            amount_cents=amount_cents,
            cost_centre_id=pot.cost_centre_id,
            funding_id=pot.funding.id,
            quantity_hundredths=moved_units(pot.funding, amount_cents, into=into),
        )
        for pot, into in ((source, False), (target, True))
    ]


def preview_move(
    pots: Mapping[int, Pot], source_id: int, target_id: int, amount_cents: Money, up_to: Money
) -> MovePreview:
    """Return what a move does. The caller has found no reason against it with `why_not_moved`."""
    left = up_to - _moved_after(pots, source_id, target_id, amount_cents)
    source, target = pots[source_id].funding, pots[target_id].funding
    return MovePreview(
        _side(source, amount_cents, into=False), _side(target, amount_cents, into=True), Money(max(left, 0))
    )


def _side(funding: Funding, amount_cents: Money, *, into: bool) -> Side:
    sign, units = (1 if into else -1), funding.free_quantity
    after = None if units is None else units + sign * moved_units(funding, amount_cents, into=into)
    after_cents = Money(funding.free_cents + sign * amount_cents)
    return Side(funding.free_cents, after_cents, units, None if after is None else Quantity(after))


def moved_units(funding: Funding, amount_cents: Money, *, into: bool) -> Quantity:
    """Return the units that move with an amount: as many as the grant has for so much money.

    Rounded up out of a funding and down into one, so that the money left always pays for the units left; at
    most what is free. 0 if the funding is not granted in units.
    """
    if funding.free_quantity is None or funding.granted_cents <= 0:
        return Quantity(0)
    units, rest = divmod(amount_cents * funding.granted_quantity, funding.granted_cents)
    return Quantity(units if into else min(units + (rest > 0), funding.free_quantity))
