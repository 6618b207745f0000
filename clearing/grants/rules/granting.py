"""Whether a decision may be granted as it is written: every wrong field at once. Start reading here."""

from collections.abc import Iterator

from clearing.grants.facts.decision import DecidedBudget, DecidedFunding, DecisionDocument
from clearing.grants.facts.granting import GrantFacts
from clearing.grants.rules.decision_document import funding_as_json, fundings_of
from clearing.grants.rules.grant_faults import GrantFault
from clearing.grants.rules.granting_changes import change_faults
from clearing.grants.rules.granting_fundings import funding_faults, granted_or_none
from foundation.vocabulary.dates import DateWindow, is_plausible


def wrong_fields(document: DecisionDocument, facts: GrantFacts) -> tuple[GrantFault, ...]:
    """Every field of the document that is wrong; none means that it may be granted."""
    if facts.county_id is None:
        return (GrantFault("county", "county_unknown"),)
    faults = [*_decision_faults(document, facts), *_doubled(document)]
    before = fundings_of(facts.in_force.document) if facts.in_force else {}
    for place, funding in enumerate(document.fundings):
        where = f"fundings.{place}"
        faults += funding_faults(funding, where, facts)
        if before.get(funding.external_id) != funding_as_json(funding):
            faults += change_faults(funding, where, facts)
    faults += _budget_faults(document, facts)
    return tuple(faults)


def _decision_faults(document: DecisionDocument, facts: GrantFacts) -> Iterator[GrantFault]:
    if document.decided_on > facts.today:
        yield GrantFault("decided_on", "decided_in_future")
    elif not is_plausible(document.decided_on):
        yield GrantFault("decided_on", "day_impossible")
    if document.client.municipality.casefold() not in facts.municipalities:
        yield GrantFault("client.municipality", "municipality_unknown")
    if document.cost_centre not in facts.cost_centres:
        yield GrantFault("cost_centre", "cost_centre_unknown")
    if not document.fundings:
        yield GrantFault("fundings", "fundings_missing")
    if facts.in_force and facts.in_force.client_number != document.client.number:
        yield GrantFault("client.number", "client_fixed")
    if facts.in_force and facts.in_force.cost_centre != document.cost_centre:
        yield GrantFault("cost_centre", "cost_centre_fixed")


def _doubled(document: DecisionDocument) -> Iterator[GrantFault]:
    seen: set[str] = set()
    for place, funding in enumerate(document.fundings):
        if funding.external_id in seen:
            yield GrantFault(f"fundings.{place}.external_id", "external_id_doubled")
        seen.add(funding.external_id)


def _budget_faults(document: DecisionDocument, facts: GrantFacts) -> Iterator[GrantFault]:
    budget = document.personal_budget
    if budget is not None:
        yield from _own_faults(budget)
    in_force = facts.in_force.budget if facts.in_force else None
    limit = budget or in_force
    if limit is None:
        return
    if _sum_of_fundings(document, facts) > limit.amount_cents:
        yield GrantFault("personal_budget.amount", "budget_exceeded")
    for place, funding in enumerate(document.fundings):
        if not _within(funding, limit.window):
            yield GrantFault(f"fundings.{place}.window", "outside_budget_window")


def _own_faults(budget: DecidedBudget) -> Iterator[GrantFault]:
    if budget.amount_cents <= 0:
        yield GrantFault("personal_budget.amount", "amount_not_positive")
    if budget.window.last < budget.window.first:
        yield GrantFault("personal_budget.window", "window_backwards")
    elif not (is_plausible(budget.window.first) and is_plausible(budget.window.last)):
        yield GrantFault("personal_budget.window", "day_impossible")
    if budget.may_move_up_to_cents > budget.amount_cents:
        yield GrantFault("personal_budget.client_may_move.up_to", "may_move_over_budget")


def _sum_of_fundings(document: DecisionDocument, facts: GrantFacts) -> int:
    """The money of all fundings of the decision, those that the document leaves out too."""
    sent = {funding.external_id: granted_or_none(funding) or 0 for funding in document.fundings}
    in_force = facts.in_force.fundings if facts.in_force else {}
    left_out = (funding.granted_cents for key, funding in in_force.items() if key not in sent)
    return sum(sent.values()) + sum(left_out)


def _within(funding: DecidedFunding, window: DateWindow) -> bool:
    return window.first <= funding.window.first and funding.window.last <= window.last
