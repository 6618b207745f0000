"""What a good decision grants: which fundings are new, which change, and from which day their terms hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from clearing.grants.facts.decision import DecidedFunding, DecisionDocument
from clearing.grants.facts.granting import FundingInForce, GrantFacts, OtherFunding
from clearing.grants.rules.decision_document import Json, document_as_json, fundings_of, merged_documents
from clearing.grants.rules.granting_fundings import granted_or_none
from clearing.grants.rules.renewed_hashes import with_newest_hash
from clearing.grants.rules.replacing import replaced_fundings
from clearing.grants.rules.voucher_codes import CODE_BITS, voucher_code
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal


@dataclass(frozen=True, slots=True)
class GrantedFunding:
    """A funding that is granted or changed. ``terms_days``: the days from which its new terms hold."""

    decided: DecidedFunding
    in_force: FundingInForce | None
    voucher: str
    granted_cents: Money
    terms_days: tuple[date, ...]
    opens_on: date | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A decision that goes into the book as this version; fundings that it leaves as they are stand aside.

    `acknowledged` are the warnings that a person has read and granted nevertheless.
    """

    document: DecisionDocument
    facts: GrantFacts
    version: int
    kept_document: Json
    fundings: tuple[GrantedFunding, ...]
    replaced: tuple[OtherFunding, ...] = ()
    acknowledged: tuple[Refusal, ...] = ()


def changed_document(document: DecisionDocument, facts: GrantFacts) -> Json | None:
    """The whole decision after this document; None if it repeats what is stored."""
    in_force = with_newest_hash(dict(facts.in_force.document), document.client) if facts.in_force else None
    merged = merged_documents(in_force, document_as_json(document))
    return None if merged == in_force else merged


def plan_grant(
    document: DecisionDocument, facts: GrantFacts, kept: Json, random_bits: Callable[[int], int]
) -> Grant:
    """Plan what a document without wrong fields grants."""
    before: Mapping[str, object] = fundings_of(facts.in_force.document) if facts.in_force else {}
    after = fundings_of(kept)
    changed = [one for one in document.fundings if before.get(one.external_id) != after[one.external_id]]
    return Grant(
        document=document,
        facts=facts,
        version=facts.in_force.version + 1 if facts.in_force else 1,
        kept_document=kept,
        fundings=tuple(_planned(funding, facts, random_bits) for funding in changed),
        replaced=replaced_fundings(document, facts),
    )


def _planned(funding: DecidedFunding, facts: GrantFacts, random_bits: Callable[[int], int]) -> GrantedFunding:
    granted = granted_or_none(funding)
    assert granted is not None  # wrong_fields has reported it
    first = funding.window.first
    in_force = facts.in_force.fundings.get(funding.external_id) if facts.in_force else None
    if in_force is None:
        return GrantedFunding(
            funding, None, voucher_code(random_bits(CODE_BITS)), granted, (first,), opens_on=first
        )
    starts_earlier = first < in_force.window.first
    days = {max(facts.today, first)} | ({first} if starts_earlier else set())
    return GrantedFunding(
        funding, in_force, in_force.voucher, granted, tuple(sorted(days)), first if starts_earlier else None
    )


def grant_postings(grant: Grant, funding: GrantedFunding, funding_id: int) -> list[Posting]:
    """Appropriation of the cost centre → free for a grant or top-up, and back for a reduction.

    Money and units that change the same way are one posting. A funding that is no longer granted in units
    keeps those that are used or held.
    """
    assert grant.facts.county_id is not None
    in_force = funding.in_force
    change = funding.granted_cents - (in_force.granted_cents if in_force else 0)
    units = _granted_quantity(funding) - (in_force.granted_quantity if in_force else 0)
    postings = []
    for sign in (1, -1):
        cents, quantity = max(sign * change, 0), max(sign * units, 0)
        if cents or quantity:
            event = Event.REDUCE if sign < 0 else Event.TOP_UP if in_force else Event.GRANT
            accounts = (Account.APPROPRIATION, Account.FREE)[::sign]
            postings.append(
                Posting(
                    county_id=grant.facts.county_id,
                    event=event,
                    from_account=accounts[0],
                    to_account=accounts[1],
                    amount_cents=Money(cents),
                    cost_centre_id=grant.facts.cost_centres[grant.document.cost_centre],
                    funding_id=funding_id,
                    quantity_hundredths=Quantity(quantity),
                )
            )
    return postings


def _granted_quantity(funding: GrantedFunding) -> int:
    """Return the units to grant: those decided, less those of charges from before the grant was in units.

    The units of these charges are granted when they are counted (`counting_postings`).
    """
    in_force, decided = funding.in_force, funding.decided.quantity
    if in_force is None:
        return decided or 0
    in_use = in_force.granted_quantity - in_force.free_quantity
    if decided is None:
        return in_use
    return max(in_use, decided - (in_force.used_hundredths - in_force.counted_quantity))
