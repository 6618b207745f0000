"""Pausing, opening again, closing and revoking a funding."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.actions.change_funding_state import FundingStateChanged, change_funding_state
from clearing.grants.facts.kinds import FundingState
from clearing.grants.load.fundings import fundings
from clearing.grants.rules.funding_states import StateRefusalCode
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Balance, Funding
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import (
    NOW,
    TODAY,
    a_person,
)
from tests.builders.books import check_books
from tests.builders.chosen_offering import a_chosen_offering


@pytest.fixture
def worker(session: Session) -> Actor:
    return a_person(session, Role.WORKER, county_id=a_chosen_offering(session).county.id)


def change(
    session: Session, worker: Actor, state: FundingState, day: date = TODAY, why: str = "Syy"
) -> FundingStateChanged | Refusal:
    funding_id = session.scalars(select(Funding.id)).one()
    changed = change_funding_state(
        session, funding_id, state=state, from_day=day, why=why, actor=worker, now=NOW
    )
    check_books(session)
    return changed


def state_today(session: Session, day: date = TODAY) -> FundingState | None:
    funding_id = session.scalars(select(Funding.id)).one()
    return state_on(fundings(session, [funding_id], lock=False)[funding_id].states, day)


def test_a_pause_and_its_end(session: Session, worker: Actor) -> None:
    assert isinstance(change(session, worker, FundingState.PAUSED), FundingStateChanged)
    assert state_today(session) is FundingState.PAUSED
    assert session.scalars(select(Balance.held_cents)).one() == 20_000
    assert change(session, worker, FundingState.PAUSED) == Refusal(StateRefusalCode.SAME)
    assert isinstance(change(session, worker, FundingState.OPEN), FundingStateChanged)
    assert state_today(session) is FundingState.OPEN


@pytest.mark.parametrize("state", [FundingState.CLOSED, FundingState.REVOKED])
def test_the_end_releases_what_is_held(session: Session, worker: Actor, state: FundingState) -> None:
    changed = change(session, worker, state)
    assert isinstance(changed, FundingStateChanged)
    assert changed.released_cents == 20_000
    balance = session.scalars(select(Balance)).one()
    assert (balance.free_cents, balance.held_cents) == (100_000, 0)
    choice = session.scalars(select(Choice)).one()
    assert (choice.held_cents, choice.ends_on, choice.ended_at) == (0, date(2026, 11, 20), NOW)
    assert session.scalars(select(AuditEvent.act)).all() == [f"funding.{state.value}"]
    assert change(session, worker, FundingState.OPEN) == Refusal(StateRefusalCode.OVER)


def test_an_end_to_come_keeps_the_holds_until_then(session: Session, worker: Actor) -> None:
    changed = change(session, worker, FundingState.CLOSED, date(2026, 12, 10))
    assert isinstance(changed, FundingStateChanged)
    assert changed.released_cents == 0
    choice = session.scalars(select(Choice)).one()
    assert (choice.held_cents, choice.ends_on, choice.ended_at) == (20_000, date(2026, 12, 9), None)
    assert state_today(session) is FundingState.OPEN
    assert state_today(session, date(2026, 12, 10)) is FundingState.CLOSED


def test_a_change_takes_the_place_of_later_ones(session: Session, worker: Actor) -> None:
    change(session, worker, FundingState.PAUSED, date(2026, 12, 1))
    change(session, worker, FundingState.CLOSED, date(2026, 11, 25))
    assert state_today(session, date(2026, 12, 2)) is FundingState.CLOSED


def test_what_cannot_be(session: Session, worker: Actor) -> None:
    assert change(session, worker, FundingState.CLOSED, why="  ") == Refusal(
        StateRefusalCode.WHY_MISSING, "why"
    )
    assert change(session, worker, FundingState.OPEN) == Refusal(StateRefusalCode.SAME)
    assert change(session, worker, FundingState.CLOSED, date(2027, 1, 1)) == Refusal(
        StateRefusalCode.OUTSIDE_WINDOW, "from"
    )
