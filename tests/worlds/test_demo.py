"""The demo world has the charges, runs and mistakes of an ordinary county, and its books agree."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text

from clearing.plans.actions.plan_again import plan_next
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.alerts import Alert
from foundation.database.tables.charges import Charge, ChargeReason
from foundation.database.tables.clients import Client
from foundation.database.tables.feedback import Feedback
from foundation.database.tables.ledger import Posting
from foundation.database.tables.payments import PaymentRun
from marketplace.load.fundings import fundings_of_clients
from marketplace.load.movements import funding_movements
from tests.scratch_database import ScratchServer
from tests.worlds.conftest import StoredCopy, stored_copy

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(scratch_server: ScratchServer, worker_name: str) -> Iterator[StoredCopy]:
    """The world in a copy for this module."""
    with stored_copy(scratch_server, "demo", f"sizes_{worker_name}") as copy:
        yield copy


@pytest.mark.slow
def test_sizes(demo: StoredCopy) -> None:
    report = demo.seeded.report
    assert (len(report["counties"]), len(report["providers"]), len(report["clients"])) == (1, 40, 60)
    assert len({provider["name"] for provider in report["providers"]}) == 40
    assert len(report["services"]) == 12
    assert len(report["fundings"]) > 100


def test_three_months_of_charges_with_faults(demo: StoredCopy) -> None:
    states = Counter(demo.session.scalars(select(Charge.status)))
    assert states["settled"] > 1_000
    assert states["accepted"] > 200
    assert states["refused"] > 40
    assert states["on_hold"] > 5
    corrections = select(func.count()).where(Charge.corrects_id.is_not(None))
    assert demo.session.scalar(corrections) == 2
    reasons = set(demo.session.scalars(select(ChargeReason.code)))
    assert reasons >= {
        "price_over_list",
        "amount_mismatch",
        "possible_double",
        "client_mismatch",
        "times_invalid",
    }
    first, last = demo.session.execute(
        select(func.min(Charge.received_at), func.max(Charge.received_at))
    ).one()
    assert (last - first).days > 75


def test_feedback_is_in_each_state(demo: StoredCopy) -> None:
    rows = demo.session.execute(select(Feedback.state, Feedback.answer_state)).all()
    assert set(map(tuple, rows)) == {
        ("waiting", None),
        ("returned", None),
        ("hidden", None),
        ("published", None),
        ("published", "waiting"),
        ("published", "returned"),
        ("published", "published"),
    }


def test_each_feedback_is_on_another_provider(demo: StoredCopy) -> None:
    providers = demo.session.scalars(select(Feedback.provider_id)).all()
    assert len(set(providers)) == len(providers) == 7


def test_a_newcomer_sees_early_warnings_of_most_kinds(demo: StoredCopy) -> None:
    is_open = Alert.closed_on.is_(None) & Alert.opened_on.is_not(None)
    rules = set(demo.session.scalars(select(Alert.rule).where(is_open)))
    assert rules >= {"stopped", "cannot_use", "ending", "own_share_grew", "provider_at_risk", "reports_late"}


def test_the_holds_are_those_of_the_last_nights_plan(demo: StoredCopy) -> None:
    postings = select(func.count()).select_from(Posting)
    before = demo.session.scalar(postings)
    after: int | None = 0
    while after is not None:
        after = plan_next(demo.session, after=after, most=500, now=NOW)
    assert demo.session.scalar(postings) == before


def test_the_last_movement_of_each_voucher_leaves_its_balance(demo: StoredCopy) -> None:
    fundings = fundings_of_clients(demo.session, demo.session.scalars(select(Client.id)).all())
    movements = funding_movements(demo.session, fundings)
    in_units = 0
    for funding in fundings:
        last, facts = movements[funding.facts.id][-1], funding.facts
        assert last.left_cents == facts.free_cents + sum(choice.held_cents for choice in facts.choices)
        if facts.free_quantity is not None:
            in_units += 1
            held = sum(choice.held_quantity for choice in facts.choices)
            assert last.left_units == facts.free_quantity + held
    assert (len(fundings) > 100, in_units > 5) == (True, True)


def test_some_visits_were_cancelled_late(demo: StoredCopy) -> None:
    """They are charged at the share that the offering's rule allows, except for planted mistakes."""
    cancelled = select(Charge.status).where(Charge.sent["cancel_reason"].astext == "client_ill")
    states = Counter(demo.session.scalars(cancelled))
    assert states["settled"] + states["accepted"] > 5
    shares = {offering["cancel_share_percent"] for offering in demo.seeded.report["offerings"]}
    assert shares == {0, 50, 100}


def test_past_runs_are_closed_and_one_waits_for_approval(demo: StoredCopy) -> None:
    states = demo.session.scalars(select(PaymentRun.state).order_by(PaymentRun.id)).all()
    assert states == ["closed", "closed", "closed", "prepared"]


def test_the_books_agree(demo: StoredCopy) -> None:
    demo.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert verify_books(demo.session).differences == ()


def test_the_list_for_a_person_is_short(demo: StoredCopy) -> None:
    text_of_log_ins = demo.seeded.log_ins
    assert "settlement_approver" in text_of_log_ins
    assert len(text_of_log_ins.splitlines()) < 60


def test_choices_live_by_plans_of_every_kind(demo: StoredCopy) -> None:
    session = demo.session
    kinds = session.scalars(text("SELECT DISTINCT kind FROM plan_pattern")).all()
    assert sorted(kinds) == ["loose", "timed", "total"]
    assert session.scalar(text("SELECT count(*) FROM plan_pause WHERE ended_at IS NULL"))
    assert session.scalar(text("SELECT count(*) FROM plan_change WHERE to_day IS NOT NULL"))
