"""Withdrawal or hold of a charge before settlement, and where its money goes (R-14, R-34)."""

from dataclasses import dataclass
from datetime import date

from clearing.grants.facts.kinds import ChargeState
from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.reasons import APPROVAL_CHANGED_AFTERWARDS, DISPUTED_BY_CLIENT, Finding, report
from foundation.vocabulary.money import NO_UNITS, Money, Quantity


@dataclass(frozen=True, slots=True)
class Drawn:
    """What an accepted charge drew: from its choice's hold, in all, and whether the choice still lives."""

    charge_id: int
    county_id: int
    funding_id: int
    provider_id: int
    choice_id: int | None
    from_held_cents: Money
    county_pays_cents: Money
    choice_lives: bool
    drawn_quantity: Quantity = NO_UNITS
    from_held_quantity: Quantity = NO_UNITS


def withdrawal_postings(drawn: Drawn) -> list[Posting]:
    """A charge withdrawn before settlement goes back to free, and is held again while the choice lives.

    So does one that is held later, after the client's dispute (R-34) or after its provider's approval was
    changed from a past day (R-14): on hold it moves no money.
    """
    held = Money(drawn.from_held_cents if drawn.choice_lives else 0)
    held_units = Quantity(drawn.from_held_quantity if drawn.choice_lives else 0)
    free = Money(drawn.county_pays_cents - held)
    free_units = Quantity(drawn.drawn_quantity - held_units)
    return [
        Posting(
            county_id=drawn.county_id,
            event=Event.WITHDRAW,
            from_account=Account.CHARGED,
            to_account=account,
            amount_cents=amount,
            funding_id=drawn.funding_id,
            choice_id=drawn.choice_id,
            charge_id=drawn.charge_id,
            provider_id=drawn.provider_id,
            quantity_hundredths=quantity,
        )
        for account, amount, quantity in ((Account.HELD, held, held_units), (Account.FREE, free, free_units))
        if amount > 0 or quantity > 0
    ]


def disputed_by_client(state: ChargeState, dispute_open: bool) -> Finding | None:
    """The client said "not right" before settlement (R-34)."""
    return report(DISPUTED_BY_CLIENT) if dispute_open and state is not ChargeState.SETTLED else None


def approval_changed_afterwards(from_day: date) -> Finding:
    """The approval was suspended or ended from a past day, and the charge is of that day or later (R-14).

    The charge had been accepted and now waits for the county. A worker may admit it; the state of the
    approval on the service day is then waived.
    """
    return report(APPROVAL_CHANGED_AFTERWARDS, from_day=from_day.isoformat())
