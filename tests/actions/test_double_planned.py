"""The plans of all choices of a funding count: hours are never promised twice."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.plans.actions.replan_holds import replan_holds
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.roles import Actor
from marketplace.rules.planning import PlanLimit
from marketplace.rules.wishes import Wish
from tests.actions.test_change_choice import ChangeScenario
from tests.actions.test_choose_offering import ChoiceScenario, chosen, codes
from tests.builders import NOW, TODAY, a_charge
from tests.builders.books import check_books


def weekly(hours: int, *, ends_on: date | None = None) -> Wish:
    """Return so many hours a week from today."""
    return Wish(TODAY, ends_on, None, Quantity(hours * 100))


def hours_scenario(session: Session, hours: int, **terms: object) -> ChoiceScenario:
    """A voucher of so many hours for the six weeks to the end of the year, and more money than they cost."""
    return ChoiceScenario(session, amount_cents=10_000_000, quantity_hundredths=hours * 100, **terms)


def test_hours_of_another_plan_are_not_promised_again(session: Session) -> None:
    scenario = hours_scenario(session, 100)
    chosen(scenario.choose(weekly(12)))  # 72 hours
    plan = chosen(scenario.choose(weekly(10))).plan
    assert (plan.units, plan.stopped_by) == (2000, PlanLimit.UNITS)
    assert plan.lasts_until == TODAY + timedelta(days=13)


def test_a_plan_with_no_hours_left_for_a_week_is_refused(session: Session) -> None:
    scenario = hours_scenario(session, 80)
    chosen(scenario.choose(weekly(12)))
    refused = scenario.choose(weekly(9))
    assert codes(refused) == ["over_quantity"]
    assert refused.reasons[0].values == {"left_hundredths": 800}  # type: ignore[attr-defined]
    assert codes(scenario.choose(Wish(TODAY, None, Quantity(801), None))) == ["over_quantity"]
    chosen(scenario.choose(Wish(TODAY, None, Quantity(800), None)))


def test_charged_hours_are_not_counted_twice(session: Session) -> None:
    scenario = hours_scenario(session, 80)
    chosen(scenario.choose(weekly(12)))
    sent = a_charge(scenario.funding, service_day=TODAY.isoformat(), quantity="12.00")
    actor = Actor(None, None, "test")
    provider_id = scenario.provider.id
    (answer,) = take_in_charges(session, provider_id=provider_id, sent=[sent], actor=actor, now=NOW)
    assert answer.outcome == "accepted"
    replan_holds(session, scenario.funding.id, now=NOW)
    check_books(session)
    # 12 hours are charged and 60 are planned: 8 of the 80 are left, as before
    assert codes(scenario.choose(Wish(TODAY, None, Quantity(801), None))) == ["over_quantity"]
    chosen(scenario.choose(Wish(TODAY, None, Quantity(800), None)))


def test_the_plans_together_stay_within_the_limit_of_a_month(session: Session) -> None:
    limit = {"period": "month", "period_quantity_hundredths": 8000, "carry": "none"}
    scenario = hours_scenario(session, 1000, **limit)
    chosen(scenario.choose(weekly(12)))
    assert codes(scenario.choose(weekly(9))) == ["over_period_limit"]  # 4 × 21 h in a month of 80 h
    chosen(scenario.choose(weekly(8)))


def test_hours_that_a_change_frees_can_be_planned_again(session: Session) -> None:
    scenario = ChangeScenario(session, quantity_hundredths=2000)
    # three hours a week take 18 of 20 hours; after the change three of them stay planned
    changed = chosen(scenario.change(scenario.first, scenario.other, weekly=Quantity(900)))
    assert (changed.plan.units, changed.plan.stopped_by) == (900, PlanLimit.UNITS)
    assert scenario.undo(changed.choice_id).restored
    assert codes(scenario.choose(Wish(TODAY, None, Quantity(201), None))) == ["over_quantity"]
