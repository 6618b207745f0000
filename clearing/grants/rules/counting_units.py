"""Units of charges from before their funding was granted in units (docs/decisions/0151)."""

from collections.abc import Sequence

from clearing.grants.facts.uncounted_charge import UncountedCharge
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.money import Money, Quantity

NO_MONEY = Money(0)


def counting_postings(charges: Sequence[UncountedCharge]) -> list[Posting]:
    """Grant the units of a funding's earlier charges, and move them as the charges moved its money.

    What the client has left stays as it is. A correction or withdrawal returns the units from then on.
    """
    units = sum(charge.quantity for charge in charges)
    granted = [_granted(charges[0], Quantity(units))] if units > 0 else []
    return granted + [_moved(charge) for charge in charges]


def _granted(charge: UncountedCharge, units: Quantity) -> Posting:
    return Posting(
        charge.county_id,
        Event.GRANT,
        Account.APPROPRIATION,
        Account.FREE,
        NO_MONEY,
        cost_centre_id=charge.cost_centre_id,
        funding_id=charge.funding_id,
        quantity_hundredths=units,
    )


def _moved(charge: UncountedCharge) -> Posting:
    taken = Account.PAYABLE if charge.is_settled else Account.CHARGED
    accounts = (Account.FREE, taken) if charge.quantity > 0 else (taken, Account.FREE)
    return Posting(
        charge.county_id,
        Event.CORRECT if charge.is_correction else Event.CHARGE,
        *accounts,
        NO_MONEY,
        funding_id=charge.funding_id,
        choice_id=charge.choice_id,
        charge_id=charge.id,
        provider_id=charge.provider_id,
        quantity_hundredths=Quantity(abs(charge.quantity)),
    )
