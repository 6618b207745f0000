"""The rows of a grant, as the tables want them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from clearing.grants.facts.funding import ByClass
from clearing.grants.facts.kinds import CarryOver, FundingState
from clearing.grants.rules.decision_document import income_as_json
from clearing.grants.rules.grant_plan import Grant, GrantedFunding
from clearing.grants.rules.granted_money import unit_values_of
from clearing.grants.write.funding_states import state_row
from foundation.database.columns import days
from foundation.vocabulary.roles import Actor

Row = dict[str, Any]


def budget_row(key: int, grant: Grant, client_id: int) -> Row:
    """A personal budget."""
    budget = grant.document.personal_budget
    assert budget is not None
    return {
        "id": key,
        "county_id": grant.facts.county_id,
        "client_id": client_id,
        "decision_number": grant.document.number,
        "amount_cents": budget.amount_cents,
        "valid": days(budget.window.first, budget.window.last),
        "may_move_up_to_cents": budget.may_move_up_to_cents,
    }


def funding_row(key: int, grant: Grant, funding: GrantedFunding, client_id: int, budget: int | None) -> Row:
    """A new funding."""
    decided = funding.decided
    return {
        "id": key,
        "county_id": grant.facts.county_id,
        "client_id": client_id,
        "voucher": funding.voucher,
        "decision_number": grant.document.number,
        "external_id": decided.external_id,
        "cost_centre_id": grant.facts.cost_centres[grant.document.cost_centre],
        "personal_budget_id": budget,
        "kind": decided.kind.value,
        "provider_id": grant.facts.providers[decided.provider] if decided.provider else None,
        "valid": days(decided.window.first, decided.window.last),
    }


def balance_row(funding_id: int) -> Row:
    """An empty balance; the grant's posting fills it."""
    names = ("granted", "free", "held", "charged", "settled", "returned")
    return {"funding_id": funding_id} | {f"{name}_cents": 0 for name in names}


def service_rows(funding_id: int, grant: Grant, funding: GrantedFunding) -> list[Row]:
    """The services that the funding pays for and did not before."""
    had = funding.in_force.services if funding.in_force else frozenset()
    return [
        {"funding_id": funding_id, "service_id": grant.facts.services[code].id}
        for code in sorted(set(funding.decided.services) - had)
    ]


def terms_rows(funding_id: int, funding: GrantedFunding) -> list[Row]:
    """The terms, from each of the days on which they begin to hold."""
    decided = funding.decided
    limit = decided.per_period
    terms = {
        "funding_id": funding_id,
        "amount_cents": funding.granted_cents,
        "quantity_hundredths": decided.quantity,
        "unit_values": _by_service(unit_values_of(decided)),
        "price_caps": _by_service(decided.price_caps),
        "period": limit.kind.value if limit else None,
        "period_amount_cents": limit.amount_cents if limit else None,
        "period_quantity_hundredths": limit.quantity if limit else None,
        "carry": limit.carry.value if limit else CarryOver.NONE.value,
        "carry_share": limit.share_hundredths if limit and limit.carry is CarryOver.UP_TO else None,
        "free_of_charge": decided.free_of_charge,
        "overrun": decided.overrun.value,
        "income_basis": income_as_json(decided.income_related),
    }
    return [terms | {"from_day": day} for day in funding.terms_days]


def _by_service(values: Mapping[str, ByClass]) -> dict[str, dict[str, int]]:
    return {service: dict(by_class) for service, by_class in values.items()}


def state_rows(
    funding_id: int, grant: Grant, funding: GrantedFunding, actor: Actor, now: datetime
) -> list[Row]:
    """Granted on the day of the decision, open from the first day of the window on."""
    if funding.opens_on is None:
        return []
    rows = []
    if funding.in_force is None:
        before = funding.opens_on - timedelta(days=1)
        rows.append((FundingState.GRANTED, min(grant.document.decided_on, before)))
    rows.append((FundingState.OPEN, funding.opens_on))
    return [state_row(funding_id, state, day, actor, now) for state, day in rows]
