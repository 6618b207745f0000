"""Charges that wait at the same moment are decided together, and no error reaches another (decision 0080)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Barrier, Event
from time import sleep

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.actions.take_in_charges import take_in_together
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.hot.waiting_charges import MAX_GROUPS, MOST_PASSED_OVER, Render, WaitingCharges
from clearing.charges.reading.intake import Intake
from clearing.ledger.load.balances import lock_vouchers
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine, make_sessions
from foundation.database.stored_answers import HttpAnswer, IdempotentRequest
from foundation.database.tables import audit, charges
from foundation.database.tables.idempotency import IdempotencyKey
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Actor, Role
from tests.builders import (
    NOW,
    a_charge,
    a_choice,
    a_client,
    a_funding,
    a_person,
)
from tests.builders.chosen_offering import a_chosen_offering
from tests.builders.patience import PATIENCE_SECONDS, wait_until

PRICE_CENTS = 3_600
ROOM_FOR = 20
LONG_SECONDS = 2 * PATIENCE_SECONDS
"""A charge waits for a lock for longer than the test waits for the others, however slow the machine."""
WAITERS = 30
LANGUAGES = list(Language)


def render_outcome(answer: ChargeAnswer, language: Language) -> HttpAnswer:
    """Render the outcome, the id and the language."""
    headers = {"Content-Language": language.value, "Duplicate": str(answer.duplicate)}
    return HttpAnswer(200, headers, f"{answer.outcome} {answer.id} {answer.reference}".encode())


class Writers:
    """A voucher with money for 20 charges, and threads that charge it at the same moment."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions
        self.sizes: list[int] = []
        self.threads = ThreadPoolExecutor(WAITERS + MAX_GROUPS)
        self.busy, self.release = Barrier(MAX_GROUPS + 1), Event()
        with sessions.begin() as session:
            chosen = a_chosen_offering(
                session,
                amount_cents=ROOM_FOR * PRICE_CENTS,
                held_cents=PRICE_CENTS,
                price_cents=PRICE_CENTS,
            )
            self.provider_id, self.funding = chosen.provider.id, chosen.funding
            other = a_funding(session, chosen.county, a_client(session, chosen.county), amount_cents=100_000)
            a_choice(session, other, chosen.offering, held_cents=PRICE_CENTS)
            self.other_voucher = other.voucher

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
        self,
        intakes: list[Intake],
        render: Render = render_outcome,
        requests: Sequence[IdempotentRequest | None] = (),
    ) -> list[Future[HttpAnswer]]:
        """Let all intakes wait for groups that are being decided, so that they are decided together."""
        waiting = WaitingCharges(
            self.sessions, self._count_and_take_in, self._hold_back(render), patience_seconds=LONG_SECONDS
        )
        first = [
            self.intake(0, voucher=f"no such voucher {number}", reference=f"B-{number}")
            for number in range(MAX_GROUPS)
        ]
        held = [self.threads.submit(waiting.decide, intake, Language.FI) for intake in first]
        self.busy.wait(timeout=PATIENCE_SECONDS)
        answers = [
            self.threads.submit(waiting.decide, intake, LANGUAGES[number % len(LANGUAGES)], request)
            for number, (intake, request) in enumerate(
                zip(intakes, requests or [None] * len(intakes), strict=True)
            )
        ]
        wait_until(lambda: len(waiting._waiting) == len(intakes))
        self.release.set()
        assert [answer.result(timeout=PATIENCE_SECONDS).body.split()[0] for answer in held] == [
            b"refused"
        ] * MAX_GROUPS
        return answers

    def _count_and_take_in(
        self, session: Session, intakes: Sequence[Intake], *, with_commit: bool
    ) -> list[list[ChargeAnswer]]:
        self.sizes.append(len(intakes))
        return take_in_together(session, intakes, with_commit=with_commit)

    def _hold_back(self, render: Render) -> Render:
        """Hold back the answers to the first groups."""

        def held(answer: ChargeAnswer, language: Language) -> HttpAnswer:
            if not (answer.reference or "").startswith("B-"):
                return render(answer, language)
            self.busy.wait(timeout=PATIENCE_SECONDS)
            self.release.wait(timeout=PATIENCE_SECONDS)
            return render_outcome(answer, language)

        return held

    def stored(self) -> int:
        with self.sessions() as session:
            sent = charges.Charge.reference.like("W-%")
            return session.scalar(select(func.count()).select_from(charges.Charge).where(sent)) or 0


