"""Killed after any write of money outside a payment run: nothing is half done, a repeat has one effect."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.charges.actions.take_in_charges import take_in_charges, take_in_together
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.hot.waiting_charges import WaitingCharges
from clearing.charges.reading.intake import Intake
from clearing.eligibility.facts.kinds import ApprovalState
from clearing.grants.actions.change_funding_state import FundingStateChanged, change_funding_state
from clearing.grants.facts.kinds import FundingState
from clearing.ledger.actions.send_message import Sending, send_next_message
from clearing.ledger.gateways.mail import post_into_folder
from clearing.upkeep.actions.expire_fundings import expire_fundings
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database import failpoints
from foundation.database.session import make_sessions
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import not_refused
from marketplace.actions.approve_provider import change_approval
from tests.actions.test_waiting_charges import render_outcome
from tests.builders import NOW, TODAY, a_charge
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.killed_steps import KillableSteps, Step
from tests.builders.outbox import put_in_outbox

LEDGER = ("ledger.after_postings", "ledger.after_balances", "ledger.after_holds")
EXPIRE = ("expire.after_money", "expire.after_choices", "expire.after_audit")
WRITTEN = ("posting", "balance", "choice", "charge", "charge_reason", "audit_event", "funding_state")
LONG_AFTER = NOW + timedelta(days=400)


class Books(KillableSteps):
    """A funding of 1 000 €, half of it held, with one accepted charge of 60 €."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            self.scenario: CorrectionScenario = a_correction_scenario(session)
            self.charge_id = self.scenario.charge("2.00")
            session.flush()
            session.expunge_all()

    def do(self, act: Act) -> object:
        """Commit an act; return what it returns."""
        return self.commit(self._step(act))

    def killed_in(self, act: Act, fail_point: str) -> int:
        """Kill an act at the fail point; return the wait status."""
        return self.killed(self._step(act), fail_point)

    def _step(self, act: Act) -> Step:
        def step(session: Session) -> object:
            self.scenario.session = session
            result = act(self)
            session.flush()
            session.expunge_all()
            return result

        return step

    def everything(self) -> list[object]:
        """Check that the books agree; return all rows that acts write."""
        with Session(self.engine) as session:
            assert verify_books(session).differences == ()
            rows = [f"SELECT json_agg(t ORDER BY t::text) FROM {name} t" for name in WRITTEN]
            return [session.scalar(text(statement)) for statement in rows]

    def money(self) -> tuple[int, int, int, int, int]:
        """Return the free, held, charged, settled and returned cents."""
        columns = "free_cents, held_cents, charged_cents, settled_cents, returned_cents"
        funding = text(f"SELECT {columns} FROM balance WHERE funding_id = {self.scenario.funding.id}")
        with Session(self.engine) as session:
            return tuple(session.execute(funding).one())


Act = Callable[[Books], object]


def charge_one(books: Books) -> object:
    return books.scenario.charge("1.00", TODAY - timedelta(days=9))


def charge_that_waits(books: Books) -> object:
    """Charge as over HTTP: written and committed in one round trip."""
    day = (TODAY - timedelta(days=9)).isoformat()
    sent = a_charge(books.scenario.funding, quantity="1.00", service_day=day)
    intake = Intake(books.scenario.provider_id, [sent], books.scenario.settlement.biller, NOW)
    waiting = WaitingCharges(make_sessions(books.engine), take_in_together, render_outcome)
    return waiting.decide(intake, Language.FI)


def charge_many(books: Books) -> object:
    days = [(TODAY - timedelta(days=2 + day)).isoformat() for day in range(55)]
    sent = [a_charge(books.scenario.funding, quantity="0.10", service_day=day) for day in days]
    biller = books.scenario.settlement.biller
    answers = take_in_charges(
        books.scenario.session, provider_id=books.scenario.provider_id, sent=sent, actor=biller, now=NOW
    )
    assert {answer.outcome for answer in answers} == {"accepted"}
    return len(answers)


def withdraw(books: Books) -> object:
    return withdraw_charge(
        books.scenario.session, books.charge_id, actor=books.scenario.settlement.biller, now=NOW
    )


def correct(books: Books) -> object:
    return books.scenario.correct(books.charge_id, quantity=50)


def dispute(books: Books) -> object:
    return hold_disputed_charge(books.scenario.session, books.charge_id, now=NOW)


