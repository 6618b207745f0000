"""What a charge says about itself, whatever funding it is of (R-02, R-03, R-06)."""

from collections.abc import Callable

from clearing.charges.rules.amounts import (
    Sums,
    amount_mismatch,
    quantity_not_positive,
    unit_price_not_positive,
)
from clearing.charges.rules.visit_times import times_invalid
from clearing.reasons import Finding

SumsRule = Callable[[Sums], Finding | None]

SUMS_RULES: tuple[SumsRule, ...] = (
    quantity_not_positive,
    unit_price_not_positive,
    amount_mismatch,
    times_invalid,
)


def findings_of_sums(sums: Sums) -> tuple[Finding, ...]:
    """Return what is wrong with the sums and times of a charge."""
    return tuple([finding for rule in SUMS_RULES if (finding := rule(sums)) is not None])


def by_rule(finding: Finding) -> str:
    """Return the rule of a finding, to sort by."""
    return finding.reason.rule
