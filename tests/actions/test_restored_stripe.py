"""A restored book whose run the lost book has sent: Stripe has paid its part, and is not asked to again."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

import pytest
from sqlalchemy import make_url
from sqlalchemy.orm import sessionmaker

from clearing.payments.actions.compare_with_stripe import Comparison, compare_with_stripe
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.actions.send_stripe_calls import CallResult
from clearing.payments.actions.unfreeze_settlement import unfreeze_settlement
from clearing.payments.load.payers import paying_county
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.rules.settling import RunRefusalCode, RunState
from clearing.payments.rules.stripe_payees import Rail
from foundation.vocabulary.refusals import Refusal, not_refused
from tests.builders import NOW
from tests.builders.engines import engine_on, release
from tests.builders.settlement import payments_in, statement_of
from tests.builders.stripe import DUE, a_stripe_world
from tests.builders.stripe_run import HalfAndHalf
from tests.scratch_database import ScratchServer


@dataclass
class Books:
    """The lost book with an approved run, and its copy from before the run was sent."""

    lost: HalfAndHalf
    restored: HalfAndHalf
    run: RunContents

    def paid_by_the_lost_one(self) -> bytes:
        """Send the run from the lost book: the bank gets the file, Stripe transfers and pays out."""
        with self.lost.sessions.begin() as session:
            officer = self.lost.scenario.officer
            file = not_refused(export_bank_file(session, self.run.run.id, actor=officer, now=NOW))
        assert self.lost.send() == [CallResult.DONE] * 4
        return file

    def answered(self, file: bytes) -> None:
        """Upload the bank's statement into the restored book."""
        with self.restored.sessions.begin() as session:
            self.restored.scenario.ingest(session, statement_of(payments_in(file)), now=DUE)

    def compare(self) -> Comparison:
        with self.restored.sessions() as session:
            county = paying_county(session, "12")
        assert county is not None
        sessions, rail = self.restored.sessions, self.restored.world.rail
        return not_refused(compare_with_stripe(sessions, county, rail, now=DUE))

    def release(self) -> str | Refusal:
        """Say that the book was matched with the bank."""
        scenario = self.restored.scenario
        with self.restored.sessions.begin() as session:
            return unfreeze_settlement(
                session, county_id=scenario.county.id, why="Verrattu", actor=scenario.officer, now=DUE
            )

    def made(self, kind: str) -> int:
        """How many objects of a kind Stripe has."""
        return sum(one["object"] == kind for one in self.lost.world.books.held.values())


@pytest.fixture
def books(scratch_server: ScratchServer, fresh_database: str) -> Iterator[Books]:
    with a_stripe_world() as world:
        lost = HalfAndHalf(fresh_database, world)
        run = lost.approved()
        lost.engine.dispose()
        name = make_url(fresh_database).database or ""
        restored = copy(lost)
        restored.engine = engine_on(scratch_server.new_database(f"{name}_restored", template=name))
        restored.sessions = sessionmaker(restored.engine, expire_on_commit=False)
        yield Books(lost, restored, run)
        release(restored.engine)
        release(lost.engine)
        scratch_server.drop_database(f"{name}_restored")


def test_stripe_is_asked_for_nothing_twice(books: Books) -> None:
    file = books.paid_by_the_lost_one()
    assert books.restored.send() == [], "the copy has sent nothing"
    books.answered(file)
    assert books.restored.contents(books.run).run.state is RunState.SENT
    assert books.restored.send() == [CallResult.STOPPED] * 2, "a restored book pays nobody"
    assert books.restored.sums() == (0, 14_400, 14_400)
    assert books.release() == Refusal(RunRefusalCode.NOT_COMPARED)
    assert books.compare() == Comparison(transfers=2, applied=2, findings=0)
    assert books.restored.sums() == (0, 0, 28_800)
    assert isinstance(books.release(), str)
    books.restored.world.send(books.restored.sessions, DUE.replace(hour=23))
    assert (books.made("transfer"), books.made("payout")) == (2, 2)
    assert books.restored.sums() == (0, 0, 28_800)
    assert books.restored.contents(books.run).run.state is RunState.CLOSED


def test_a_comparison_from_before_the_run_was_found_does_not_count(books: Books) -> None:
    """Stripe's transfers meant nothing to a run that was not sent; they are compared again."""
    file = books.paid_by_the_lost_one()
    books.compare()
    books.answered(file)
    assert books.release() == Refusal(RunRefusalCode.NOT_COMPARED)
    books.compare()
    assert isinstance(books.release(), str)


def test_what_stripe_never_got_is_paid_after_the_release_and_once(books: Books) -> None:
    """The bank has its part of the file; the calls to Stripe were lost with the book."""
    with books.lost.sessions.begin() as session:
        officer = books.lost.scenario.officer
        file = not_refused(export_bank_file(session, books.run.run.id, actor=officer, now=NOW))
    books.answered(file)
    assert books.compare() == Comparison(transfers=0, applied=0, findings=0)
    assert isinstance(books.release(), str)
    assert books.restored.send() == [CallResult.DONE] * 4
    assert (books.made("transfer"), books.made("payout")) == (2, 2)
    assert books.restored.sums() == (0, 0, 28_800)
    assert {one.state for one in books.restored.contents(books.run).by(Rail.STRIPE)} == {"confirmed"}