@pytest.fixture
def writers(fresh_database: str) -> Iterator[Writers]:
    engine = make_engine(fresh_database)
    writers = Writers(make_sessions(engine))
    yield writers
    writers.threads.shutdown()
    with writers.sessions() as session:
        assert verify_books(session).differences == ()
    engine.dispose()


def results(futures: list[Future[HttpAnswer]]) -> list[list[str]]:
    """The outcome, the id and the reference of each answer."""
    return [future.result(timeout=PATIENCE_SECONDS).body.decode().split() for future in futures]


def test_many_charges_of_one_funding_are_one_group_and_never_overspend(writers: Writers) -> None:
    answers = results(writers.at_once([writers.intake(number) for number in range(WAITERS)]))
    assert writers.sizes[-1] == WAITERS
    outcomes = [outcome for outcome, _, _ in answers]
    assert (outcomes.count("accepted"), outcomes.count("refused")) == (ROOM_FOR, WAITERS - ROOM_FOR)
    assert len({charge_id for _, charge_id, _ in answers}) == WAITERS
    assert [reference for _, _, reference in answers] == [f"W-{number}" for number in range(WAITERS)]
    with writers.sessions() as session:
        notes = session.scalars(select(audit.AuditEvent.subject_id).order_by(audit.AuditEvent.id)).all()
    assert sorted(notes[-WAITERS:]) == sorted(charge_id for _, charge_id, _ in answers)


def test_twins_in_one_group_are_one_charge(writers: Writers) -> None:
    futures = writers.at_once([writers.intake(1), writers.intake(1)])
    first, second = results(futures)
    assert first == second
    assert {future.result().headers["Duplicate"] for future in futures} == {"True", "False"}
    assert writers.stored() == 1


def test_an_error_in_one_answer_fails_no_other(writers: Writers) -> None:
    def fail_for_three(answer: ChargeAnswer, language: Language) -> HttpAnswer:
        if answer.reference == "W-3":
            raise LookupError("three")
        return render_outcome(answer, language)

    futures = writers.at_once([writers.intake(number) for number in range(6)], fail_for_three)
    errors = [future.exception(timeout=PATIENCE_SECONDS) for future in futures]
    assert [error is None for error in errors] == [True, True, True, False, True, True]
    assert isinstance(errors[3], LookupError)
    assert writers.stored() == 5


def test_each_answer_is_rendered_in_the_language_of_its_own_request(writers: Writers) -> None:
    futures = writers.at_once([writers.intake(number) for number in range(12)])
    found = [future.result(timeout=PATIENCE_SECONDS).headers["Content-Language"] for future in futures]
    assert found == [LANGUAGES[number % len(LANGUAGES)] for number in range(12)]


def test_each_answer_is_stored_under_the_key_of_its_own_request(writers: Writers) -> None:
    with writers.sessions.begin() as session:
        owner_id = a_person(session, Role.PROVIDER_BILLER, provider_id=writers.provider_id).person_id or 0
    requests = [
        IdempotentRequest(owner_id, f"key {number}", "POST", "/charges", "0" * 64, NOW)
        if number % 2
        else None
        for number in range(12)
    ]
    futures = writers.at_once([writers.intake(number) for number in range(12)], requests=requests)
    answers = [future.result(timeout=PATIENCE_SECONDS) for future in futures]
    with writers.sessions() as session:
        rows = session.scalars(select(IdempotencyKey)).all()
    stored = {row.key: (row.status, row.headers, row.answer) for row in rows}
    assert stored == {
        request.key: (answer.status, answer.headers, answer.body)
        for request, answer in zip(requests, answers, strict=True)
        if request is not None
    }


