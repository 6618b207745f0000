"""What a move does to both fundings: shown before it is made, and posted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clearing.grants.facts.funding import Funding
from clearing.grants.rules.moved_amounts import MoveAmounts, MoveWish, amounts_of, most_units
from clearing.grants.rules.moving import Pot, moved_after
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class Side:
    """What a funding has free before and after a move; units are None if it is not granted in units."""

    before_cents: Money
    after_cents: Money
    before_units: Quantity | None
    after_units: Quantity | None


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a move does to both fundings, and what may still be moved in the budget afterwards.

    `left_to_move_units` are those of the source that this lets out; None if it is not granted in units.
    """

    source: Side
    target: Side
    left_to_move_cents: Money
    left_to_move_units: Quantity | None = None


def preview_move(
    pots: Mapping[int, Pot], source_id: int, target_id: int, wish: MoveWish, up_to: Money
) -> MovePreview:
    """Return what a move does. The caller has found no reason against it with `why_not_moved`."""
    source, target = pots[source_id].funding, pots[target_id].funding
    amounts = amounts_of(source, target, wish)
    left = Money(max(up_to - moved_after(pots, source_id, target_id, amounts.cents), 0))
    return MovePreview(
        _side(source, -amounts.cents, -amounts.units_out),
        _side(target, amounts.cents, amounts.units_into),
        left,
        _most_after(source, amounts, left),
    )


def _side(funding: Funding, cents: int, units: int) -> Side:
    before = funding.free_quantity
    after = None if before is None else Quantity(before + units)
    return Side(funding.free_cents, Money(funding.free_cents + cents), before, after)


def _most_after(source: Funding, amounts: MoveAmounts, left: Money) -> Quantity | None:
    """Return the units that may still be moved out of the source; None if it is not granted in units."""
    if source.free_quantity is None:
        return None
    rest = replace(
        source,
        granted_cents=Money(source.granted_cents - amounts.cents),
        granted_quantity=Quantity(source.granted_quantity - amounts.units_out),
        free_quantity=Quantity(source.free_quantity - amounts.units_out),
    )
    return most_units(rest, left)


def move_postings(source: Pot, target: Pot, amounts: MoveAmounts) -> list[Posting]:
    """Return source's free → appropriation → target's free: the grants change, the budget's sum does not."""
    return [
        Posting(
            county_id=pot.funding.county_id,
            event=Event.MOVE,
            from_account=Account.APPROPRIATION if into else Account.FREE,
            to_account=Account.FREE if into else Account.APPROPRIATION,
            amount_cents=amounts.cents,
            cost_centre_id=pot.cost_centre_id,
            funding_id=pot.funding.id,
            quantity_hundredths=units,
        )
        for pot, into, units in ((source, False, amounts.units_out), (target, True, amounts.units_into))
    ]
