"""So much a month, begun and ended inside a month: what is promised, held and accepted are the same part."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.plans.facts.plan import LoosePattern, VisitPlan
from foundation.vocabulary.dates import PeriodKind
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.roles import Actor
from marketplace.rules.wishes import Wish
from tests.actions.test_choose_offering import ChoiceScenario, chosen
from tests.builders import NOW, TODAY, a_charge

LATER = datetime.combine(date(2027, 1, 10), NOW.timetz())


def by_month(hours: int, ends_on: date | None) -> Wish:
    """Return so many hours a month from 21 November."""
    pattern = LoosePattern(Quantity(hours * 100), PeriodKind.MONTH, TODAY)
    return Wish.of_plan(VisitPlan(0, "hour", loose=pattern), TODAY, ends_on)


def test_the_part_is_promised_held_and_accepted(session: Session) -> None:
    scenario = ChoiceScenario(session, quantity_hundredths=3000)
    plan = chosen(scenario.choose(by_month(30, date(2026, 12, 10)))).plan
    # 10 of 30 days of November and 10 of 31 days of December, at 30 € an hour
    assert (plan.units, plan.held_cents) == (1000 + 968, 30_000 + 29_040)
    balance = scenario.balance()
    assert (balance.held_cents, balance.held_hundredths) == (59_040, 1968)
    actor, provider_id = Actor(None, None, "test"), scenario.provider.id
    for day, quantity in ((TODAY, "10.00"), (date(2026, 12, 1), "9.68")):
        sent = a_charge(scenario.funding, service_day=str(day), quantity=quantity, reference=str(day))
        [answer] = take_in_charges(session, provider_id=provider_id, sent=[sent], actor=actor, now=LATER)
        assert answer.outcome == "accepted", answer
    balance = scenario.balance()
    assert (balance.held_cents, balance.held_hundredths, balance.charged_hundredths) == (0, 0, 1968)


def test_the_window_of_the_voucher_ends_the_plan(session: Session) -> None:
    scenario = ChoiceScenario(session, window=(TODAY - timedelta(days=30), date(2026, 12, 5)))
    plan = chosen(scenario.choose(by_month(30, None))).plan
    assert (plan.units, plan.last_day) == (1000 + 484, date(2026, 12, 5))


def test_whole_months_are_whole(session: Session) -> None:
    scenario = ChoiceScenario(session)
    plan = chosen(scenario.choose(by_month(6, None))).plan
    assert plan.units == 200 + 600