@contextmanager
def a_lock(writers: Writers) -> Iterator[Session]:
    """Hold the lock of the voucher, as a long transaction does."""
    with writers.sessions.begin() as session:
        lock_vouchers(session, [writers.funding.voucher])
        yield session


def test_a_locked_voucher_holds_up_no_charge_of_another(writers: Writers) -> None:
    waiting = WaitingCharges(
        writers.sessions, take_in_together, render_outcome, patience_seconds=LONG_SECONDS
    )
    unrelated = writers.intake(3, voucher=writers.other_voucher)
    with a_lock(writers):
        held = [
            writers.threads.submit(waiting.decide, writers.intake(number), Language.FI) for number in (1, 2)
        ]
        wait_until(lambda: waiting._passed_over.total() == len(held))
        answer = writers.threads.submit(waiting.decide, unrelated, Language.FI)
        assert answer.result(timeout=PATIENCE_SECONDS).body.startswith(b"accepted")
        assert not any(charge.done() for charge in held)
    assert [outcome for outcome, _, _ in results(held)] == ["accepted", "accepted"]


def test_a_group_is_decided_without_the_charge_of_a_locked_voucher(writers: Writers) -> None:
    unrelated = writers.intake(3, voucher=writers.other_voucher)
    with a_lock(writers):
        locked, free = writers.at_once([writers.intake(1), unrelated])
        assert free.result(timeout=PATIENCE_SECONDS).body.startswith(b"accepted")
        assert not locked.done()
    assert results([locked])[0][0] == "accepted"


def test_a_charge_of_a_locked_voucher_gives_up_in_the_end(writers: Writers) -> None:
    waiting = WaitingCharges(writers.sessions, take_in_together, render_outcome, patience_seconds=0.3)
    with a_lock(writers):
        charge = writers.threads.submit(waiting.decide, writers.intake(1), Language.FI)
        assert isinstance(charge.exception(timeout=PATIENCE_SECONDS), LockNotAvailable)
    assert writers.stored() == 0


def test_few_charges_of_a_provider_wait_for_locks_and_the_next_give_up_at_once(writers: Writers) -> None:
    waiting = WaitingCharges(
        writers.sessions, take_in_together, render_outcome, patience_seconds=LONG_SECONDS
    )
    with a_lock(writers):
        numbers = range(MOST_PASSED_OVER + 1)
        charges = [
            writers.threads.submit(waiting.decide, writers.intake(number), Language.FI) for number in numbers
        ]
        done, _ = wait(charges, timeout=PATIENCE_SECONDS, return_when=FIRST_COMPLETED)
        assert [isinstance(charge.exception(), LockNotAvailable) for charge in done] == [True]
    assert sorted(charge.exception(timeout=PATIENCE_SECONDS) is None for charge in charges) == [
        False,
        True,
        True,
    ]


def test_two_groups_at_work_never_share_a_voucher(writers: Writers) -> None:
    at_work: list[set[str]] = []

    def take_in(
        session: Session, intakes: Sequence[Intake], *, with_commit: bool
    ) -> list[list[ChargeAnswer]]:
        own = {str(values["voucher"]) for intake in intakes for values in intake.sent}
        assert not any(own & other for other in at_work)
        at_work.append(own)
        try:
            sleep(0.05)
            return take_in_together(session, intakes, with_commit=with_commit)
        finally:
            at_work.remove(own)

    waiting = WaitingCharges(writers.sessions, take_in, render_outcome)
    vouchers = (writers.funding.voucher, writers.other_voucher)
    charges = [
        writers.threads.submit(
            waiting.decide, writers.intake(number, voucher=vouchers[number % 2]), Language.FI
        )
        for number in range(WAITERS)
    ]
    assert {outcome for outcome, _, _ in results(charges)} <= {"accepted", "refused"}
    assert writers.stored() == WAITERS
