"""A charge that counts, but whose units are not in the books of its funding."""

from dataclasses import dataclass

from foundation.vocabulary.money import Quantity


@dataclass(frozen=True, slots=True)
class UncountedCharge:
    """An accepted charge, or a correction with negative units, from before its funding was in units.

    `is_settled`: an approved payment run pays it, or it corrects such a charge.
    """

    id: int
    county_id: int
    funding_id: int
    cost_centre_id: int
    choice_id: int | None
    provider_id: int
    quantity: Quantity
    is_correction: bool
    is_settled: bool
