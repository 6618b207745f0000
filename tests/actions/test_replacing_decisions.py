"""A decision that replaces others closes them on its first day, and their free money goes back that night."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.actions.receive_decision import Answer, DecisionReceived, receive_decision
from clearing.grants.facts.decision import DecidedBudget, DecidedFunding, DecisionDocument
from clearing.ledger.load.balances import balance_of
from clearing.upkeep.actions.expire_fundings import expire_fundings
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.counties import CostCentre
from foundation.database.tables.grants import Funding, FundingState
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, TODAY, a_county, a_person
from tests.builders.books import check_books
from tests.rules.decisions_builder import HELP, document

AUTUMN = DateWindow(date(2026, 10, 1), date(2026, 12, 31))
Receive = Callable[..., Answer]


def of(external_id: str, cents: int = 100_000, window: DateWindow = AUTUMN) -> DecidedFunding:
    """A funding of so much money for the window."""
    return replace(HELP, external_id=external_id, amount_cents=Money(cents), window=window)


@pytest.fixture
def worker(session: Session) -> Actor:
    return a_person(session, Role.WORKER, county_id=a_county(session).id)


@pytest.fixture
def receive(session: Session, worker: Actor) -> Receive:
    def received(*fundings: DecidedFunding, **changes: Any) -> Answer:
        sent: DecisionDocument = document(*fundings, **changes)
        answer = receive_decision(session, sent, actor=worker, now=NOW)
        check_books(session)
        return answer

    return received


def granted(answer: Answer) -> DecisionReceived:
    """The answer of a decision that was granted."""
    assert isinstance(answer, DecisionReceived), answer
    return answer


def states(session: Session) -> dict[str, tuple[str, date]]:
    """The newest state of each funding and its first day, by external id."""
    rows = session.execute(
        select(Funding.external_id, FundingState.state, FundingState.from_day)
        .join(FundingState, FundingState.funding_id == Funding.id)
        .order_by(FundingState.from_day, FundingState.id)
    )
    return {external_id: (state, day) for external_id, state, day in rows}


def returned(session: Session, *, now: datetime = NOW) -> dict[str, tuple[int, int]]:
    """Free and returned money by external id after the night."""
    expire_fundings(session, after=0, most=100, now=now)
    check_books(session)
    found: dict[str, tuple[int, int]] = {}
    for funding in session.scalars(select(Funding)):
        balance = balance_of(session, funding.id)
        found[funding.external_id] = (balance.free_cents, balance.returned_cents)
    return found


@pytest.mark.parametrize("by_number", [True, False], ids=["its number", "voucher codes"])
def test_a_changed_decision_replaces_what_it_leaves_out(
    session: Session, receive: Receive, by_number: bool
) -> None:
    first = granted(receive(of("A"), of("B")))
    named = ("D-1",) if by_number else tuple(first.vouchers.values())
    again = granted(receive(of("C", 150_000), replaces=named))
    assert set(again.replaced) == {first.vouchers["A"], first.vouchers["B"]}
    assert (again.left_out, again.overlaps) == ({}, ())
    closed = ("closed", AUTUMN.first)
    assert states(session) == {"A": closed, "B": closed, "C": ("open", AUTUMN.first)}
    assert returned(session) == {"A": (0, 100_000), "B": (0, 100_000), "C": (150_000, 0)}
    log = select(AuditEvent.detail).where(AuditEvent.act == "decision.change")
    assert set(session.scalars(log).one()["replaces"]) == set(again.replaced)


def test_without_it_what_is_left_out_stays_and_is_listed(session: Session, receive: Receive) -> None:
    first = granted(receive(of("A"), of("B")))
    again = granted(receive(of("B"), of("C", 150_000)))
    assert (again.left_out, again.replaced) == ({"A": first.vouchers["A"]}, ())
    assert {state for state, _ in states(session).values()} == {"open"}


def test_another_decision_of_the_client_is_replaced(session: Session, receive: Receive) -> None:
    receive(of("A"))
    receive(of("C"), number="D-2", replaces=("D-1",))
    assert states(session)["A"] == ("closed", AUTUMN.first)


def test_the_money_stays_until_the_first_day(session: Session, receive: Receive) -> None:
    receive(of("A"))
    first_day = TODAY + timedelta(days=10)
    receive(of("C", window=DateWindow(first_day, AUTUMN.last)), replaces=("D-1",))
    assert states(session)["A"] == ("closed", first_day)
    assert returned(session)["A"] == (100_000, 0)
    assert returned(session, now=NOW + timedelta(days=10))["A"] == (0, 100_000)


def test_what_is_over_before_the_first_day_stays_as_it_is(session: Session, receive: Receive) -> None:
    receive(of("A", window=DateWindow(date(2026, 1, 1), date(2026, 9, 30))))
    answer = granted(receive(of("C"), replaces=("D-1",)))
    assert (answer.replaced, states(session)["A"][0]) == ((), "open")


@pytest.mark.parametrize("entry", ["D-9", "0000000000000000"])
def test_what_the_client_does_not_have_is_refused(receive: Receive, entry: str) -> None:
    receive(of("A"))
    answer = receive(of("C"), number="D-2", replaces=("D-1", entry))
    assert isinstance(answer, Refusal)
    assert [(fault.field, fault.code) for fault in answer.reasons] == [("replaces.1", "replaced_unknown")]


def test_the_same_document_again_changes_nothing(receive: Receive) -> None:
    receive(of("A"))
    first = granted(receive(of("C"), replaces=("D-1",)))
    again = granted(receive(of("C"), replaces=("D-1",)))
    assert (again.stored, again.vouchers) == (False, first.vouchers)
    assert granted(receive(of("C", 90_000), replaces=("D-1",))).replaced == ()


def test_what_it_replaces_is_not_counted_twice(session: Session, receive: Receive) -> None:
    session.scalars(select(CostCentre)).one().appropriation_cents = Money(200_000)
    budget = DecidedBudget(Money(200_000), AUTUMN)
    receive(of("A"), of("B"), personal_budget=budget)
    assert isinstance(receive(of("C", 150_000)), Refusal)
    granted(receive(of("C", 150_000), replaces=("D-1",)))
