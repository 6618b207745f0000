"""Clients and fundings as the contract's JSON (`omatori seed --json`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.columns import first_and_last
from foundation.database.tables.clients import Client, ClientAbsence
from foundation.database.tables.counties import County
from foundation.database.tables.grants import (
    Balance,
    DecisionState,
    Funding,
    FundingState,
    FundingTerms,
    GrantDecision,
    PersonalBudget,
)
from foundation.vocabulary.money import format_hundredths
from worlds.report_choices import choices_as_json

Json = dict[str, Any]
PARTS_OF_BALANCE = ("granted", "free", "held", "charged", "settled", "returned")
COPIED_FROM_DECISION = ("amount", "quantity", "per_period", "income_related", "provider")
"""Fields that are copied from the stored decision, where they are in the form of the API."""


def clients_as_json(session: Session) -> list[Json]:
    """Return the clients with the day they ended and their absences."""
    absences: defaultdict[int, list[Json]] = defaultdict(list)
    for absence in session.scalars(select(ClientAbsence).order_by(ClientAbsence.id)):
        first, last = first_and_last(absence.away)
        absences[absence.client_id].append({"from": str(first), "to": str(last)})
    rows = session.execute(
        select(Client, County.code).join(County, County.id == Client.county_id).order_by(Client.id)
    )
    return [_client(client, county, absences) for client, county in rows]


def _client(client: Client, county: str, absences: Mapping[int, list[Json]]) -> Json:
    row: Json = {"number": client.number, "county": county, "municipality": client.municipality_code}
    if client.ended_on is not None:
        row["ended_on"] = client.ended_on.isoformat()
    if client.id in absences:
        row["absences"] = absences[client.id]
    return row


def fundings_as_json(session: Session) -> list[Json]:
    """Return the fundings with terms, histories, choices and balances."""
    documents = {
        (decision.county_id, decision.number): decision.document
        for decision in session.scalars(select(GrantDecision).order_by(GrantDecision.version))
    }
    budgets = {budget.id: _budget(budget) for budget in session.scalars(select(PersonalBudget))}
    terms = {
        row.funding_id: row for row in session.scalars(select(FundingTerms).order_by(FundingTerms.from_day))
    }
    in_units = {key for key, row in terms.items() if row.quantity_hundredths is not None}
    states, choices, decided = _states(session), choices_as_json(session, in_units), _decision_states(session)
    rows = session.execute(
        select(Funding, Balance, Client.number, County.code)
        .join(Balance, Balance.funding_id == Funding.id)
        .join(Client, Client.id == Funding.client_id)
        .join(County, County.id == Funding.county_id)
        .order_by(Funding.id)
    )
    reports = []
    for row in rows:
        funding = row.Funding
        key = (funding.county_id, funding.decision_number)
        report = _granted(row, documents[key]["fundings"][funding.external_id], terms[funding.id])
        if funding.personal_budget_id is not None:
            report["personal_budget"] = budgets[funding.personal_budget_id]
        report["states"] = states[funding.id]
        report["decision"] = decided[key][-1]
        report["decision_states"] = decided[key]
        report["choices"] = choices[funding.id]
        report["balance"] = _balance(row.Balance, "cents")
        if funding.id in in_units:
            report["balance_quantity"] = _balance(row.Balance, "hundredths")
        reports.append(report)
    return reports


def _balance(balance: Balance, of: str) -> Json:
    return {part: format_hundredths(getattr(balance, f"{part}_{of}")) for part in PARTS_OF_BALANCE}


def _granted(row: Any, sent: Json, terms: FundingTerms) -> Json:
    """Return the granted terms of a funding; its `external_id` names the case that it is an example of."""
    funding = row.Funding
    first, last = first_and_last(funding.valid)
    terms_granted: Json = {
        "voucher": funding.voucher,
        "external_id": funding.external_id,
        "client": row.number,
        "county": row.code,
        "kind": funding.kind,
        "services": sent["services"],
        "window": [str(first), str(last)],
        "unit_values": _by_class(terms.unit_values, sent["services"]),
        "free_of_charge": terms.free_of_charge,
        "overrun": terms.overrun,
    }
    if terms.price_caps:
        terms_granted["price_cap"] = _by_class(terms.price_caps, sent["services"])
    return terms_granted | {name: sent[name] for name in COPIED_FROM_DECISION if name in sent}


def _budget(budget: PersonalBudget) -> Json:
    first, last = first_and_last(budget.valid)
    return {
        "decision": budget.decision_number,
        "amount": format_hundredths(budget.amount_cents),
        "window": [str(first), str(last)],
        "client_may_move": {"up_to": format_hundredths(budget.may_move_up_to_cents)},
    }


def _by_class(values: Mapping[str, Mapping[str, int]], services: list[str]) -> Json:
    """Return euros by time class, and by service first if the funding pays for several services."""
    by_service = {
        service: {name: format_hundredths(cents) for name, cents in by_class.items()}
        for service, by_class in values.items()
    }
    if len(services) == 1:
        return by_service.get(services[0], {})
    return by_service


def _states(session: Session) -> defaultdict[int, list[Json]]:
    found: defaultdict[int, list[Json]] = defaultdict(list)
    for state in session.scalars(select(FundingState).order_by(FundingState.from_day, FundingState.id)):
        found[state.funding_id].append({"state": state.state, "from": state.from_day.isoformat()})
    return found


def _decision_states(session: Session) -> defaultdict[tuple[int, str], list[Json]]:
    found: defaultdict[tuple[int, str], list[Json]] = defaultdict(list)
    for state in session.scalars(select(DecisionState).order_by(DecisionState.from_day, DecisionState.id)):
        found[state.county_id, state.number].append({"state": state.state, "from": str(state.from_day)})
    return found
