"""Granted decisions into the book: client, decision, budget, fundings, terms, states and postings."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from clearing.grants.rules.grant_plan import Grant, grant_postings
from clearing.grants.write.grant_rows import (
    balance_row,
    budget_row,
    funding_row,
    service_rows,
    state_rows,
    terms_rows,
)
from clearing.grants.write.granted_clients import store_clients
from clearing.ledger.write import audit
from clearing.ledger.write.postings import post
from foundation.database.columns import days
from foundation.database.rows import reserve_ids, store_rows
from foundation.database.tables.grants import (
    Balance,
    DecisionState,
    Funding,
    FundingService,
    FundingState,
    FundingTerms,
    GrantDecision,
    PersonalBudget,
)
from foundation.vocabulary.roles import Actor

FundingIds = Mapping[tuple[int, str], int]
"""Funding id by place of the grant in the batch and external id."""


def store_grants(session: Session, grants: Sequence[Grant], *, actor: Actor, now: datetime) -> None:
    """Store the grants of one batch, each of another decision."""
    if not grants:
        return
    clients = store_clients(session, grants, actor=actor, now=now)
    decision_ids = reserve_ids(session, GrantDecision, len(grants))
    rows = [
        _decision_row(key, grant, client_id, actor, now)
        for key, grant, client_id in zip(decision_ids, grants, clients, strict=True)
    ]
    store_rows(session, GrantDecision, rows)
    store_rows(session, DecisionState, [_in_force(grant) for grant in grants if grant.version == 1])
    budgets = _store_budgets(session, grants, clients)
    ids = _store_fundings(session, grants, clients, budgets)
    _store_terms(session, grants, ids)
    _store_states(session, grants, ids, actor, now)
    moved = [
        grant_postings(grant, funding, ids[place, funding.decided.external_id])
        for place, grant in enumerate(grants)
        for funding in grant.fundings
    ]
    post(session, moved, at=now)
    _record(session, grants, clients, actor, now)


def _decision_row(key: int, grant: Grant, client_id: int, actor: Actor, now: datetime) -> dict[str, object]:
    document = grant.document
    return {
        "id": key,
        "county_id": grant.facts.county_id,
        "number": document.number,
        "version": grant.version,
        "client_id": client_id,
        "decided_on": document.decided_on,
        "decided_by": document.decided_by,
        "legal_basis": document.legal_basis,
        "cost_centre_id": grant.facts.cost_centres[document.cost_centre],
        "document": grant.kept_document,
        "received_at": now,
        "received_by": actor.person_id,
    }


def _in_force(grant: Grant) -> dict[str, object]:
    """In force from its first day of use on, also where it grants something for days gone by."""
    firsts = [funding.decided.window.first for funding in grant.fundings]
    return {
        "county_id": grant.facts.county_id,
        "number": grant.document.number,
        "state": "in_force",
        "from_day": min([grant.document.decided_on, *firsts]),
    }


def _store_budgets(session: Session, grants: Sequence[Grant], clients: Sequence[int]) -> dict[int, int]:
    """Budget id by place of the grant; an existing budget is brought up to date."""
    in_force = {
        place: grant.facts.in_force.budget.id
        for place, grant in enumerate(grants)
        if grant.facts.in_force and grant.facts.in_force.budget
    }
    new = [p for p, grant in enumerate(grants) if grant.document.personal_budget and p not in in_force]
    ids = dict(zip(new, reserve_ids(session, PersonalBudget, len(new)), strict=True))
    rows = [budget_row(ids[place], grants[place], clients[place]) for place in new]
    store_rows(session, PersonalBudget, rows)
    for place, budget_id in in_force.items():
        budget = grants[place].document.personal_budget
        if budget:
            change = update(PersonalBudget).where(PersonalBudget.id == budget_id)
            window = days(budget.window.first, budget.window.last)
            session.execute(
                change.values(
                    amount_cents=budget.amount_cents,
                    valid=window,
                    may_move_up_to_cents=budget.may_move_up_to_cents,
                )
            )
    return in_force | ids


def _store_fundings(
    session: Session, grants: Sequence[Grant], clients: Sequence[int], budgets: Mapping[int, int]
) -> FundingIds:
    new = [
        (place, grant, funding)
        for place, grant in enumerate(grants)
        for funding in grant.fundings
        if funding.in_force is None
    ]
    keys = reserve_ids(session, Funding, len(new))
    ids = {
        (place, one.decided.external_id): one.in_force.id
        for place, grant in enumerate(grants)
        for one in grant.fundings
        if one.in_force
    }
    rows = []
    for key, (place, grant, funding) in zip(keys, new, strict=True):
        ids[place, funding.decided.external_id] = key
        rows.append(funding_row(key, grant, funding, clients[place], budgets.get(place)))
    store_rows(session, Funding, rows)
    _change_fundings(session, grants, budgets)
    _store_services(session, grants, ids)
    store_rows(session, Balance, [balance_row(key) for key in keys])
    return ids


def _change_fundings(session: Session, grants: Sequence[Grant], budgets: Mapping[int, int]) -> None:
    """Windows of the changed ones; a new or existing budget covers every funding of its decision."""
    for place, grant in enumerate(grants):
        if grant.facts.in_force is None:
            continue
        ids = [funding.id for funding in grant.facts.in_force.fundings.values()]
        covered = update(Funding).where(Funding.id.in_(ids))
        session.execute(covered.values(personal_budget_id=budgets.get(place)))
        for funding in grant.fundings:
            if funding.in_force:
                window = funding.decided.window
                change = update(Funding).where(Funding.id == funding.in_force.id)
                session.execute(change.values(valid=days(window.first, window.last)))


def _store_services(session: Session, grants: Sequence[Grant], ids: FundingIds) -> None:
    rows = [
        row
        for place, grant in enumerate(grants)
        for funding in grant.fundings
        for row in service_rows(ids[place, funding.decided.external_id], grant, funding)
    ]
    store_rows(session, FundingService, rows)


def _store_terms(session: Session, grants: Sequence[Grant], ids: FundingIds) -> None:
    """New terms stand in the place of those whose days are still to come; days gone by keep theirs."""
    rows = []
    for place, grant in enumerate(grants):
        for funding in grant.fundings:
            key = ids[place, funding.decided.external_id]
            rows += terms_rows(key, funding)
            if funding.in_force:
                session.query(FundingTerms).where(
                    FundingTerms.funding_id == key, FundingTerms.from_day >= grant.facts.today
                ).delete()
    store_rows(session, FundingTerms, rows)


def _store_states(
    session: Session, grants: Sequence[Grant], ids: FundingIds, actor: Actor, now: datetime
) -> None:
    rows = [
        row
        for place, grant in enumerate(grants)
        for funding in grant.fundings
        for row in state_rows(ids[place, funding.decided.external_id], grant, funding, actor, now)
    ]
    store_rows(session, FundingState, rows)


def _noted(grant: Grant) -> dict[str, object]:
    """Return what the audit log says of the grant: its vouchers, and the warnings it was granted against."""
    noted: dict[str, object] = {
        "version": grant.version,
        "fundings": {funding.voucher: funding.granted_cents for funding in grant.fundings},
    }
    if grant.replaced:
        noted["replaces"] = [other.voucher for other in grant.replaced]
    if grant.acknowledged:
        noted["acknowledged"] = {warning.code: dict(warning.values) for warning in grant.acknowledged}
    return noted


def _record(
    session: Session, grants: Sequence[Grant], clients: Sequence[int], actor: Actor, now: datetime
) -> None:
    for grant, client_id in zip(grants, clients, strict=True):
        audit.record(
            session,
            actor=actor,
            now=now,
            act="decision.grant" if grant.version == 1 else "decision.change",
            subject=("decision", grant.document.number),
            county_id=grant.facts.county_id,
            client_id=client_id,
            detail=_noted(grant),
        )
