"""Fundings and choices as documents of the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from clearing.grants.facts.funding import ByClass, PeriodLimit
from clearing.grants.facts.kinds import DecisionState
from clearing.grants.rules.funding_terms import terms_on
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.money import format_hundredths
from foundation.web.clock import today
from marketplace.api.plan_schemas import plan_out
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
        "facts": facts,
        "funding": funding,
        "terms": terms,
        "state": None if view.state is None else view.state.value,
        "services": sorted(facts.services),
        "window": [facts.window.first, facts.window.last],
        "quantity_left": units_left(facts),
        "balance_quantity": None if facts.free_quantity is None else funding.balance,
        "unit_values": _by_service(terms.unit_values, len(facts.services)),
        "price_cap": _by_service(terms.price_caps, len(facts.services)),
        "per_period": _per_period(terms.period_limit),
        "decision": {
            "funding": funding,
            "decision_state": state_on(facts.decision_states, day) or DecisionState.IN_FORCE,
        },
        "forecast": view,
        "alarm": next(iter(view.alarms(day)), None),
        "choices": [choice_out(choice, view, day) for choice in view.choices],
    }


def choice_out(choice: MyChoice, view: FundingView, day: date) -> Document:
    """Return a choice with the money it holds."""
    live, plan = choice.ended_at is None, view.visit_plans.get(choice.id)
    return {
        "choice": choice,
        "starts_on": choice.starts_on,
        "ends_on": choice.ends_on,
        "state": "undone" if choice.withdrawn_at else "in_force" if live else "ended",
        "undo_until": choice.undo_until if choice.can_undo(day) else None,
        "provider_stops": view.stops.get(choice.id),
        "plan": None if plan is None else plan_out(plan),
        "lasts_until": choice.lasts_until if live else None,
        "balance": view.funding.balance,
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
