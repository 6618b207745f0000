"""Changing a choice: the old one keeps its hold to its last day, and an undo restores it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables import choices, providers
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal, not_refused
from marketplace.actions.change_choice import change_choice
from marketplace.actions.choose_offering import Chosen
from marketplace.actions.end_choice import Ended, end_choice
from marketplace.load.choices import MyChoice, choice_by_id
from marketplace.rules.wishes import Wish
from tests.actions.test_choose_offering import ChoiceScenario, chosen, codes
from tests.builders import NOW, TODAY, a_choice, a_client, a_funding, a_provider, an_offering
from tests.builders.books import check_books

THREE_A_WEEK = Quantity(300)
NEXT_WEEK = TODAY + timedelta(days=7)


class ChangeScenario(ChoiceScenario):
    """The client has chosen three hours a week (90 € of the county's money); there is another provider."""

    def __init__(self, session: Session, **funding: object) -> None:
        super().__init__(session, **funding)
        self.other_provider = a_provider(session, self.county, business_id="2345678-0", name="Toinen Apu Oy")
        self.other = an_offering(session, self.county, self.other_provider)
        self.first = chosen(self.choose()).choice_id

    def change(
        self,
        choice_id: int,
        offering: providers.Offering,
        *,
        from_day: date = NEXT_WEEK,
        weekly: Quantity = THREE_A_WEEK,
        now: datetime = NOW,
    ) -> Chosen | Refusal:
        """Replace a choice with another offering from a day on."""
        return change_choice(
            self.session,
            choice=self.read(choice_id),
            offering_id=offering.id,
            wish=Wish(from_day, None, None, weekly),
            actor=self.actor,
            now=now,
        )

    def read(self, choice_id: int) -> MyChoice:
        """Return a choice as it is now."""
        found = choice_by_id(self.session, choice_id)
        assert found is not None
        return found

    def row(self, choice_id: int) -> tuple[object, ...]:
        """Return what an undo must restore: the days, the plan and the hold."""
        row = self.session.get_one(choices.Choice, choice_id, populate_existing=True)
        return (row.starts_on, row.ends_on, row.ended_at, row.quantity_per_week_hundredths, row.planned_cents,
                row.held_cents)  # fmt: skip

    def undo(self, choice_id: int, *, later_days: int = 1) -> Ended:
        """End a choice some days later."""
        now = NOW + timedelta(days=later_days)
        return not_refused(end_choice(self.session, choice=self.read(choice_id), actor=self.actor, now=now))


@pytest.fixture
def scenario(session: Session) -> ChangeScenario:
    """The usual one."""
    return ChangeScenario(session)


def test_the_old_choice_keeps_its_hold_to_its_last_day(scenario: ChangeScenario) -> None:
    changed = chosen(scenario.change(scenario.first, scenario.other, from_day=TODAY + timedelta(days=10)))
    old = scenario.read(scenario.first)
    # the second week has begun on the tenth day
    assert (old.ends_on, old.ended_at, old.held_cents) == (TODAY + timedelta(days=9), None, 2 * 9000)
    assert old.is_live(TODAY)
    assert not old.is_live(TODAY + timedelta(days=10))
    assert scenario.balance().held_cents == old.held_cents + changed.plan.held_cents
    check_books(scenario.session)


def test_an_undo_restores_days_plan_and_hold(scenario: ChangeScenario) -> None:
    before, balance = scenario.row(scenario.first), scenario.balance()
    changed = chosen(scenario.change(scenario.first, scenario.other))
    ended = scenario.undo(changed.choice_id, later_days=7)
    assert (ended.undone, ended.restored) == (True, True)
    assert (scenario.row(scenario.first), scenario.balance()) == (before, balance)
    check_books(scenario.session)
    assert verify_books(scenario.session).agrees


def test_an_undo_restores_a_choice_that_was_replaced_before_its_first_day(scenario: ChangeScenario) -> None:
    later = chosen(scenario.change(scenario.first, scenario.other, from_day=TODAY + timedelta(days=30)))
    before = scenario.row(later.choice_id)
    third = chosen(scenario.change(later.choice_id, scenario.other, from_day=TODAY + timedelta(days=3)))
    assert not scenario.read(later.choice_id).is_live(TODAY)
    assert scenario.undo(third.choice_id).restored
    assert scenario.row(later.choice_id) == before


def test_a_change_may_use_the_money_that_comes_free(scenario: ChangeScenario) -> None:
    # 1 000 €, of which the first choice keeps 90 € for its week
    changed = chosen(scenario.change(scenario.first, scenario.other, weekly=Quantity(3000)))
    assert changed.plan.held_cents == 90_000
    assert scenario.undo(changed.choice_id).restored
    too_much = scenario.change(scenario.first, scenario.other, weekly=Quantity(3100))
    assert codes(too_much) == ["over_amount"]


def test_a_change_that_cannot_be_made_leaves_the_old_choice(scenario: ChangeScenario) -> None:
    before = scenario.row(scenario.first)
    assert codes(scenario.change(scenario.first, scenario.other, weekly=Quantity(9000))) == ["over_amount"]
    assert scenario.row(scenario.first) == before
    check_books(scenario.session)


def test_no_undo_once_the_money_of_the_old_choice_is_used(scenario: ChangeScenario) -> None:
    changed = chosen(scenario.change(scenario.first, scenario.other, weekly=Quantity(100)))
    made = scenario.read(changed.choice_id)
    assert made.can_undo(TODAY)
    assert made.needs_for_undo_cents > 0
    chosen(scenario.choose(Wish(TODAY, None, Quantity(2000), None)))
    assert not scenario.read(changed.choice_id).can_undo(TODAY)
    assert not scenario.undo(changed.choice_id).undone


def test_no_undo_of_a_choice_that_another_one_replaces(scenario: ChangeScenario) -> None:
    second = chosen(scenario.change(scenario.first, scenario.other))
    before = scenario.row(second.choice_id)
    third = chosen(scenario.change(second.choice_id, scenario.offering, from_day=TODAY + timedelta(days=20)))
    assert not scenario.read(second.choice_id).can_undo(TODAY)
    assert scenario.undo(third.choice_id).restored
    assert scenario.row(second.choice_id) == before
    assert scenario.undo(second.choice_id).restored


def test_an_undo_leaves_alone_what_was_ended_since(scenario: ChangeScenario) -> None:
    changed = chosen(scenario.change(scenario.first, scenario.other))
    scenario.undo(scenario.first)
    ended = scenario.undo(changed.choice_id)
    assert (ended.undone, ended.restored) == (True, False)
    assert scenario.read(scenario.first).ended_at is not None
    assert scenario.balance().held_cents == 9000  # a week has begun


def test_a_change_from_today_keeps_nothing_of_a_plan_that_begins_today(scenario: ChangeScenario) -> None:
    before = scenario.row(scenario.first)
    changed = chosen(scenario.change(scenario.first, scenario.other, from_day=TODAY))
    assert scenario.read(scenario.first).held_cents == 0
    assert scenario.undo(changed.choice_id).restored
    assert scenario.row(scenario.first) == before


def test_the_replaced_choice_is_of_the_same_funding(scenario: ChangeScenario) -> None:
    session, county = scenario.session, scenario.county
    stranger = a_funding(session, county, a_client(session, county))
    other = a_choice(session, stranger, scenario.offering).id
    change = text(
        "UPDATE choice SET replaces_id = :old, replaced_planned_cents = 0, replaced_held_cents = 0"
        " WHERE id = :id"
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        scenario.session.execute(change, {"old": other, "id": scenario.first})
