"""A plan promises what clearing pays: each held visit, charged as planned, is accepted with the same sums.

5,000 plans, each with a calendar, prices and terms of its own (M13 of the programme), in the long ring.
"""

from __future__ import annotations

from datetime import datetime, time

import pytest

from clearing.charges.decision import decide_charges
from clearing.charges.facts.charge import SentCharge
from clearing.charges.facts.outcomes import Accepted, Outcome
from clearing.charges.reading.fields import read_charge
from clearing.plans.facts.visits import Held, Limit, PricedVisit
from clearing.plans.rules.holding import held, left_of
from clearing.plans.rules.plan_faults import plan_faults
from clearing.plans.rules.pricing import priced
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.money import format_hundredths, line_price
from tests.rules import facts_builder as facts
from tests.rules.random_plans import PlanAndBook, RandomPlans


def charge_as_planned(visit: PricedVisit, unit: str) -> SentCharge:
    """Return the charge of a visit with its planned times, quantity and list price."""
    planned = visit.visit
    assert visit.price_cents is not None
    each = (visit.price_cents * 100 + planned.quantity // 2) // planned.quantity
    candidates = (each - 1, each, each + 1)
    unit_price = next(c for c in candidates if line_price(planned.quantity, c) == visit.price_cents)  # type: ignore[arg-type]
    values: dict[str, object] = {
        "reference": f"{planned.id.day}-{planned.id.number}",
        "voucher": "AB12",
        "service": facts.ASSISTANCE,
        "service_day": planned.day.isoformat(),
        "quantity": format_hundredths(planned.quantity),
        "unit": unit,
        "unit_price": format_hundredths(unit_price),
    }
    if planned.start and planned.end:
        values["start"] = planned.start.astimezone(HELSINKI).isoformat()[11:16] + _offset(planned.start)
        values["end"] = planned.end.astimezone(HELSINKI).isoformat()[:16] + _offset(planned.end)
    received = datetime.combine(planned.day, time(12), HELSINKI)
    return SentCharge(facts.PROVIDER, values, received)


def _offset(instant: datetime) -> str:
    return instant.astimezone(HELSINKI).isoformat()[-6:]


def planned(drawn: PlanAndBook) -> tuple[tuple[PricedVisit, ...], Held]:
    """Return the priced visits of a plan and what it holds."""
    visits = priced(visits_of(drawn.plan, drawn.setting.calendar, drawn.window), drawn.setting)
    return visits, held(visits, drawn.setting.funding, left_of(drawn.setting.funding))


def charge(drawn: PlanAndBook, visits: tuple[PricedVisit, ...]) -> tuple[Outcome, ...]:
    """Decide the charges of visits as planned, through the pure decision."""
    sent = [charge_as_planned(visit, drawn.plan.unit) for visit in visits]
    return decide_charges(drawn.book, [read_charge(each) for each in sent])


def assert_plan_is_charge(seed: int) -> str:
    """Assert the property for the plan of a seed; return what stopped it, or why it was left out."""
    drawn = RandomPlans(seed).draw()
    if plan_faults(drawn.plan):
        return "fault"
    visits, holds = planned(drawn)
    promised = visits[: holds.visits]
    if any(visit.is_estimate for visit in visits[: holds.visits + 1]):
        return "estimate"
    outcomes = charge(drawn, promised)
    for visit, outcome in zip(promised, outcomes, strict=True):
        assert isinstance(outcome, Accepted), (seed, visit, outcome)
        sums = (outcome.split.price_cents, outcome.split.county_pays_cents)
        assert sums == (visit.price_cents, visit.county_pays_cents), (seed, visit)
    paid = sum(outcome.split.county_pays_cents for outcome in outcomes if isinstance(outcome, Accepted))
    assert (holds.cents, holds.quantity) == (paid, sum(visit.visit.quantity for visit in promised)), seed
    if holds.stopped_by is None:
        return "fits"
    if visits[holds.visits].price_cents is not None:
        _assert_not_paid_in_full(drawn, visits, holds, seed)
    return holds.stopped_by.value


def _assert_not_paid_in_full(
    drawn: PlanAndBook, visits: tuple[PricedVisit, ...], holds: Held, seed: int
) -> None:
    """Assert that the first visit that is not held would not be paid as planned: the limit named is real."""
    last = visits[holds.visits]
    outcome = charge(drawn, visits[: holds.visits + 1])[-1]
    in_full = isinstance(outcome, Accepted) and outcome.split.county_pays_cents == last.county_pays_cents
    assert not in_full, (seed, holds, outcome)


@pytest.mark.parametrize(
    "seeds",
    [pytest.param(range(300), id="300"), pytest.param(range(300, 5000), id="5000", marks=pytest.mark.long)],
)
def test_every_held_visit_is_paid_as_planned(seeds: range) -> None:
    stops = {assert_plan_is_charge(seed) for seed in seeds}
    assert stops == {"fits", "fault", "estimate", *Limit}
