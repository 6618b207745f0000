"""The plug pulled after every write of money outside a run: nothing half done, and done again it is once."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.charges.actions.take_in_charges import take_in_charges, take_in_together
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.hot.waiting_charges import WaitingCharges
from clearing.charges.reading.intake import Intake
from clearing.grants.actions.change_funding_state import FundingStateChanged, change_funding_state
from clearing.grants.facts.kinds import FundingState
from clearing.ledger.actions.send_message import Sending, send_next_message
from clearing.ledger.gateways.mail import post_into_folder
from clearing.ledger.write.outbox import put_in_outbox
from clearing.upkeep.actions.expire_fundings import expire_fundings
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database import failpoints
from foundation.database.session import make_engine, make_sessions
from foundation.vocabulary.languages import Language
from tests.actions.test_waiting_charges import render_outcome
from tests.builders import NOW, TODAY, a_charge
from tests.builders.correcting import CorrectingWorld, a_correcting_world

LEDGER = ("ledger.after_postings", "ledger.after_balances", "ledger.after_holds")
EXPIRE = ("expire.after_money", "expire.after_choices", "expire.after_audit")
WRITTEN = ("posting", "balance", "choice", "charge", "charge_reason", "audit_event", "funding_state")
LONG_AFTER = NOW + timedelta(days=400)


class Town:
    """A funding of 1 000 €, half of it held, with one accepted charge of 60 €, in a database of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = make_engine(url)
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            self.world: CorrectingWorld = a_correcting_world(session)
            self.charge_id = self.world.charge("2.00")
            session.flush()
            session.expunge_all()

    def do(self, act: Act) -> object:
        """The act in a transaction of its own, here."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            self.world.session = session
            done = act(self)
            session.flush()
            session.expunge_all()
        return done

    def killed(self, act: Act, place: str) -> int:
        """The act in a process of its own that is killed at the place; how it ended."""
        self.engine.dispose()
        child = os.fork()
        if child == 0:
            failpoints.arm(f"{place}:kill", production=False)
            self.engine = make_engine(self.url)
            self.do(act)
            os._exit(0)
        return os.waitpid(child, 0)[1]

    def everything(self) -> list[object]:
        """All rows that acts write, and whether the books agree."""
        with Session(self.engine) as session:
            assert verify_books(session).differences == ()
            rows = [f"SELECT json_agg(t ORDER BY t::text) FROM {name} t" for name in WRITTEN]
            return [session.scalar(text(statement)) for statement in rows]

    def money(self) -> tuple[int, int, int, int, int]:
        """Free, held, charged, settled and returned cents."""
        columns = "free_cents, held_cents, charged_cents, settled_cents, returned_cents"
        funding = text(f"SELECT {columns} FROM balance WHERE funding_id = {self.world.funding.id}")
        with Session(self.engine) as session:
            return tuple(session.execute(funding).one())


Act = Callable[[Town], object]


def charge_one(town: Town) -> object:
    return town.world.charge("1.00", TODAY - timedelta(days=9))


def charge_that_waits(town: Town) -> object:
    """Charge as over HTTP: written and committed in one round trip."""
    day = (TODAY - timedelta(days=9)).isoformat()
    sent = a_charge(town.world.funding, quantity="1.00", service_day=day)
    intake = Intake(town.world.provider_id, [sent], town.world.settling.biller, NOW)
    waiting = WaitingCharges(make_sessions(town.engine), take_in_together, render_outcome)
    return waiting.decide(intake, Language.FI)


def charge_many(town: Town) -> object:
    days = [(TODAY - timedelta(days=2 + day)).isoformat() for day in range(55)]
    sent = [a_charge(town.world.funding, quantity="0.10", service_day=day) for day in days]
    biller = town.world.settling.biller
    answers = take_in_charges(
        town.world.session, provider_id=town.world.provider_id, sent=sent, actor=biller, now=NOW
    )
    assert {answer.outcome for answer in answers} == {"accepted"}
    return len(answers)


def withdraw(town: Town) -> object:
    return withdraw_charge(town.world.session, town.charge_id, actor=town.world.settling.biller, now=NOW)


def correct(town: Town) -> object:
    return town.world.correct(town.charge_id, quantity=50)


def dispute(town: Town) -> object:
    return hold_disputed_charge(town.world.session, town.charge_id, now=NOW)


def close(town: Town) -> object:
    answer = change_funding_state(
        town.world.session,
        town.world.funding.id,
        state=FundingState.CLOSED,
        from_day=TODAY,
        why="Päätös",
        actor=town.world.settling.biller,
        now=NOW,
    )
    assert isinstance(answer, FundingStateChanged)
    return answer


def expire(town: Town) -> object:
    return expire_fundings(town.world.session, after=0, most=10, now=LONG_AFTER)


ACTS: list[tuple[Act, tuple[str, ...], tuple[int, int, int, int, int]]] = [
    (charge_one, ("charge.after_statement",), (50_000, 41_000, 9_000, 0, 0)),
    (charge_that_waits, ("charge.before_commit",), (50_000, 41_000, 9_000, 0, 0)),
    (charge_many, LEDGER, (50_000, 27_500, 22_500, 0, 0)),
    (withdraw, LEDGER, (50_000, 50_000, 0, 0, 0)),
    (correct, LEDGER, (50_000, 45_500, 4_500, 0, 0)),
    (dispute, LEDGER, (50_000, 50_000, 0, 0, 0)),
    (close, LEDGER, (94_000, 0, 6_000, 0, 0)),
    (expire, LEDGER + EXPIRE, (0, 0, 6_000, 0, 94_000)),
]


@pytest.fixture
def town(fresh_database: str) -> Iterator[Town]:
    town = Town(fresh_database)
    yield town
    town.engine.dispose()


@pytest.mark.parametrize(("act", "places", "money"), ACTS, ids=[act.__name__ for act, *_ in ACTS])
def test_killed_anywhere_and_done_again(
    town: Town, act: Act, places: tuple[str, ...], money: tuple[int, int, int, int, int]
) -> None:
    before = town.everything()
    for place in places:
        assert town.killed(act, place) == signal.SIGKILL
        assert town.everything() == before
    town.do(act)
    assert town.everything() != before
    assert town.money() == money


@pytest.mark.parametrize("place", ["outbox.before_send", "outbox.after_send"])
def test_a_message_is_sent_again_under_the_same_name_and_never_lost(
    town: Town, tmp_path: Path, place: str
) -> None:
    post = post_into_folder(tmp_path, "omatori@county.example")
    body = {"to": "a@b.example", "subject": "Hyväksyntä", "text": "Terve."}

    def send(town: Town) -> object:
        return send_next_message(town.world.session, post=post, now=NOW)

    town.do(lambda town: put_in_outbox(town.world.session, kind="mail", key="one", body=body, now=NOW))
    assert town.killed(send, place) == signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == (place == "outbox.after_send")
    assert town.do(send) is Sending.SENT
    assert town.do(send) is Sending.NOTHING_DUE
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


def test_every_fail_point_stands_in_the_program_once() -> None:
    root = Path(__file__).parents[2]
    packages = ("clearing", "commands")
    source = "".join(path.read_text() for name in packages for path in (root / name).rglob("*.py"))
    assert {name: source.count(f'failpoint("{name}")') for name in failpoints.NAMES} == dict.fromkeys(
        failpoints.NAMES, 1
    )
