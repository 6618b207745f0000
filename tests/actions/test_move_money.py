"""Money moves between fundings of one budget, within the limit, also when two move at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from clearing.grants.actions.move_money import Moved, move_money
from clearing.grants.load.moves import PlannedMove, move_by_number, plan_move
from clearing.grants.rules.moved_amounts import MoveWish
from clearing.grants.rules.moving import MoveRefusalCode
from clearing.ledger.load.balances import balance_of
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.columns import days
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables.grants import Funding, FundingState, PersonalBudget
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, TODAY, YEAR, a_client, a_county, a_funding
from tests.builders.funding import grant_units

CLIENT = Actor(None, Role.CLIENT, "Aino Asiakas")


@dataclass
class BudgetScenario:
    """Three fundings of 1 000 €; the first two are of a budget in which 300 € may be moved."""

    session: Session
    first: Funding
    second: Funding
    other: Funding

    def move(self, cents: int, source: Funding | None = None, target: Funding | None = None) -> object:
        return move_money(
            self.session,
            source_id=(source or self.first).id,
            target_id=(target or self.second).id,
            wish=MoveWish(Money(cents)),
            actor=CLIENT,
            now=NOW,
        )

    def free(self) -> tuple[int, int]:
        return tuple(balance_of(self.session, funding.id).free_cents for funding in (self.first, self.second))  # type: ignore[return-value]


def a_budget_scenario(session: Session) -> BudgetScenario:
    county = a_county(session)
    client = a_client(session, county)
    fundings = [a_funding(session, county, client) for _ in range(3)]
    budget = PersonalBudget(
        county_id=county.id,
        client_id=client.id,
        decision_number=fundings[0].decision_number,
        amount_cents=300_000,
        valid=days(*YEAR),
        may_move_up_to_cents=30_000,
    )
    session.add(budget)
    session.flush()
    for funding in fundings[:2]:
        funding.personal_budget_id = budget.id
    session.flush()
    return BudgetScenario(session, *fundings)


@pytest.fixture
def scenario(session: Session) -> BudgetScenario:
    return a_budget_scenario(session)


def test_a_move_changes_what_is_granted_and_the_books_agree(scenario: BudgetScenario) -> None:
    moved = scenario.move(10_000)
    assert isinstance(moved, Moved)
    assert (moved.source.granted_cents, moved.source.free_cents) == (90_000, 90_000)
    assert (moved.target.granted_cents, moved.target.free_cents) == (110_000, 110_000)
    assert moved.left_to_move_cents == 20_000
    assert verify_books(scenario.session).differences == ()


@pytest.mark.parametrize("cents", [1, 3_333, 9_999, 30_000])
@pytest.mark.parametrize("units", [None, 2_000, 3_333])
def test_a_move_does_what_was_planned(scenario: BudgetScenario, cents: int, units: int | None) -> None:
    if units is not None:
        grant_units(scenario.session, scenario.first, units)
    planned = plan_move(
        scenario.session,
        source_id=scenario.first.id,
        target_id=scenario.second.id,
        wish=MoveWish(Money(cents)),
        day=TODAY,
    )
    moved = scenario.move(cents)
    assert isinstance(planned, PlannedMove)
    assert isinstance(moved, Moved)
    for side, balance in ((planned.preview.source, moved.source), (planned.preview.target, moved.target)):
        assert side.after_cents == balance.free_cents
        assert (side.after_units or 0) == balance.free_hundredths
    assert planned.preview.left_to_move_cents == moved.left_to_move_cents


@pytest.mark.parametrize("units", [1, 33, 250, 899])
@pytest.mark.parametrize("into", [None, 777])
def test_units_move_as_planned_and_back(scenario: BudgetScenario, units: int, into: int | None) -> None:
    session, first, second = scenario.session, scenario.first.id, scenario.second.id
    grant_units(session, scenario.first, 3_000)
    if into is not None:
        grant_units(session, scenario.second, into)
    wish = MoveWish(units=Quantity(units))
    planned = plan_move(session, source_id=first, target_id=second, wish=wish, day=TODAY)
    moved = move_money(session, source_id=first, target_id=second, wish=wish, actor=CLIENT, now=NOW)
    assert isinstance(planned, PlannedMove)
    assert isinstance(moved, Moved)
    assert moved.source.free_hundredths == planned.preview.source.after_units == 3_000 - units
    assert moved.target.free_hundredths == (planned.preview.target.after_units or 0)
    done = move_by_number(session, moved.number, (first, second))
    assert done is not None
    back = move_money(session, source_id=second, target_id=first, wish=done.back, actor=CLIENT, now=NOW)
    assert isinstance(back, Moved)
    assert (back.target.free_cents, back.target.free_hundredths) == (100_000, 3_000)
    assert (back.source.free_cents, back.source.free_hundredths) == (100_000, into or 0)
    assert verify_books(session).differences == ()


def test_moving_back_makes_room_under_the_limit(scenario: BudgetScenario) -> None:
    assert isinstance(scenario.move(30_000), Moved)
    assert scenario.move(1) == Refusal(MoveRefusalCode.OVER_LIMIT, "amount")
    assert isinstance(scenario.move(20_000, scenario.second, scenario.first), Moved)
    assert isinstance(scenario.move(20_000), Moved)
    assert scenario.move(1) == Refusal(MoveRefusalCode.OVER_LIMIT, "amount")
    assert scenario.free() == (70_000, 130_000)


def test_each_fault_has_its_own_refusal(scenario: BudgetScenario) -> None:
    assert scenario.move(0) == Refusal(MoveRefusalCode.NOT_POSITIVE, "amount")
    assert scenario.move(1, target=scenario.first) == Refusal(MoveRefusalCode.SAME_FUNDING, "to")
    assert scenario.move(1, target=scenario.other) == Refusal(MoveRefusalCode.NOT_ONE_BUDGET, "to")
    assert scenario.move(1, source=scenario.other) == Refusal(MoveRefusalCode.NOT_ONE_BUDGET, "to")
    assert scenario.move(100_001) == Refusal(MoveRefusalCode.OVER_FREE, "amount")
    paused = FundingState(funding_id=scenario.second.id, state="paused", from_day=TODAY, set_at=NOW)
    scenario.session.add(paused)
    scenario.session.flush()
    assert scenario.move(1) == Refusal(MoveRefusalCode.NOT_OPEN, "to")
    assert scenario.free() == (100_000, 100_000)


def test_many_moves_at_once_stay_within_the_limit(fresh_database: str) -> None:
    engine = make_engine(fresh_database, pool_size=8)
    sessions = make_sessions(engine)
    with sessions() as session, session.begin():
        scenario = a_budget_scenario(session)
        ids = (scenario.first.id, scenario.second.id)

    def move(number: int) -> bool:
        source, target = ids if number % 4 else ids[::-1]
        with sessions() as session, session.begin():
            done = move_money(
                session,
                source_id=source,
                target_id=target,
                wish=MoveWish(Money(7_000)),
                actor=CLIENT,
                now=NOW,
            )
            return isinstance(done, Moved)

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(move, range(40)))
    with sessions() as session:
        first, second = (balance_of(session, key).free_cents for key in ids)
        assert first + second == 200_000
        assert abs(first - 100_000) <= 30_000
        assert verify_books(session).differences == ()
    assert any(done)
    assert not all(done)
    engine.dispose()


def test_a_move_waits_for_the_earlier_move_and_counts_it(fresh_database: str) -> None:
    engine = make_engine(fresh_database, pool_size=4)
    sessions = make_sessions(engine)
    with sessions() as session, session.begin():
        scenario = a_budget_scenario(session)
        ids = (scenario.first.id, scenario.second.id)

    def move(session: Session) -> object:
        wish = MoveWish(Money(30_000))
        return move_money(session, source_id=ids[0], target_id=ids[1], wish=wish, actor=CLIENT, now=NOW)

    def second() -> object:
        with sessions() as session, session.begin():
            return move(session)

    with ThreadPoolExecutor(1) as pool, sessions() as first:
        assert isinstance(move(first), Moved)
        waiting = pool.submit(second)
        wait([waiting], timeout=1)
        assert not waiting.done()
        first.commit()
        assert waiting.result(timeout=20) == Refusal(MoveRefusalCode.OVER_LIMIT, "amount")
    engine.dispose()
