"""What a new version of a decision may not change: what is used stays used."""

from collections.abc import Iterator

from clearing.grants.facts.decision import DecidedFunding
from clearing.grants.facts.granting import GrantFacts, StandingFunding
from clearing.grants.rules.grant_faults import GrantFault
from clearing.grants.rules.granting_fundings import granted_or_none


def change_faults(funding: DecidedFunding, where: str, facts: GrantFacts) -> Iterator[GrantFault]:
    """What is wrong with the funding as a change of the one that stands; nothing for a new one."""
    standing = facts.standing.fundings.get(funding.external_id) if facts.standing else None
    if standing is None:
        return
    if standing.is_over:
        yield GrantFault(where, "funding_over")
    yield from _fixed(funding, standing, where)
    granted = granted_or_none(funding)
    if granted is not None and granted < standing.granted_cents - standing.free_cents:
        yield GrantFault(f"{where}.amount", "amount_below_used")
    if funding.quantity is not None and funding.quantity < standing.used_hundredths:
        yield GrantFault(f"{where}.quantity", "quantity_below_used")
    if standing.charged_days and not (
        standing.charged_days.first in funding.window and standing.charged_days.last in funding.window
    ):
        yield GrantFault(f"{where}.window", "window_leaves_charges")


def _fixed(funding: DecidedFunding, standing: StandingFunding, where: str) -> Iterator[GrantFault]:
    if funding.kind is not standing.kind:
        yield GrantFault(f"{where}.kind", "kind_fixed")
    if funding.provider != standing.provider:
        yield GrantFault(f"{where}.provider", "provider_fixed")
    if not standing.services <= set(funding.services):
        yield GrantFault(f"{where}.services", "services_fixed")
