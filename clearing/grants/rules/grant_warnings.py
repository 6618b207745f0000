"""What a person should know before a decision is granted: too little money, and vouchers that overlap."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.facts.granting import GrantFacts
from clearing.grants.rules.grant_plan import Grant
from clearing.grants.rules.replacing import replaced_fundings
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal

OVER_APPROPRIATION: Final = "over_appropriation"
"""The code of the warning; a decision that acknowledges it is granted."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A funding of the decision, and another one of the client for the same services on the same days."""

    external_id: str
    voucher: str
    decision: str
    services: tuple[str, ...]
    window: DateWindow


def added_money(grant: Grant) -> Money:
    """Return how much more the grant binds of the appropriation, in whole cents; negative: it binds less.

    What the fundings that it replaces have left goes back to the appropriation.
    """
    before = (funding.in_force.granted_cents if funding.in_force else 0 for funding in grant.fundings)
    back = (other.unused_cents for other in grant.replaced)
    return Money(sum(funding.granted_cents for funding in grant.fundings) - sum(before) - sum(back))


def over_appropriation(grant: Grant, *, granted_cents: Money) -> Refusal | None:
    """Return a warning if the grant takes more than what is left of its cost centre's appropriation.

    Args:
        granted_cents: What earlier decisions of the same batch have taken since `left_cents` was read.
    """
    centre, added = grant.document.cost_centre, added_money(grant)
    if centre not in grant.facts.left_cents or added <= 0:
        return None
    left = Money(grant.facts.left_cents[centre] - granted_cents)
    if added <= left:
        return None
    return Refusal(OVER_APPROPRIATION, "cost_centre", {"left_cents": left, "granted_cents": added})


def overlaps(document: DecisionDocument, facts: GrantFacts) -> Iterator[Overlap]:
    """Yield the client's other fundings that pay for a service of this decision on some of its days."""
    own = {funding.external_id for funding in document.fundings}
    replaced = replaced_fundings(document, facts)
    others = [
        other
        for other in facts.others
        if (other.decision != document.number or other.external_id not in own)
        and not other.is_over
        and other not in replaced
    ]
    for funding in document.fundings:
        for other in others:
            services = other.services & set(funding.services)
            first = max(funding.window.first, other.window.first)
            last = min(funding.window.last, other.window.last)
            if services and first <= last:
                shared = DateWindow(first, last)
                yield Overlap(
                    funding.external_id, other.voucher, other.decision, tuple(sorted(services)), shared
                )
