"""Charges that wait at the same moment are decided together, and none spoils another's (decision 0080)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from threading import Barrier, Event
from time import sleep

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.actions.take_in_charges import take_in_together
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.hot.waiting_charges import GROUPS_AT_ONCE, WaitingCharges
from clearing.charges.reading.intake import Intake
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables import audit, charges
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, a_charge, a_choice, a_client, a_county, a_funding, a_provider, an_offering

PRICE_CENTS = 3_600
ROOM_FOR = 20
WAITERS = 30
reader: ContextVar[str] = ContextVar("reader")


class Crowd:
    """One voucher with money for 20 charges, and threads that charge it through one desk."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions
        self.desk = WaitingCharges(sessions, take_in_together)
        self.threads = ThreadPoolExecutor(WAITERS + GROUPS_AT_ONCE)
        with sessions.begin() as session:
            county = a_county(session)
            funding = a_funding(
                session, county, a_client(session, county), amount_cents=ROOM_FOR * PRICE_CENTS
            )
            provider = a_provider(session, county)
            offering = an_offering(session, county, provider, price_cents=PRICE_CENTS)
            a_choice(session, funding, offering, held_cents=PRICE_CENTS)
            self.provider_id, self.funding = provider.id, funding

    def intake(self, number: int, **changed: str) -> Intake:
        hour = number // 20 * 4
        values = {
            "reference": f"W-{number}",
            "quantity": "1.00",
            "service_day": f"2026-11-{1 + number % 20:02d}",
            "start": f"{hour:02d}:00",
            "end": f"{hour + 1:02d}:00",
        }
        actor = Actor(None, Role.PROVIDER_BILLER, "waiter", provider_id=self.provider_id)
        return Intake(self.provider_id, [a_charge(self.funding, **values | changed)], actor, NOW)

    def at_once(
        self, intakes: list[Intake], finish: Callable[[Session, list[ChargeAnswer]], ChargeAnswer]
    ) -> list[Future[ChargeAnswer]]:
        """All wait until the groups that keep the desk busy are through, and go together then."""
        busy, through = Barrier(GROUPS_AT_ONCE + 1), Event()

        def hold(_session: Session, answers: list[ChargeAnswer]) -> ChargeAnswer:
            busy.wait(timeout=30)
            through.wait(timeout=30)
            return answers[0]

        unknown = [
            self.intake(0, voucher="no such voucher", reference=f"B-{n}") for n in range(GROUPS_AT_ONCE)
        ]
        held = [self.threads.submit(self.desk.decide, one, hold) for one in unknown]
        busy.wait(timeout=30)
        waiting = [self.threads.submit(self.desk.decide, one, finish) for one in intakes]
        while len(self.desk._waiting) < len(intakes):
            sleep(0.01)
        through.set()
        assert [one.result(timeout=30).outcome for one in held] == ["refused"] * GROUPS_AT_ONCE
        return waiting

    def stored(self) -> int:
        with self.sessions() as session:
            sent = charges.Charge.reference.like("W-%")
            return session.scalar(select(func.count()).select_from(charges.Charge).where(sent)) or 0


@pytest.fixture
def crowd(fresh_database: str) -> Iterator[Crowd]:
    engine = make_engine(fresh_database)
    found = Crowd(make_sessions(engine))
    yield found
    found.threads.shutdown()
    with found.sessions() as session:
        assert verify_books(session).differences == ()
    engine.dispose()


def only(_session: Session, answers: list[ChargeAnswer]) -> ChargeAnswer:
    (answer,) = answers
    return answer


def test_a_crowd_is_one_group_and_never_overspends(crowd: Crowd) -> None:
    sizes = []

    def counted(
        session: Session, intakes: Sequence[Intake], *, with_commit: bool
    ) -> list[list[ChargeAnswer]]:
        sizes.append(len(intakes))
        return take_in_together(session, intakes, with_commit=with_commit)

    crowd.desk.take_in = counted
    answers = [
        one.result(timeout=30) for one in crowd.at_once([crowd.intake(n) for n in range(WAITERS)], only)
    ]
    assert sizes[-1] == WAITERS
    outcomes = [answer.outcome for answer in answers]
    assert (outcomes.count("accepted"), outcomes.count("refused")) == (ROOM_FOR, WAITERS - ROOM_FOR)
    assert len({answer.id for answer in answers}) == WAITERS
    assert [answer.reference for answer in answers] == [f"W-{n}" for n in range(WAITERS)]
    with crowd.sessions() as session:
        notes = session.scalars(select(audit.AuditEvent.subject_id).order_by(audit.AuditEvent.id)).all()
    assert sorted(notes[-WAITERS:]) == sorted(str(answer.id) for answer in answers)


def test_twins_in_one_group_are_one_charge(crowd: Crowd) -> None:
    first, second = (
        one.result(timeout=30) for one in crowd.at_once([crowd.intake(1), crowd.intake(1)], only)
    )
    assert first.id == second.id
    assert {first.duplicate, second.duplicate} == {True, False}
    assert crowd.stored() == 1


def test_what_one_does_wrong_spoils_no_other(crowd: Crowd) -> None:
    def fail_for_three(session: Session, answers: list[ChargeAnswer]) -> ChargeAnswer:
        if answers[0].reference == "W-3":
            raise LookupError("three")
        return answers[0]

    told = crowd.at_once([crowd.intake(n) for n in range(6)], fail_for_three)
    assert [one.exception(timeout=30) is None for one in told] == [True, True, True, False, True, True]
    assert isinstance(told[3].exception(), LookupError)
    assert crowd.stored() == 5


def test_each_answer_is_finished_for_its_own_reader(crowd: Crowd) -> None:
    def read_by(name: str, number: int) -> str:
        reader.set(name)
        return crowd.desk.decide(crowd.intake(number), lambda _session, _answers: reader.get())

    names = [f"reader {n}" for n in range(12)]
    told = [crowd.threads.submit(read_by, name, n) for n, name in enumerate(names)]
    assert [one.result(timeout=30) for one in told] == names
