"""One planned visit moved, changed, cancelled, restored or added; and days away. The hold follows at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from clearing.plans.facts.plan import TimedPattern, VisitId, VisitPlan
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.audit import AuditEvent
from foundation.vocabulary.refusals import Refusal
from marketplace.actions.change_visit import (
    ChangedVisit,
    add_visit,
    cancel_visit,
    change_visit,
    restore_visit,
)
from marketplace.actions.pause_plan import DaysAway, Paused, end_pause, pause_plan
from marketplace.load.choices import choice_by_id
from marketplace.load.visits import priced_visits_of
from marketplace.rules.refusals import (
    CHOICE_ENDED,
    MANDATE_MISSING,
    PAUSE_ENDS_BEFORE_START,
    PAUSE_IN_PAST,
    PAUSE_UNKNOWN,
    PAUSES_OVERLAP,
    VISIT_BEGUN,
    VISIT_UNKNOWN,
)
from marketplace.rules.visit_changes import VisitWish
from marketplace.rules.wishes import Wish
from tests.actions.test_choose_offering import ChoiceScenario, a_supporter, chosen, codes
from tests.builders import NOW, TODAY
from tests.builders.books import check_books

MONDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)
MONDAYS = TimedPattern(frozenset({0, 3}), 17 * 60, 120, MONDAY)
"""Two hours on Mondays and Thursdays: twelve visits until the end of the year, 60 € of county money each."""


class VisitScenario(ChoiceScenario):
    """The client has visits on Mondays and Thursdays, 17:00 to 19:00."""

    def __init__(self, session: Session, **funding: object) -> None:
        super().__init__(session, **funding)
        plan = VisitPlan(0, "hour", timed=(MONDAYS,))
        self.choice_id = chosen(self.choose(Wish.of_plan(plan, MONDAY, None))).choice_id

    def visit(self, day: date = MONDAY) -> VisitId:
        """Return the id of the visit of a day of the pattern."""
        return VisitId(self.choice_id, day, 1)

    def change(self, day: date, wish: VisitWish, now: datetime = NOW) -> ChangedVisit | Refusal:
        """Change the visit of a day."""
        return change_visit(self.session, visit=self.visit(day), wish=wish, actor=self.actor, now=now)

    def cancel(self, day: date, now: datetime = NOW) -> ChangedVisit | Refusal:
        """Cancel the visit of a day."""
        return cancel_visit(self.session, visit=self.visit(day), actor=self.actor, now=now, why="ill")

    def restore(self, day: date, now: datetime = NOW) -> ChangedVisit | Refusal:
        """Restore the visit of a day."""
        return restore_visit(self.session, visit=self.visit(day), actor=self.actor, now=now)

    def days(self) -> dict[date, tuple[date, int]]:
        """Return the day and the units of each visit to come, by the day of its pattern."""
        visits = priced_visits_of(self.session, self.funding.id, self.choice_id, TODAY)
        return {each.visit.id.day: (each.visit.day, each.visit.quantity) for each in visits}

    def held(self) -> int:
        """Return what the choice holds, in cents; the books must agree."""
        choice = choice_by_id(self.session, self.choice_id)
        assert choice is not None
        check_books(self.session)
        assert self.balance().held_cents == choice.held_cents
        return choice.held_cents


@pytest.fixture
def scenario(session: Session) -> VisitScenario:
    """The usual one."""
    return VisitScenario(session)


def done(outcome: ChangedVisit | Refusal) -> ChangedVisit:
    """Return a change that must have been made."""
    assert isinstance(outcome, ChangedVisit), outcome
    return outcome


def test_a_visit_moves_to_another_day_and_keeps_its_id(scenario: VisitScenario) -> None:
    assert scenario.held() == 12 * 6000
    moved = done(scenario.change(THURSDAY, VisitWish(to_day=date(2026, 11, 27), length_minutes=180)))
    assert (moved.visit, moved.held.held.cents) == (scenario.visit(THURSDAY), 11 * 6000 + 9000)
    assert scenario.days()[THURSDAY] == (date(2026, 11, 27), 300)
    assert scenario.held() == 11 * 6000 + 9000


def test_a_cancelled_visit_frees_its_money_and_can_be_restored_as_it_was(scenario: VisitScenario) -> None:
    done(scenario.change(MONDAY, VisitWish(length_minutes=60)))
    before, held = scenario.days(), scenario.held()
    done(scenario.cancel(MONDAY))
    assert (MONDAY in scenario.days(), scenario.held()) == (False, 11 * 6000)
    done(scenario.restore(MONDAY))
    assert (scenario.days(), scenario.held()) == (before, held)
    done(scenario.restore(MONDAY))
    assert scenario.days()[MONDAY] == (MONDAY, 200)
    assert scenario.restore(MONDAY) == VISIT_UNKNOWN


def test_an_extra_visit_holds_its_money(scenario: VisitScenario) -> None:
    wish, day = VisitWish(start_minute=600, length_minutes=60), date(2026, 11, 25)
    keys = {"choice_id": scenario.choice_id, "actor": scenario.actor, "now": NOW}
    added = done(add_visit(scenario.session, day=day, wish=wish, **keys))  # type: ignore[arg-type]
    assert added.visit == VisitId(scenario.choice_id, day, 1000)
    assert scenario.held() == 12 * 6000 + 3000
    done(cancel_visit(scenario.session, visit=added.visit, actor=scenario.actor, now=NOW))
    assert scenario.held() == 12 * 6000


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (VisitWish(to_day=THURSDAY), "visits_overlap"),
        (VisitWish(to_day=date(2027, 1, 1)), "day_outside_choice"),
        (VisitWish(to_day=TODAY - timedelta(days=1)), "day_in_past"),
        (VisitWish(length_minutes=3000), "length_not_possible"),
        (VisitWish(start_minute=1440), "time_unknown"),
        (VisitWish(length_minutes=2000), "over_amount"),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(session: Session, wish: VisitWish, code: str) -> None:
    scenario = VisitScenario(session, amount_cents=75_000)
    before, held = scenario.days(), scenario.held()
    assert code in codes(scenario.change(MONDAY, wish))
    assert (scenario.days(), scenario.held()) == (before, held)
    assert session.query(AuditEvent).filter_by(act="visit.change").count() == 0


def test_only_a_planned_visit_to_come_can_be_changed(scenario: VisitScenario) -> None:
    begun = datetime(2026, 11, 23, 15, 0, tzinfo=NOW.tzinfo)
    assert scenario.cancel(date(2026, 11, 24)) == VISIT_UNKNOWN
    assert scenario.cancel(MONDAY, now=begun) == VISIT_BEGUN
    done(scenario.cancel(MONDAY, now=begun - timedelta(minutes=1)))
    assert scenario.cancel(MONDAY) == VISIT_UNKNOWN
    assert scenario.restore(MONDAY, now=begun) == VISIT_BEGUN
    assert scenario.held() == 11 * 6000


def test_a_visit_of_an_ended_choice_cannot_be_changed(scenario: VisitScenario) -> None:
    scenario.end(scenario.choice_id)
    assert scenario.cancel(MONDAY) == CHOICE_ENDED


def test_a_supporter_needs_the_right_to_choose(scenario: VisitScenario) -> None:
    supporter = a_supporter(scenario, may_choose=False)
    outcome = cancel_visit(scenario.session, visit=scenario.visit(), actor=supporter, now=NOW)
    away = DaysAway(TODAY, None)
    paused = pause_plan(scenario.session, client_id=scenario.client.id, away=away, actor=supporter, now=NOW)
    assert (outcome, paused) == (MANDATE_MISSING, MANDATE_MISSING)


def pause(scenario: VisitScenario, first: date, last: date | None, *, one: bool = True) -> Paused | Refusal:
    """Pause the choice, or all help."""
    away = DaysAway(first, last, scenario.choice_id if one else None)
    return pause_plan(
        scenario.session, client_id=scenario.client.id, away=away, actor=scenario.actor, now=NOW
    )


def paused(outcome: Paused | Refusal) -> Paused:
    """Return a pause that must have been made or ended."""
    assert isinstance(outcome, Paused), outcome
    return outcome


@pytest.mark.parametrize("one", [True, False], ids=["one choice", "all help"])
def test_a_pause_frees_the_money_of_its_days_and_ending_it_holds_it_again(
    scenario: VisitScenario, one: bool
) -> None:
    made = paused(pause(scenario, TODAY, date(2026, 11, 29), one=one))
    assert scenario.held() == 10 * 6000
    assert made.held[scenario.choice_id].held.cents == 10 * 6000
    ended = end_pause(scenario.session, pause_id=made.pause_id, actor=scenario.actor, now=NOW)
    paused(ended)
    assert scenario.held() == 12 * 6000
    again = end_pause(scenario.session, pause_id=made.pause_id, actor=scenario.actor, now=NOW)
    assert again == PAUSE_UNKNOWN
    assert verify_books(scenario.session).agrees


def test_a_pause_until_further_notice_ends_on_the_day_it_is_ended(scenario: VisitScenario) -> None:
    made = paused(pause(scenario, TODAY, None))
    assert scenario.held() == 0
    later = NOW + timedelta(days=3)
    paused(end_pause(scenario.session, pause_id=made.pause_id, actor=scenario.actor, now=later))
    # Monday passed in the pause
    assert scenario.held() == 11 * 6000


def test_pauses_that_cannot_be(scenario: VisitScenario) -> None:
    yesterday = TODAY - timedelta(days=1)
    assert pause(scenario, TODAY, yesterday) == PAUSE_ENDS_BEFORE_START
    assert pause(scenario, yesterday, TODAY) == PAUSE_IN_PAST
    paused(pause(scenario, TODAY, MONDAY))
    assert pause(scenario, MONDAY, None) == PAUSES_OVERLAP
    paused(pause(scenario, THURSDAY, None))
    paused(pause(scenario, MONDAY, None, one=False))


def test_a_visit_does_not_move_into_a_pause(scenario: VisitScenario) -> None:
    paused(pause(scenario, date(2026, 12, 24), date(2026, 12, 26)))
    outcome = scenario.change(MONDAY, VisitWish(to_day=date(2026, 12, 25)))
    assert codes(outcome) == ["day_paused"]
