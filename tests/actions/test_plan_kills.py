"""Killed after any write of a change of a plan: nothing is half done, and a repeat has one effect."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.upkeep.actions.verify_books import verify_books
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal
from marketplace.actions.change_choice import change_choice
from marketplace.actions.end_choice import end_choice
from marketplace.load.choices import choice_by_id
from marketplace.rules.wishes import Wish
from tests.actions.test_change_visit import MONDAY, VisitScenario
from tests.builders import NOW, TODAY
from tests.builders.killed_steps import KillableSteps

PLACES = ("ledger.after_postings", "ledger.after_balances", "ledger.after_holds", "plans.after_holds",
          "plans.after_reaches")  # fmt: skip
WRITTEN = ("posting", "balance", "choice", "plan_pattern", "plan_change", "audit_event")
Act = Callable[["Plans", Session], object]


class Plans(KillableSteps):
    """A client with visits on Mondays and Thursdays."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            self.scenario = VisitScenario(session)
            session.flush()
            session.expunge_all()

    def everything(self) -> list[object]:
        """Check that the books agree; return all rows that acts write."""
        with Session(self.engine) as session:
            assert verify_books(session).differences == ()
            rows = [f"SELECT json_agg(t ORDER BY t::text) FROM {name} t" for name in WRITTEN]
            return [session.scalar(text(statement)) for statement in rows]

    def newest(self) -> int:
        """Return the id of the newest choice."""
        with Session(self.engine) as session:
            return int(session.scalars(text("SELECT max(id) FROM choice")).one())


def done(result: object) -> object:
    assert not isinstance(result, Refusal), result
    return result


def cancel(plans: Plans, session: Session) -> object:
    plans.scenario.session = session
    return done(plans.scenario.cancel(MONDAY))


def change(plans: Plans, session: Session) -> object:
    choice = choice_by_id(session, plans.scenario.choice_id)
    assert choice is not None
    wish = Wish(date(2026, 12, 1), None, None, Quantity(100))
    keys = {"offering_id": plans.scenario.offering.id, "actor": plans.scenario.actor}
    return done(change_choice(session, choice=choice, wish=wish, now=NOW, **keys))  # type: ignore[arg-type]


def undo(plans: Plans, session: Session) -> object:
    choice = choice_by_id(session, plans.newest())
    assert choice is not None
    return done(end_choice(session, choice=choice, actor=plans.scenario.actor, now=NOW + timedelta(days=1)))


@pytest.fixture
def plans(fresh_database: str) -> Iterator[Plans]:
    plans = Plans(fresh_database)
    yield plans
    plans.close()


@pytest.mark.parametrize("acts", [(cancel,), (change,), (change, undo)], ids=["cancel", "change", "undo"])
def test_a_killed_change_of_a_plan_can_be_repeated(plans: Plans, acts: tuple[Act, ...]) -> None:
    *first, act = acts
    for earlier in first:
        plans.commit(lambda session, earlier=earlier: earlier(plans, session))  # type: ignore[misc]
    before = plans.everything()
    for place in PLACES:
        assert plans.killed(lambda session: act(plans, session), place) == signal.SIGKILL
        assert plans.everything() == before
    plans.commit(lambda session: act(plans, session))
    assert plans.everything() != before
    assert TODAY < MONDAY
