"""Fundings and choices as documents of the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from clearing.grants.facts.funding import ByClass, PeriodLimit
from clearing.grants.facts.kinds import DecisionState
from clearing.grants.rules.funding_terms import terms_on
from clearing.ledger.load.balances import Balance
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.money import format_hundredths
from foundation.web.clock import today
from marketplace.api.names import names_out
from marketplace.load.choices import MyChoice
from marketplace.load.funding_views import FundingView
from marketplace.rules.comparison import units_left

Document = dict[str, Any]


def funding_out(view: FundingView) -> Document:
    """Return a funding: terms, balance, forecast, choices."""
    funding, day = view.funding, today()
    facts = funding.facts
    terms = terms_on(facts, day)
    return {
        "voucher": facts.voucher,
        "client": facts.client_number,
        "county": funding.county.code,
        "kind": facts.kind.value,
        "state": None if view.state is None else view.state.value,
        "services": sorted(facts.services),
        "unit": funding.unit,
        "window": [facts.window.first, facts.window.last],
        "quantity": terms.quantity_limit,
        "quantity_left": units_left(facts, day),
        "unit_values": _by_service(terms.unit_values, len(facts.services)),
        "price_cap": _by_service(terms.price_caps, len(facts.services)),
        "per_period": _per_period(terms.period_limit),
        "free_of_charge": terms.free_of_charge,
        "overrun": terms.overrun.value,
        "decision": _decision(view, day),
        "provider": funding.provider_business_id,
        "balance": balance_out(funding.balance),
        "forecast": _forecast(view),
        "choices": [choice_out(choice, view, day) for choice in view.choices],
    }


def balance_out(balance: Balance) -> Document:
    """Return the balance under the names of the rulebook."""
    names = ("granted", "free", "held", "charged", "settled", "returned")
    return {name: getattr(balance, f"{name}_cents") for name in names}


def choice_out(choice: MyChoice, view: FundingView, day: date) -> Document:
    """Return a choice with the money it holds."""
    live = choice.ended_at is None
    return {
        "id": choice.id,
        "voucher": choice.voucher,
        "offering": choice.offering_id,
        "provider": choice.business_id,
        "provider_name": choice.provider,
        "service_name": names_out(choice.service_name),
        "unit": choice.unit,
        "from_day": choice.starts_on,
        "to": choice.ends_on,
        "starts_on": choice.starts_on,
        "ends_on": choice.ends_on,
        "quantity": choice.quantity,
        "quantity_per_week": choice.quantity_per_week,
        "held": choice.held_cents,
        "planned": choice.planned_cents,
        "state": "undone" if choice.withdrawn_at else "in_force" if live else "ended",
        "undo_until": choice.undo_until if choice.can_undo(day) else None,
        "lasts_until": view.outlook.lasts_until if live else None,
        "balance": balance_out(view.funding.balance),
    }


def _decision(view: FundingView, day: date) -> Document:
    funding = view.funding
    state = state_on(funding.facts.decision_states, day) or DecisionState.IN_FORCE
    return {
        "number": funding.decision_number,
        "decided_on": funding.decided_on,
        "decided_by": funding.decided_by,
        "legal_basis": funding.legal_basis,
        "state": state.value,
    }


def _forecast(view: FundingView) -> Document:
    return {
        "left": view.outlook.left_cents,
        "per_week": view.outlook.per_week_cents,
        "lasts_until": view.outlook.lasts_until,
        "units_money_gives": view.units,
    }


def _by_service(sums: Mapping[str, ByClass], services: int) -> Document:
    """Return sums by time class; by service first if the funding has several services (contract, seed)."""
    shown = {
        service: {name: format_hundredths(cents) for name, cents in by_class.items()}
        for service, by_class in sums.items()
    }
    return next(iter(shown.values()), {}) if services == 1 else shown


def _per_period(limit: PeriodLimit | None) -> Document | None:
    if limit is None:
        return None
    sizes = {"amount": limit.amount_cents, "quantity": limit.quantity}
    shown = {name: format_hundredths(size) for name, size in sizes.items() if size is not None}
    share = {} if not limit.share_hundredths else {"share": format_hundredths(limit.share_hundredths)}
    return {"period": limit.kind.value, "carry": limit.carry.value, **shown, **share}
