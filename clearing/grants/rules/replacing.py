"""Which fundings a decision replaces, and which of its own it leaves open (rulebook, Exact meanings)."""

from collections.abc import Iterator
from datetime import date

from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.facts.granting import GrantFacts, OtherFunding
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.refusals import Refusal


def replaced_faults(document: DecisionDocument, facts: GrantFacts) -> Iterator[Refusal]:
    """Yield each entry of `replaces` that names no decision and no voucher of the client."""
    for place, entry in enumerate(document.replaces):
        if entry != document.number and not any(_is_named(other, entry) for other in facts.others):
            yield Refusal("replaced_unknown", f"replaces.{place}")


def replaced_fundings(document: DecisionDocument, facts: GrantFacts) -> tuple[OtherFunding, ...]:
    """Return the fundings that the decision closes: neither its own, nor those that are over already."""
    first = first_day_of(document)
    return tuple(
        other
        for other in _beside(document, facts)
        if not other.is_over
        and first <= other.window.last
        and any(_is_named(other, entry) for entry in document.replaces)
    )


def left_out(document: DecisionDocument, facts: GrantFacts) -> dict[str, str]:
    """Return the vouchers of the decision that the document neither names nor replaces, by external id."""
    replaced = replaced_fundings(document, facts)
    return {
        other.external_id: other.voucher
        for other in _beside(document, facts)
        if other.decision == document.number and not other.is_over and other not in replaced
    }


def first_day_of(document: DecisionDocument) -> date:
    """Return the first day of the decision: what it replaces is closed from then on."""
    return min((funding.window.first for funding in document.fundings), default=document.decided_on)


def _beside(document: DecisionDocument, facts: GrantFacts) -> Iterator[OtherFunding]:
    own = {funding.external_id for funding in document.fundings}
    return (
        other for other in facts.others if other.decision != document.number or other.external_id not in own
    )


def _is_named(other: OtherFunding, entry: str) -> bool:
    return entry == other.decision or normalise_voucher(entry) == other.voucher
