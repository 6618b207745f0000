"""Choosing when the county's table has no value for the usual time: it is possible, and holds nothing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.actions.test_choose_offering import ChoiceScenario, chosen
from tests.builders.books import check_books


def test_in_a_gap_of_the_countys_table_a_choice_holds_nothing(session: Session) -> None:
    scenario = ChoiceScenario(session, unit_values={"PERSONAL_ASSISTANCE": {"evening": 3000}})
    made = chosen(scenario.choose())
    assert (made.share, made.plan.held_cents, made.plan.planned_cents) == (None, 0, 0)
    assert (scenario.balance().free_cents, scenario.balance().held_cents) == (100_000, 0)
    check_books(session)
