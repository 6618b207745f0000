"""The outcomes of a decision: values, never exceptions.

They are named tuples because one is created for every charge: a frozen dataclass takes five times as long.
"""

from dataclasses import dataclass
from typing import NamedTuple

from clearing.ledger.rules.hold_changes import NO_CHANGE, HoldChange
from clearing.reasons import Finding
from foundation.vocabulary.money import NO_UNITS, Money, Quantity


class Split(NamedTuple):
    """How the price of one charge is shared; county_pays + co_payment = price. VAT is inside it."""

    price_cents: Money
    county_pays_cents: Money
    co_payment_cents: Money
    vat_cents: Money
    vat_rate_hundredths: int


class Accepted(NamedTuple):
    """Paid: county_pays is drawn from the hold of its own choice first, then from free.

    So are the units, if the funding is granted in units; else both draws of units are 0. `hold_change` is
    what the choice then releases or holds by its plan. `plan_again`: the funding must be planned again.
    """

    findings: tuple[Finding, ...]
    split: Split
    funding_id: int
    choice_id: int | None
    offering_id: int | None
    from_held_cents: Money
    from_free_cents: Money
    from_held_quantity: Quantity = NO_UNITS
    from_free_quantity: Quantity = NO_UNITS
    hold_change: HoldChange = NO_CHANGE
    plan_again: bool = False


class Refused(NamedTuple):
    """Not paid, with every reason; the price if it is known."""

    findings: tuple[Finding, ...]
    price_cents: Money | None
    funding_id: int | None


class OnHold(NamedTuple):
    """Waits for a person in the county; moves no money. `split` is what it would get, if known."""

    findings: tuple[Finding, ...]
    price_cents: Money
    split: Split | None
    funding_id: int
    choice_id: int | None
    offering_id: int | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same reference and content again: the first answer is repeated.

    One of the two is set: the id of the stored charge, or the place in this batch.
    """

    charge_id: int | None
    index: int | None


Outcome = Accepted | Refused | OnHold | Duplicate


def outcome_word(outcome: Outcome) -> str:
    """The outcome's name in the audit log."""
    return type(outcome).__name__.lower()
