"""A suspension with a last day: afterwards the approval is as it was decided before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import approvals_in_county
from foundation.database.tables.providers import Provider
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.approve_provider import ApprovalChanged, change_approval
from marketplace.actions.change_approval_window import change_approval_until
from marketplace.rules.approving import states_after
from tests.builders import NOW, TODAY, a_county, a_person, a_provider

SERVICE = "PERSONAL_ASSISTANCE"
LAST = TODAY + timedelta(days=10)
END = TODAY + timedelta(days=30)


@pytest.fixture
def worker(session: Session) -> Actor:
    """A case worker of a county with an approved provider."""
    county = a_county(session)
    a_provider(session, county)
    return a_person(session, Role.WORKER, county_id=county.id)


def suspend(
    session: Session,
    worker: Actor,
    last_day: date,
    why: str = "Syy",
    state_to: ApprovalState = ApprovalState.SUSPENDED,
) -> ApprovalChanged | Refusal:
    return change_approval_until(
        session,
        provider_id=session.scalars(select(Provider.id)).one(),
        county_id=worker.county_id or 0,
        service=SERVICE,
        state=state_to,
        from_day=TODAY,
        last_day=last_day,
        why=why,
        actor=worker,
        now=NOW,
    )


def state(session: Session, worker: Actor, day: date) -> str:
    provider_id = session.scalars(select(Provider.id)).one()
    history = approvals_in_county(session, provider_id, worker.county_id or 0)[SERVICE].history
    return str(state_on(history, day))


def test_after_the_last_day_the_approval_is_in_force_again(session: Session, worker: Actor) -> None:
    not_refused(suspend(session, worker, LAST))
    days = (TODAY - timedelta(days=1), TODAY, LAST, LAST + timedelta(days=1), END)
    assert [state(session, worker, day) for day in days] == [
        *("approved", "suspended", "suspended", "approved", "approved")
    ]


def test_an_end_that_was_decided_stays(session: Session, worker: Actor) -> None:
    ended = change_approval(
        session,
        provider_id=session.scalars(select(Provider.id)).one(),
        county_id=worker.county_id or 0,
        service=SERVICE,
        state=ApprovalState.ENDED,
        from_day=END,
        why="Syy",
        actor=worker,
        now=NOW,
    )
    not_refused(ended)
    not_refused(suspend(session, worker, LAST))
    days = (LAST, LAST + timedelta(days=1), END - timedelta(days=1), END)
    assert [state(session, worker, day) for day in days] == ["suspended", "approved", "approved", "ended"]


def test_what_is_wrong_changes_nothing(session: Session, worker: Actor) -> None:
    backwards = suspend(session, worker, TODAY - timedelta(days=1))
    assert backwards == Refusal("days_backwards", "to")
    ended = suspend(session, worker, LAST, state_to=ApprovalState.ENDED)
    assert ended == Refusal("last_day_not_taken", "to")
    assert suspend(session, worker, LAST, why="") == Refusal("why_missing", "why")
    assert state(session, worker, TODAY) == "approved"


@pytest.mark.parametrize(
    ("history", "after"),
    [
        ((), ()),
        (((date(2026, 1, 1), ApprovalState.APPROVED),), ((date(2026, 6, 2), ApprovalState.APPROVED),)),
        (((date(2026, 6, 3), ApprovalState.APPROVED),), ((date(2026, 6, 3), ApprovalState.APPROVED),)),
        (
            ((date(2026, 6, 2), ApprovalState.APPROVED), (date(2026, 7, 1), ApprovalState.APPROVED)),
            ((date(2026, 6, 2), ApprovalState.APPROVED),),
        ),
    ],
)
def test_states_after_a_day(
    history: tuple[tuple[date, ApprovalState], ...], after: tuple[tuple[date, ApprovalState], ...]
) -> None:
    assert states_after(history, date(2026, 6, 1)) == after
