"""Whether a decision may be granted as it is written: every wrong field at once. Start reading here."""

from collections.abc import Iterator

from clearing.grants.facts.decision import DecidedBudget, DecidedFunding, DecisionDocument
from clearing.grants.facts.granting import GrantFacts
from clearing.grants.rules.decision_document import funding_as_json, fundings_of
from clearing.grants.rules.granting_changes import change_faults
from clearing.grants.rules.granting_fundings import funding_faults, granted_or_none
from clearing.grants.rules.replacing import replaced_faults, replaced_fundings
from foundation.vocabulary.dates import DateWindow, is_plausible
from foundation.vocabulary.identifiers import place_key
from foundation.vocabulary.refusals import Refusal


def wrong_fields(document: DecisionDocument, facts: GrantFacts) -> tuple[Refusal, ...]:
    """Every field of the document that is wrong; none means that it may be granted."""
    if facts.county_id is None:
        return (Refusal("county_unknown", "county"),)
    faults = [*_decision_faults(document, facts), *_doubled(document), *replaced_faults(document, facts)]
    before = fundings_of(facts.in_force.document) if facts.in_force else {}
    for place, funding in enumerate(document.fundings):
        where = f"fundings.{place}"
        faults += funding_faults(funding, where, facts)
        if before.get(funding.external_id) != funding_as_json(funding):
            faults += change_faults(funding, where, facts)
    faults += _budget_faults(document, facts)
    limit = facts.granting_limit_cents
    if limit is not None and _sum_of_fundings(document, facts) > limit:
        faults.append(Refusal("over_granting_limit", "fundings"))
    return tuple(faults)


def _decision_faults(document: DecisionDocument, facts: GrantFacts) -> Iterator[Refusal]:
    if document.decided_on > facts.today:
        yield Refusal("decided_in_future", "decided_on")
    elif not is_plausible(document.decided_on):
        yield Refusal("day_impossible", "decided_on")
    if place_key(document.client.municipality) not in facts.municipalities:
        yield Refusal("municipality_unknown", "client.municipality")
    if document.cost_centre not in facts.cost_centres:
        yield Refusal("cost_centre_unknown", "cost_centre")
    if not document.fundings:
        yield Refusal("fundings_missing", "fundings")
    if facts.in_force and facts.in_force.client_number != document.client.number:
        yield Refusal("client_fixed", "client.number")
    if facts.in_force and facts.in_force.cost_centre != document.cost_centre:
        yield Refusal("cost_centre_fixed", "cost_centre")


def _doubled(document: DecisionDocument) -> Iterator[Refusal]:
    seen: set[str] = set()
    for place, funding in enumerate(document.fundings):
        if funding.external_id in seen:
            yield Refusal("external_id_doubled", f"fundings.{place}.external_id")
        seen.add(funding.external_id)


def _budget_faults(document: DecisionDocument, facts: GrantFacts) -> Iterator[Refusal]:
    budget = document.personal_budget
    if budget is not None:
        yield from _own_faults(budget)
    in_force = facts.in_force.budget if facts.in_force else None
    limit = budget or in_force
    if limit is None:
        return
    if _sum_of_fundings(document, facts) > limit.amount_cents:
        yield Refusal("budget_exceeded", "personal_budget.amount")
    for place, funding in enumerate(document.fundings):
        if not _within(funding, limit.window):
            yield Refusal("outside_budget_window", f"fundings.{place}.window")


def _own_faults(budget: DecidedBudget) -> Iterator[Refusal]:
    if budget.amount_cents <= 0:
        yield Refusal("amount_not_positive", "personal_budget.amount")
    if budget.window.last < budget.window.first:
        yield Refusal("window_backwards", "personal_budget.window")
    elif not (is_plausible(budget.window.first) and is_plausible(budget.window.last)):
        yield Refusal("day_impossible", "personal_budget.window")
    if budget.may_move_up_to_cents > budget.amount_cents:
        yield Refusal("may_move_over_budget", "personal_budget.client_may_move.up_to")


def _sum_of_fundings(document: DecisionDocument, facts: GrantFacts) -> int:
    """The money of all fundings of the decision, those that the document leaves out too.

    Of one that it replaces only what is used counts.
    """
    sent = {funding.external_id: granted_or_none(funding) or 0 for funding in document.fundings}
    in_force = facts.in_force.fundings if facts.in_force else {}
    left_out = (funding.granted_cents for key, funding in in_force.items() if key not in sent)
    replaced = (
        other.unused_cents
        for other in replaced_fundings(document, facts)
        if other.decision == document.number
    )
    return sum(sent.values()) + sum(left_out) - sum(replaced)


def _within(funding: DecidedFunding, window: DateWindow) -> bool:
    return window.first <= funding.window.first and funding.window.last <= window.last
