"""May a funding be used so: which rules apply to a use, and when one is silent."""

from collections.abc import Callable, Iterable

from clearing.eligibility.facts.use import Use
from clearing.eligibility.rules.funding_in_force import (
    client_ended,
    decision_not_in_force,
    outside_voucher_window,
    service_not_in_voucher,
    voucher_not_open,
)
from clearing.eligibility.rules.provider_in_force import (
    provider_not_approved,
    provider_not_chosen,
    provider_papers_expired,
)
from clearing.reasons import Finding

UseRule = Callable[[Use], Finding | None]

FUNDING_RULES: tuple[UseRule, ...] = (
    voucher_not_open,
    decision_not_in_force,
    outside_voucher_window,
    client_ended,
    service_not_in_voucher,
)
PROVIDER_RULES: tuple[UseRule, ...] = (provider_not_approved, provider_papers_expired)
"""Of the funding these read only its county, so they answer the same for all fundings of a county."""

CHARGING_RULES: tuple[UseRule, ...] = (*FUNDING_RULES, *PROVIDER_RULES, provider_not_chosen)
"""The same rules apply to a choice, except whether it was made (R-13)."""


def findings_for_charging(use: Use) -> list[Finding]:
    """Return the findings against charging the service to the funding on the day (R-09 to R-16)."""
    return ask(CHARGING_RULES, use)


def ask(rules: Iterable[UseRule], use: Use) -> list[Finding]:
    """Return what the rules find of a use."""
    return [finding for rule in rules if (finding := rule(use)) is not None]
