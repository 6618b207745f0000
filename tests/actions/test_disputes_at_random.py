"""Disputes never pay twice and lose no money: statements at random, doubled, killed, and two at once."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.charges.disputes.actions.state_in_dispute import state_in_dispute
from clearing.charges.disputes.facts.thread import Act, Claim, Statement, Thread, Turn
from clearing.charges.disputes.load.threads import thread_of
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, TODAY, a_person
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.killed_steps import KillableSteps

FAIL_POINTS = ("dispute.after_charge", "dispute.after_entry", "dispute.after_turn")


FITTING = {
    Turn.CLOSED: (Act.CLAIM,),
    Turn.PROVIDER: (Act.PARTLY, Act.PARTLY, Act.STAND, Act.AGREE, Act.CLAIM),
    Turn.CLIENT: (Act.ACCEPT, Act.NOT_ACCEPT, Act.TAKE_BACK),
    Turn.COUNTY: (Act.DECIDE, Act.TAKE_BACK),
}


def a_statement(chance: random.Random, thread: Thread | None) -> Statement:
    """Mostly one that fits the turn; sometimes any."""
    turn = Turn.CLOSED if thread is None else thread.turn
    act = chance.choice(FITTING[turn] if chance.random() < 0.8 else tuple(Act))
    figure = chance.choice([None, None, 0, 1, 50, 149, 150, 199, 200, 250])
    claim = chance.choice(list(Claim)) if act is Act.CLAIM else None
    if act not in (Act.CLAIM, Act.PARTLY, Act.DECIDE) or claim not in (None, Claim.QUANTITY):
        figure = None
    words = "" if act is Act.ACCEPT else chance.choice(["", "Sana", "Toinen sana", "Kolmas sana"])
    return Statement(act, words, claim, None if figure is None else Quantity(figure))


def kept(session: Session, charge_id: int) -> tuple[int, int]:
    """What the county pays of a charge with its corrections, and the quantity; of a held charge nothing."""
    sums = text(
        "SELECT coalesce(sum(county_pays_cents), 0), coalesce(sum(quantity_hundredths), 0) FROM charge "
        "WHERE state = 'accepted' AND coalesce(original_id, id) = :id"
    )
    cents, quantity = session.execute(sums, {"id": charge_id}).one()
    return int(cents), int(quantity)


def all_kept(scenario: CorrectionScenario) -> int:
    sums = "SELECT coalesce(sum(county_pays_cents), 0) FROM charge WHERE state = 'accepted'"
    return int(scenario.session.scalar(text(sums)) or 0)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2, 3))])
def test_random_statements_pay_once_and_lose_nothing(session: Session, seed: int) -> None:
    chance, scenario = random.Random(seed), a_correction_scenario(session)
    actor = a_person(session, Role.WORKER, county_id=scenario.settlement.county.id)
    hours = [1 + number for number in range(5)]
    keys = [scenario.charge(f"{n}.00", TODAY - timedelta(days=n)) for n in hours]
    said = 0
    for step in range(50):
        key, what = chance.choice(keys), chance.random()
        if what < 0.06:
            scenario.settle()
        elif what < 0.12:
            scenario.try_to(key, quantity=chance.choice([1, 25, 50]))
        else:
            said += say(
                session,
                key,
                a_statement(chance, thread_of(session, key)),
                actor,
                NOW + timedelta(seconds=step),
            )
        free, held, charged, settled = scenario.money()
        assert free + held + charged + settled == 100_000
        assert charged + settled == all_kept(scenario)
    assert said > 10
    for key, full in zip(keys, (100 * n for n in hours), strict=True):
        cents, quantity = kept(session, key)
        assert 0 <= quantity <= full
        assert cents == quantity * 30, "the county pays 30 € for each hour that stays charged"
    assert verify_books(session).differences == ()


def say(session: Session, key: int, statement: Statement, actor: Actor, now: datetime) -> bool:
    """Make a statement twice: the second has no effect of its own."""
    answer = state_in_dispute(session, key, statement, actor=actor, now=now)
    before = (kept(session, key), thread_of(session, key))
    again = state_in_dispute(session, key, statement, actor=actor, now=now)
    assert (kept(session, key), thread_of(session, key)) == before
    if isinstance(answer, Thread):
        assert isinstance(again, Thread)
    return isinstance(answer, Thread)


class Disputed(KillableSteps):
    """A paid charge of two hours, of which the provider offers one and a half."""

    def __init__(self, database_url: str, *, settled: bool) -> None:
        super().__init__(database_url)
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            scenario = a_correction_scenario(session)
            self.funding_id, self.charge_id = scenario.funding.id, scenario.charge("2.00")
            if settled:
                scenario.settle()
            self.actor = a_person(session, Role.WORKER, county_id=scenario.settlement.county.id)
            for statement in (
                Statement(Act.CLAIM, "Lyhyempi", Claim.QUANTITY, Quantity(100)),
                Statement(Act.PARTLY, "", quantity=Quantity(150)),
            ):
                assert isinstance(self.say(session, statement), Thread)

    def say(self, session: Session, statement: Statement) -> Thread | Refusal:
        return state_in_dispute(session, self.charge_id, statement, actor=self.actor, now=NOW)

    def accept(self, session: Session) -> None:
        self.say(session, Statement(Act.ACCEPT))

    def kept(self) -> tuple[int, int]:
        with Session(self.engine) as session:
            assert verify_books(session).differences == ()
            return kept(session, self.charge_id)


@pytest.fixture(params=[False, True], ids=["unpaid", "paid"])
def disputed(fresh_database: str, request: pytest.FixtureRequest) -> Iterator[Disputed]:
    steps = Disputed(fresh_database, settled=request.param)
    yield steps
    steps.close()


def test_killed_anywhere_and_repeated_it_is_applied_once(disputed: Disputed) -> None:
    before = disputed.kept()
    for fail_point in FAIL_POINTS:
        assert disputed.killed(disputed.accept, fail_point) == signal.SIGKILL
        assert disputed.kept() == before
    for _ in range(2):
        disputed.commit(disputed.accept)
        assert disputed.kept() == (4_500, 150)


def test_two_parties_at_once_settle_it_once(fresh_database: str) -> None:
    steps = Disputed(fresh_database, settled=True)
    engine, start = make_engine(fresh_database, pool_size=4), Barrier(4)
    statements = [Statement(Act.ACCEPT)] * 2 + [Statement(Act.DECIDE, "Sana", quantity=Quantity(100))] * 2

    def run(statement: Statement) -> object:
        with Session(engine) as session, session.begin():
            start.wait()
            return steps.say(session, statement)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(run, statements))
    assert any(isinstance(answer, Thread) and answer.turn is Turn.CLOSED for answer in answers)
    assert steps.kept() in ((4_500, 150), (3_000, 100))
    engine.dispose()
    steps.close()
