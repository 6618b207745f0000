"""Granting over the appropriation is answered by a person, and vouchers that overlap are named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.actions.change_funding_state import change_funding_state
from clearing.grants.actions.receive_decision import Answer, DecisionReceived, receive_decisions
from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.facts.kinds import FundingState
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.counties import CostCentre
from foundation.database.tables.grants import Funding
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, TODAY, a_county, a_person
from tests.builders.books import check_books
from tests.rules.decisions_builder import HELP, document

OVER = ("over_appropriation",)
LEFT = 150_000
Receive = Callable[..., list[Answer]]


@pytest.fixture
def worker(session: Session) -> Actor:
    county = a_county(session)
    session.scalars(select(CostCentre)).one().appropriation_cents = Money(LEFT)
    return a_person(session, Role.WORKER, county_id=county.id)


@pytest.fixture
def receive(session: Session, worker: Actor) -> Receive:
    def received(*documents: DecisionDocument, acknowledged: tuple[str, ...] = ()) -> list[Answer]:
        answers = receive_decisions(session, documents, actor=worker, now=NOW, acknowledged=acknowledged)
        check_books(session)
        return answers

    return received


def of(cents: int, number: str = "D-1", **changes: Any) -> DecisionDocument:
    """A decision of one funding of so much money."""
    return document(replace(HELP, amount_cents=Money(cents), **changes), number=number)


def warning(answer: Answer) -> tuple[str, str, dict[str, object]]:
    """The field, code and values of the only reason of a refusal."""
    assert isinstance(answer, Refusal)
    (reason,) = answer.reasons
    return reason.field, reason.code, dict(reason.values)


def overlapping(answer: Answer) -> list[tuple[str, str, tuple[str, ...], DateWindow]]:
    """The decisions, ids, services and days that overlap."""
    assert isinstance(answer, DecisionReceived)
    return [(other.decision, other.external_id, other.services, other.window) for other in answer.overlaps]


@pytest.mark.parametrize(("cents", "granted"), [(LEFT, True), (LEFT + 1, False)])
def test_the_appropriation_bounds_a_grant_to_the_cent(receive: Receive, cents: int, granted: bool) -> None:
    (answer,) = receive(of(cents))
    assert isinstance(answer, DecisionReceived) is granted
    if not granted:
        values = {"left_cents": LEFT, "granted_cents": cents}
        assert warning(answer) == ("cost_centre", "over_appropriation", values)


def test_a_person_may_grant_nevertheless_and_the_log_says_so(session: Session, receive: Receive) -> None:
    (answer,) = receive(of(LEFT + 1), acknowledged=OVER)
    assert isinstance(answer, DecisionReceived)
    detail = session.scalars(select(AuditEvent.detail).where(AuditEvent.act == "decision.grant")).one()
    assert detail["acknowledged"] == {"over_appropriation": {"left_cents": LEFT, "granted_cents": LEFT + 1}}


def test_decisions_received_together_share_what_is_left(receive: Receive) -> None:
    first, second, third = receive(of(100_000), of(60_000, "D-2"), of(50_000, "D-3"))
    assert isinstance(first, DecisionReceived)
    assert warning(second)[2] == {"left_cents": 50_000, "granted_cents": 60_000}
    assert isinstance(third, DecisionReceived)


def test_only_what_a_change_adds_counts(receive: Receive) -> None:
    receive(of(LEFT))
    assert isinstance(receive(of(LEFT - 1))[0], DecisionReceived)
    assert isinstance(receive(of(LEFT))[0], DecisionReceived)
    assert warning(receive(of(LEFT + 1))[0])[2] == {"left_cents": 0, "granted_cents": 1}
    assert isinstance(receive(of(LEFT))[0], DecisionReceived), "the same document again is no grant"


def test_a_voucher_for_the_same_service_and_days_is_named(receive: Receive) -> None:
    receive(of(1_000))
    later = DateWindow(date(2026, 12, 1), date(2027, 5, 31))
    (answer,) = receive(of(1_000, "D-2", window=later, services=("HOME_CARE", "PERSONAL_ASSISTANCE")))
    december = DateWindow(date(2026, 12, 1), date(2026, 12, 31))
    assert overlapping(answer) == [("D-1", "a", ("PERSONAL_ASSISTANCE",), december)]


@pytest.mark.parametrize(
    "changes",
    [
        {"window": DateWindow(date(2027, 1, 1), date(2027, 12, 31))},
        {"services": ("HOME_CARE",)},
        {"number": "D-1"},
    ],
    ids=["other days", "another service", "the same funding"],
)
def test_others_are_not_named(receive: Receive, changes: dict[str, Any]) -> None:
    receive(of(1_000))
    (answer,) = receive(of(1_100, **{"number": "D-2"} | changes))
    assert overlapping(answer) == []


def test_a_closed_voucher_is_not_named(session: Session, worker: Actor, receive: Receive) -> None:
    receive(of(1_000))
    not_refused(
        change_funding_state(
            session,
            session.scalars(select(Funding.id)).one(),
            state=FundingState.CLOSED,
            from_day=TODAY,
            why="Muutto",
            actor=worker,
            now=NOW,
        )
    )
    assert overlapping(receive(of(1_000, "D-2"))[0]) == []


def test_what_a_changed_decision_leaves_out_is_named(receive: Receive) -> None:
    receive(of(1_000))
    (answer,) = receive(of(1_000, external_id="b"))
    assert [other[:2] for other in overlapping(answer)] == [("D-1", "b")]