def suspend_since(books: Books) -> object:
    """Suspend the provider from a past day: what is left of the corrected charge is taken back."""
    books.scenario.correct(books.charge_id, quantity=50)
    return not_refused(
        change_approval(
            books.scenario.session,
            provider_id=books.scenario.provider_id,
            county_id=books.scenario.settlement.county.id,
            service="PERSONAL_ASSISTANCE",
            state=ApprovalState.SUSPENDED,
            from_day=TODAY - timedelta(days=10),
            why="Valvonta",
            acknowledged=("charges_since",),
            actor=books.scenario.settlement.officer,
            now=NOW,
        )
    )


def close(books: Books) -> object:
    answer = change_funding_state(
        books.scenario.session,
        books.scenario.funding.id,
        state=FundingState.CLOSED,
        from_day=TODAY,
        why="Päätös",
        actor=books.scenario.settlement.biller,
        now=NOW,
    )
    assert isinstance(answer, FundingStateChanged)
    return answer


def expire(books: Books) -> object:
    return expire_fundings(books.scenario.session, after=0, most=10, now=LONG_AFTER)


ACTS: list[tuple[Act, tuple[str, ...], tuple[int, int, int, int, int]]] = [
    (charge_one, ("charge.after_statement",), (50_000, 41_000, 9_000, 0, 0)),
    (charge_that_waits, ("charge.before_commit",), (50_000, 41_000, 9_000, 0, 0)),
    (charge_many, LEDGER, (50_000, 27_500, 22_500, 0, 0)),
    (withdraw, LEDGER, (50_000, 50_000, 0, 0, 0)),
    (correct, LEDGER, (50_000, 45_500, 4_500, 0, 0)),
    (dispute, LEDGER, (50_000, 50_000, 0, 0, 0)),
    (suspend_since, (*LEDGER, "approval.after_take_back"), (50_000, 50_000, 0, 0, 0)),
    (close, LEDGER, (94_000, 0, 6_000, 0, 0)),
    (expire, LEDGER + EXPIRE, (0, 0, 6_000, 0, 94_000)),
]


@pytest.fixture
def books(fresh_database: str) -> Iterator[Books]:
    books = Books(fresh_database)
    yield books
    books.close()


@pytest.mark.parametrize(("act", "places", "money"), ACTS, ids=[act.__name__ for act, *_ in ACTS])
def test_a_killed_step_can_be_repeated(
    books: Books, act: Act, places: tuple[str, ...], money: tuple[int, int, int, int, int]
) -> None:
    before = books.everything()
    for place in places:
        assert books.killed_in(act, place) == signal.SIGKILL
        assert books.everything() == before
    books.do(act)
    assert books.everything() != before
    assert books.money() == money


@pytest.mark.parametrize("place", ["outbox.before_send", "outbox.after_send"])
def test_a_message_is_sent_again_under_the_same_name_and_never_lost(
    books: Books, tmp_path: Path, place: str
) -> None:
    post = post_into_folder(tmp_path, "omatori@county.example")
    body = {"to": "a@b.example", "subject": "Hyväksyntä", "text": "Terve."}

    def send(books: Books) -> object:
        return send_next_message(books.scenario.session, post=post, now=NOW)

    books.do(lambda books: put_in_outbox(books.scenario.session, kind="mail", key="one", body=body, now=NOW))
    assert books.killed_in(send, place) == signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == (place == "outbox.after_send")
    assert books.do(send) is Sending.SENT
    assert books.do(send) is Sending.NOTHING_DUE
    assert [file.name for file in tmp_path.iterdir()] == ["one.eml"]


def test_every_place_that_writes_postings_has_fail_points() -> None:
    """A new one breaks this test: give it a fail point, and a kill above or in test_settlement_kills."""
    root = Path(__file__).parents[2]
    writes = re.compile(r"INSERT INTO posting\b|insert\(table_of\(Posting\)\)|(?<!def )rows_of_postings\(")
    found = {
        str(path.relative_to(root))
        for package in ("clearing", "marketplace", "provider_portal", "county_desk", "commands")
        for path in (root / package).rglob("*.py")
        if writes.search(path.read_text())
    }
    assert found == {
        "clearing/charges/write/charge_rows.py",  # charge.after_statement, charge.before_commit, ledger.*
        "clearing/payments/write/payments.py",  # settle.export.after_postings
        "clearing/ledger/write/postings.py",  # ledger.*
        "clearing/payments/write/settlements.py",  # settle.approve.after_postings
    }


def test_every_fail_point_is_in_the_program_once() -> None:
    root = Path(__file__).parents[2]
    packages = ("clearing", "provider_portal", "commands")
    source = "".join(path.read_text() for name in packages for path in (root / name).rglob("*.py"))
    assert {name: source.count(f'failpoint("{name}")') for name in failpoints.NAMES} == dict.fromkeys(
        failpoints.NAMES, 1
    )
