"""What a voucher had used in the earlier system, when it comes into the books with the rest of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from clearing.grants.facts.funding import Funding
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.money import NO_UNITS, Money, Quantity
from foundation.vocabulary.refusals import Refusal


class OpeningCode(StrEnum):
    """Why a voucher does not come in with its use. The codes are public."""

    OVER_GRANTED = "used_over_granted"
    UNITS_OVER_GRANTED = "used_units_over_granted"
    NOT_IN_UNITS = "units_not_granted"


@dataclass(frozen=True, slots=True)
class UsedBefore:
    """What the earlier system had paid: whole cents, and hundredths of a unit if it was granted in units."""

    cents: Money
    quantity: Quantity = NO_UNITS


def opening_faults(funding: Funding, used: UsedBefore) -> Iterator[Refusal]:
    """Yield each reason why a new funding cannot have been used so."""
    if used.cents > funding.free_cents:
        yield Refusal(OpeningCode.OVER_GRANTED, "used_amount")
    if funding.free_quantity is None:
        if used.quantity:
            yield Refusal(OpeningCode.NOT_IN_UNITS, "used_quantity")
    elif used.quantity > funding.free_quantity:
        yield Refusal(OpeningCode.UNITS_OVER_GRANTED, "used_quantity")


def opening_postings(funding: Funding, used: UsedBefore) -> list[Posting]:
    """Return the posting from free to what the earlier system paid; none if nothing was used."""
    if not used.cents and not used.quantity:
        return []
    return [
        Posting(
            county_id=funding.county_id,
            event=Event.OPEN,
            from_account=Account.FREE,
            to_account=Account.EARLIER_SYSTEM,
            amount_cents=used.cents,
            funding_id=funding.id,
            quantity_hundredths=used.quantity,
        )
    ]
