"""What a new version of a decision may not change: what is used stays used."""

from collections.abc import Iterator

from clearing.grants.facts.decision import DecidedFunding
from clearing.grants.facts.granting import FundingInForce, GrantFacts
from clearing.grants.rules.granting_fundings import granted_or_none
from foundation.vocabulary.refusals import Refusal


def change_faults(funding: DecidedFunding, where: str, facts: GrantFacts) -> Iterator[Refusal]:
    """What is wrong with the funding as a change of the stored one; nothing for a new one."""
    in_force = facts.in_force.fundings.get(funding.external_id) if facts.in_force else None
    if in_force is None:
        return
    if in_force.is_over:
        yield Refusal("funding_over", where)
    yield from _fixed(funding, in_force, where)
    granted = granted_or_none(funding)
    if granted is not None and granted < in_force.granted_cents - in_force.free_cents:
        yield Refusal("amount_below_used", f"{where}.amount")
    in_use = max(in_force.used_hundredths, in_force.granted_quantity - in_force.free_quantity)
    if funding.quantity is not None and funding.quantity < in_use:
        yield Refusal("quantity_below_used", f"{where}.quantity")
    if in_force.charged_days and not (
        in_force.charged_days.first in funding.window and in_force.charged_days.last in funding.window
    ):
        yield Refusal("window_leaves_charges", f"{where}.window")


def _fixed(funding: DecidedFunding, in_force: FundingInForce, where: str) -> Iterator[Refusal]:
    if funding.kind is not in_force.kind:
        yield Refusal("kind_fixed", f"{where}.kind")
    if funding.provider != in_force.provider:
        yield Refusal("provider_fixed", f"{where}.provider")
    if not in_force.services <= set(funding.services):
        yield Refusal("services_fixed", f"{where}.services")
