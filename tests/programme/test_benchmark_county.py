"""The county of the benchmarks at a small size: its choices hold what the nightly plan would."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from benchmarks.clearing import BILLER
from benchmarks.county import GRANTED_CENTS, NOW, BenchCounty, build_county
from benchmarks.growth import build_history
from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.plans.actions.plan_again import plan_next
from clearing.plans.load.visit_plans import visit_plans
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine
from foundation.database.tables.choices import Choice
from foundation.database.tables.ledger import Posting

FUNDINGS = 3


@pytest.fixture
def county(fresh_database: str) -> BenchCounty:
    engine: Engine = make_engine(fresh_database)
    return build_county(engine, FUNDINGS)


def postings(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Posting)) or 0


def test_every_choice_has_a_plan_and_holds_its_visits(county: BenchCounty) -> None:
    with Session(county.engine) as session:
        choices = session.scalars(select(Choice).order_by(Choice.id)).all()
        plans = visit_plans(session, [choice.id for choice in choices])
        assert [bool(plans[choice.id].timed) for choice in choices] == [True] * FUNDINGS
        assert len({(choice.held_cents, choice.planned_cents, choice.lasts_until) for choice in choices}) == 1
        assert 0 < choices[0].held_cents < GRANTED_CENTS
        before = postings(session)
        assert plan_next(session, after=0, most=FUNDINGS + 1, now=NOW) == FUNDINGS
        assert postings(session) == before


def test_the_books_agree_before_and_after_charges(county: BenchCounty) -> None:
    build_history(county.engine, 1, 1)
    with Session(county.engine) as session:
        assert verify_books(session).differences == ()
        sent = [county.charge(number) for number in range(4 * FUNDINGS)]
        answers = take_in_charges(session, provider_id=1, sent=sent, actor=BILLER, now=NOW)
        assert {answer.outcome for answer in answers} == {"accepted"}
        assert verify_books(session).differences == ()
