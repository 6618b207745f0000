"""What a charge tells of itself, whatever funding it is of (R-02 to R-06)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import Charge
from clearing.charges.rules.amounts import (
    Sums,
    amount_mismatch,
    quantity_not_positive,
    unit_price_not_positive,
)
from clearing.charges.rules.date_windows import service_day_in_future
from clearing.charges.rules.visit_times import times_invalid
from clearing.reasons import Finding

SumsRule = Callable[[Sums], Finding | None]

SUMS_RULES: tuple[SumsRule, ...] = (
    quantity_not_positive,
    unit_price_not_positive,
    amount_mismatch,
    times_invalid,
)


@lru_cache(maxsize=16384)
def _reasons_of_sums(*sums: Any) -> tuple[Finding, ...]:
    """Ask the rules of the sums; the same sums get the same answer."""
    return tuple(finding for rule in SUMS_RULES if (finding := rule(Sums(*sums))) is not None)


def reasons_of_charge(charge: Charge, book: Book) -> list[Finding]:
    """Ask the rules that need no funding (R-02 to R-06)."""
    quantity, unit, unit_price = charge.quantity, charge.unit, charge.unit_price_cents
    rest = charge.total_cents, charge.minutes, charge.impossible_times
    findings = [*_reasons_of_sums(quantity, unit, unit_price, *rest)]
    if in_future := service_day_in_future(charge, book):
        findings.append(in_future)
        findings.sort(key=by_rule)
    return findings


def by_rule(finding: Finding) -> str:
    """Order reasons by their rule."""
    return finding.reason.rule
