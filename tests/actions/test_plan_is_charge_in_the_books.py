"""What a choice holds is what its visits cost: charged as planned, each is accepted, and nothing stays held.

The property of `tests/rules/test_plan_is_charge.py` through the database: choosing, a pause or a cancelled
visit, and charges that leave the price out.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.plans.actions.replan_holds import replan_holds
from clearing.plans.facts.plan import TimedPattern, VisitPlan
from clearing.plans.facts.visits import PlannedVisit
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.money import format_hundredths
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.change_visit import ChangedVisit, cancel_visit
from marketplace.actions.choose_offering import Chosen
from marketplace.actions.pause_plan import DaysAway, Paused, pause_plan
from marketplace.rules.wishes import Wish
from tests.actions.test_choose_offering import ChoiceScenario
from tests.builders import NOW, a_charge, an_offering
from tests.builders.books import check_books

FIRST = date(2026, 11, 23)
CLASSES = ("weekday", "evening", "night", "saturday", "sunday_or_holiday")
AFTER = datetime.combine(date(2027, 1, 4), NOW.timetz())


class RandomChoice:
    """A choice of a random plan, with prices and values by time class and random limits."""

    def __init__(self, session: Session, seed: int) -> None:
        self.random = Random(seed)
        values = {name: self.random.randint(1500, 7000) for name in CLASSES}
        self.scenario = ChoiceScenario(
            session,
            amount_cents=self.random.choice((60_000, 300_000, 5_000_000)),
            unit_values={"PERSONAL_ASSISTANCE": values},
            **self.limits(),
        )
        prices = {name: self.random.randint(1900, 7000) for name in CLASSES}
        county, provider = self.scenario.county, self.scenario.provider
        self.scenario.offering = an_offering(session, county, provider, price_cents=prices)

    def limits(self) -> dict[str, Any]:
        """Return a limit of all units and one of a month, or neither."""
        limits: dict[str, Any] = {}
        if self.random.random() < 0.4:
            limits["quantity_hundredths"] = self.random.randint(1000, 9000)
        if self.random.random() < 0.4:
            limits |= {"period": "month", "carry": "none"}
            limits["period_quantity_hundredths"] = self.random.randint(1000, 5000)
        return limits

    def plan(self) -> VisitPlan:
        """Return one or two patterns that do not meet: in the daytime, and in the evening over midnight."""
        days = frozenset(self.random.sample(range(7), self.random.randint(1, 4)))
        every, length = self.random.choice((1, 1, 2, 4)), self.random.randint(15, 300)
        day = TimedPattern(days, self.random.randint(6 * 60, 12 * 60), length, FIRST, None, every)
        late = TimedPattern(days, self.random.randint(19 * 60, 23 * 60), 30 + length // 2, FIRST, None, every)
        return VisitPlan(0, "hour", timed=self.random.choice(((day,), (late,), (day, late))))

    def change(self, choice_id: int, visits: list[PlannedVisit]) -> None:
        """Sometimes be away for some days, and cancel one visit."""
        session, actor = self.scenario.session, self.scenario.actor
        if self.random.random() < 0.5:
            first = FIRST + timedelta(days=self.random.randint(0, 20))
            away = DaysAway(first, first + timedelta(days=self.random.randint(0, 9)), choice_id)
            client_id = self.scenario.client.id
            assert isinstance(
                pause_plan(session, client_id=client_id, away=away, actor=actor, now=NOW), Paused
            )
        elif len(visits) > 1:
            visit = self.random.choice(visits).id
            assert isinstance(cancel_visit(session, visit=visit, actor=actor, now=NOW), ChangedVisit)


def as_planned(scenario: ChoiceScenario, visit: PlannedVisit) -> dict[str, str]:
    """Return the charge of a visit with its planned times and quantity, at the list price."""
    assert visit.start is not None
    assert visit.end is not None
    sent = a_charge(
        scenario.funding,
        service_day=visit.day.isoformat(),
        quantity=format_hundredths(visit.quantity),
        start=visit.start.astimezone(HELSINKI).isoformat(timespec="minutes")[len("2026-11-23T") :],
        end=visit.end.astimezone(HELSINKI).isoformat(timespec="minutes"),
    )
    del sent["unit_price"]
    return sent


def assert_held_is_paid(session: Session, seed: int) -> str:
    """Assert the property for the plan of a seed; return what stopped the plan."""
    drawn = RandomChoice(session, seed)
    scenario, funding_id = drawn.scenario, drawn.scenario.funding.id
    chosen = scenario.choose(Wish.of_plan(drawn.plan(), FIRST, None))
    if isinstance(chosen, Refusal):
        return "refused"
    assert isinstance(chosen, Chosen)
    planned = replan_holds(session, funding_id, now=NOW)[chosen.choice_id]
    drawn.change(chosen.choice_id, [visit.visit for visit in planned.visits[: planned.held.visits]])
    planned = replan_holds(session, funding_id, now=NOW)[chosen.choice_id]
    before, promised = scenario.balance(), planned.visits[: planned.held.visits]
    sent = [as_planned(scenario, visit.visit) for visit in promised]
    actor = Actor(None, None, "test")
    answers = take_in_charges(session, provider_id=scenario.provider.id, sent=sent, actor=actor, now=AFTER)
    refused = [(answer.outcome, answer.findings) for answer in answers if answer.outcome != "accepted"]
    assert refused == [], seed
    after = scenario.balance()
    assert (before.held_cents, planned.held.cents) == (after.charged_cents, after.charged_cents), seed
    assert (after.held_cents, after.free_cents) == (0, before.free_cents), seed
    assert after.charged_hundredths == before.held_hundredths, seed
    check_books(session)
    return planned.held.stopped_by.value if planned.held.stopped_by else "fits"


@pytest.mark.parametrize(
    "seeds",
    [pytest.param(range(8), id="8"), pytest.param(range(8, 160), id="160", marks=pytest.mark.long)],
)
def test_every_held_visit_is_paid_as_it_was_held(session: Session, seeds: range) -> None:
    stops = set()
    for seed in seeds:
        with session.begin_nested() as savepoint:
            stops.add(assert_held_is_paid(session, seed))
            savepoint.rollback()
        session.expire_all()
    assert "fits" in stops
    assert len(stops) > 1
