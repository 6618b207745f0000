"""The promise of a tried week: what it shows is what the choices hold once they have been made."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from sqlalchemy.orm import Session

from clearing.ledger.load.balances import balance_of
from clearing.plans.rules.plan_faults import plan_faults
from foundation.database.tables.choices import Choice
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.roles import Role
from marketplace.actions.change_choice import change_choice
from marketplace.actions.choose_offering import Chosen, choose_offering, consider
from marketplace.actions.try_week import TriedFunding, WantedPlan, try_week
from marketplace.load.choices import choice_by_id
from marketplace.load.fundings import funding_with_id
from marketplace.load.offerings import offerings_by_id
from marketplace.rules.week_entry import WeekVisit, plan_of_week
from marketplace.rules.wishes import Wish
from tests.builders import NOW, TODAY, a_client, a_county, a_funding, a_person, a_provider, an_offering

MONDAY = date(2026, 11, 23)
PRICES = {"weekday": 3600, "evening": 4200, "night": 4800, "saturday": 4500, "sunday_or_holiday": 5400}


class Week:
    """A client with a voucher, and two helpers whose prices differ by time class."""

    def __init__(self, session: Session, amount_cents: int) -> None:
        self.session = session
        county = a_county(session)
        client = a_client(session, county)
        values = {"PERSONAL_ASSISTANCE": {"weekday": 3000, "any": 3600}}
        funding = a_funding(session, county, client, amount_cents=amount_cents, unit_values=values)
        self.funding_id = funding.id
        self.actor = a_person(session, Role.CLIENT, client_id=client.id)
        self.offerings = []
        for number, name in enumerate(("1234567-1", "2345678-2")):
            provider = a_provider(session, county, business_id=name)
            prices = {time_class: cents + 100 * number for time_class, cents in PRICES.items()}
            self.offerings.append(an_offering(session, county, provider, price_cents=prices).id)
        session.flush()

    def want(self, offering_id: int, visits: list[WeekVisit], choice_id: int | None = None) -> WantedPlan:
        entry = offerings_by_id(self.session, [offering_id])[offering_id]
        choice = None if choice_id is None else choice_by_id(self.session, choice_id)
        plan = plan_of_week(0, "hour", visits, MONDAY)
        return WantedPlan(entry, funding_with_id(self.session, self.funding_id), choice, plan)

    def try_(self, wants: list[WantedPlan]) -> TriedFunding:
        (tried,) = try_week(self.session, wants, MONDAY, NOW)
        return tried

    def choose(self, want: WantedPlan) -> Chosen | None:
        wish, offering_id = Wish.of_plan(want.plan, MONDAY, None), want.entry.facts.id
        if want.choice is not None:
            made = change_choice(
                self.session,
                choice=want.choice,
                offering_id=offering_id,
                wish=wish,
                actor=self.actor,
                now=NOW,
            )
        else:
            made = choose_offering(
                self.session,
                funding_id=self.funding_id,
                offering_id=offering_id,
                wish=wish,
                actor=self.actor,
                now=NOW,
            )
        return made if isinstance(made, Chosen) else None


def a_week(random: Random) -> list[WeekVisit]:
    """One to three visits that do not overlap, or so many hours a week."""
    if random.random() < 0.2:
        return [WeekVisit(None, None, Quantity(random.choice((150, 300, 700))))]
    days = random.sample(range(7), random.randint(1, 3))
    starts = (7 * 60, 17 * 60, 20 * 60 + 30)
    return [WeekVisit(day, random.choice(starts), Quantity(random.choice((100, 150, 250)))) for day in days]


@pytest.mark.parametrize("seed", range(12))
def test_choosing_holds_what_the_tried_week_shows(session: Session, seed: int) -> None:
    random = Random(seed)
    week = Week(session, random.choice((60_000, 200_000)))
    before = week.choose(week.want(week.offerings[0], a_week(random))) if seed % 2 else None
    old = None if before is None else before.choice_id
    wants = [
        week.want(week.offerings[0], a_week(random), old),
        week.want(week.offerings[1], a_week(random)),
    ]
    assert not any(plan_faults(want.plan) for want in wants)
    shown = week.try_(wants)
    made = [week.choose(want) for want in wants]
    for tried, chosen in zip(shown.wants, made, strict=True):
        held = 0 if chosen is None else session.get_one(Choice, chosen.choice_id).held_cents
        assert held == tried.result.held.cents
    if all(made):
        assert balance_of(session, week.funding_id).free_cents == shown.left_cents


@pytest.mark.parametrize("seed", range(6))
def test_the_page_of_choosing_says_the_same(session: Session, seed: int) -> None:
    random = Random(seed)
    week = Week(session, 80_000)
    want = week.want(week.offerings[0], a_week(random))
    (tried,) = week.try_([want]).wants
    considered = consider(
        session,
        funding=want.funding.facts,
        client=want.funding.client,
        offering=want.entry,
        wish=Wish.of_plan(want.plan, MONDAY, None),
        day=TODAY,
    )
    assert considered.plan is not None
    assert considered.plan.held_cents == tried.result.held.cents
    assert considered.plan.left_cents == week.try_([want]).left_cents
