"""Choices and their visit plans as the contract's JSON (`omatori seed --json`), as the API takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.plans.facts.plan import Change, LoosePattern, TimedPattern, VisitId, VisitPlan
from clearing.plans.load.visit_plans import visit_plans
from foundation.database.tables.choices import Choice
from foundation.database.tables.providers import Provider
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Quantity, format_hundredths

Json = dict[str, Any]
CHOICES_AT_ONCE = 1_000
HOUR_MINUTES = 60


def choices_as_json(session: Session, in_units: Container[int]) -> defaultdict[int, list[Json]]:
    """Return the choices that give a right to charge, with their plans; withdrawn choices are left out.

    Args:
        in_units: Ids of the fundings that are granted in units: their choices hold units beside money.
    """
    found: defaultdict[int, list[Json]] = defaultdict(list)
    query = select(Choice, Provider.business_id).join(Provider, Provider.id == Choice.provider_id)
    rows = session.execute(query.where(Choice.withdrawn_at.is_(None)).order_by(Choice.id)).all()
    plans = dict(_plans(session, [choice.id for choice, _provider in rows]))
    for choice, provider in rows:
        report = {
            "id": choice.id,
            "offering": choice.offering_id,
            "provider": provider,
            "from": choice.starts_on.isoformat(),
            "to": None if choice.ends_on is None else choice.ends_on.isoformat(),
            "held": format_hundredths(choice.held_cents),
        }
        if choice.funding_id in in_units:
            report["held_quantity"] = format_hundredths(choice.held_hundredths)
        found[choice.funding_id].append(report | plans[choice.id])
    return found


def _plans(session: Session, choice_ids: Sequence[int]) -> Iterator[tuple[int, Json]]:
    """Yield each choice's id with its plan. One query takes a limited number of parameters."""
    for start in range(0, len(choice_ids), CHOICES_AT_ONCE):
        for key, plan in visit_plans(session, choice_ids[start : start + CHOICES_AT_ONCE]).items():
            yield key, _plan(plan)


def _plan(plan: VisitPlan) -> Json:
    """Return the plan of a choice, and its days away and changed visits if it has any."""
    report: Json = {"plan": _patterns(plan)}
    if plan.pauses:
        report["pauses"] = [_pause(pause) for pause in sorted(plan.pauses, key=_first_day)]
    if plan.changes:
        report["changes"] = [_change(plan.choice_id, change) for change in plan.changes]
    return report


def _patterns(plan: VisitPlan) -> Json | None:
    """Return the one kind of pattern that the plan has; None if it has none."""
    if plan.timed:
        return {"timed": [_timed(pattern) for pattern in plan.timed]}
    if plan.loose is not None:
        return {"loose": _loose(plan.loose)}
    if plan.total is not None:
        return {"total": {"quantity": format_hundredths(plan.total.quantity), "to": str(plan.total.last_day)}}
    return None


def _timed(pattern: TimedPattern) -> Json:
    return {
        "weekdays": [day + 1 for day in sorted(pattern.weekdays)],
        "start": _clock_time(pattern.start_minute),
        "length": pattern.length_minutes,
        "every_weeks": pattern.every_weeks,
        "from": pattern.first_day.isoformat(),
        "to": _day(pattern.last_day),
        "quantity": _quantity(pattern.quantity),
    }


def _loose(pattern: LoosePattern) -> Json:
    part = None if pattern.part is None else pattern.part.value
    return {"quantity": format_hundredths(pattern.quantity), "per": pattern.per.value, "part": part}


def _first_day(pause: DateWindow) -> date:
    return pause.first


def _pause(pause: DateWindow) -> Json:
    return {"from": pause.first.isoformat(), "to": None if pause.last == date.max else str(pause.last)}


def _change(choice_id: int, change: Change) -> Json:
    """Return a changed visit; None stays as the pattern has it."""
    start = change.start_minute
    return {
        "visit": VisitId(choice_id, change.day, change.number).text,
        "cancelled": change.is_cancelled,
        "to_day": _day(change.to_day),
        "start": None if start is None else _clock_time(start),
        "length": change.length_minutes,
        "quantity": _quantity(change.quantity),
    }


def _clock_time(minute: int) -> str:
    hour, minutes = divmod(minute, HOUR_MINUTES)
    return f"{hour:02d}:{minutes:02d}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _quantity(quantity: Quantity | None) -> str | None:
    return None if quantity is None else format_hundredths(quantity)
