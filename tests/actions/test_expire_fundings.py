"""What nobody can charge any more goes back, once, and not a day too early."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.grants.actions.change_funding_state import change_funding_state
from clearing.grants.facts.kinds import FundingState
from clearing.jobs import Timetable
from clearing.ledger.load.balances import balance_of
from clearing.upkeep.actions.anchor_audit import UNPROVEN
from clearing.upkeep.actions.expire_fundings import expire_fundings
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.ledger import Posting
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Role
from tests.builders import a_client, a_county, a_funding, a_person
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import NOW, TODAY

LAST_DAY = date(2026, 12, 31)
LAST_LATE_DAY = LAST_DAY + timedelta(days=60)


def noon(day: date) -> datetime:
    return NOW + (day - TODAY)


def run(scenario: CorrectionScenario, day: date) -> None:
    """Run the job as of a day, one funding at a time."""
    last: int | None = 0
    while last is not None:
        last = expire_fundings(scenario.session, after=last, most=1, now=noon(day))
    assert verify_books(scenario.session).differences == ()


def money(scenario: CorrectionScenario) -> tuple[int, int, int, int]:
    balance = balance_of(scenario.session, scenario.funding.id)
    return balance.free_cents, balance.held_cents, balance.charged_cents, balance.returned_cents


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    return a_correction_scenario(session)


def test_nothing_expires_on_the_last_late_day(scenario: CorrectionScenario) -> None:
    run(scenario, LAST_LATE_DAY)
    assert money(scenario) == (50_000, 50_000, 0, 0)


def test_the_day_after_all_that_is_free_or_held_is_returned_once(scenario: CorrectionScenario) -> None:
    scenario.charge("2.00")
    after = LAST_LATE_DAY + timedelta(days=1)
    run(scenario, after)
    assert money(scenario) == (0, 0, 6_000, 94_000)
    count = len(scenario.session.scalars(select(Posting.id)).all())
    run(scenario, after)
    assert len(scenario.session.scalars(select(Posting.id)).all()) == count
    rows = scenario.session.scalars(select(AuditEvent).where(AuditEvent.act == "funding.expire")).all()
    ours = [row for row in rows if row.subject_id == scenario.funding.voucher]
    assert [row.detail for row in ours] == [{"released_cents": 44_000, "returned_cents": 94_000}]


def test_what_a_correction_gives_back_later_is_returned_the_next_time(scenario: CorrectionScenario) -> None:
    charge = scenario.charge("2.00")
    after = LAST_LATE_DAY + timedelta(days=1)
    run(scenario, after)
    scenario.correct(charge)
    assert money(scenario) == (6_000, 0, 0, 94_000)
    run(scenario, after)
    assert money(scenario) == (0, 0, 0, 100_000)


def test_a_charge_on_hold_keeps_the_money_until_it_is_decided(scenario: CorrectionScenario) -> None:
    scenario.charge("2.00")
    held = scenario.send("2.00")
    assert held.outcome == "on_hold"
    assert held.id is not None
    after = LAST_LATE_DAY + timedelta(days=1)
    run(scenario, after)
    assert money(scenario) == (50_000, 44_000, 6_000, 0)
    withdraw_charge(scenario.session, held.id, actor=scenario.settlement.biller, now=noon(after))
    run(scenario, after)
    assert money(scenario) == (0, 0, 6_000, 94_000)


def test_a_choice_that_ended_releases_its_hold_after_the_late_days(scenario: CorrectionScenario) -> None:
    scenario.choice.ends_on = TODAY - timedelta(days=60)
    scenario.session.flush()
    run(scenario, TODAY)
    assert money(scenario) == (50_000, 50_000, 0, 0)
    run(scenario, TODAY + timedelta(days=1))
    assert money(scenario) == (100_000, 0, 0, 0)
    scenario.session.refresh(scenario.choice)
    assert scenario.choice.ended_at is not None
    assert scenario.choice.ends_on == TODAY - timedelta(days=60)


def revoke(scenario: CorrectionScenario, from_day: date, state: FundingState = FundingState.REVOKED) -> None:
    """End the funding from the day on."""
    worker = a_person(scenario.session, Role.WORKER, county_id=scenario.settlement.county.id)
    changed = change_funding_state(
        scenario.session,
        scenario.funding.id,
        state=state,
        from_day=from_day,
        why="Päätös kumottu",
        actor=worker,
        now=NOW,
    )
    not_refused(changed)


def test_free_money_of_a_revoked_grant_goes_back_the_same_night(scenario: CorrectionScenario) -> None:
    scenario.charge("2.00")
    revoke(scenario, TODAY)
    run(scenario, TODAY)
    assert money(scenario) == (0, 0, 6_000, 94_000)


def test_it_stays_until_the_day_of_the_revocation(scenario: CorrectionScenario) -> None:
    revoke(scenario, TODAY + timedelta(days=5))
    run(scenario, TODAY + timedelta(days=4))
    assert money(scenario) == (50_000, 50_000, 0, 0)
    run(scenario, TODAY + timedelta(days=5))
    assert money(scenario) == (0, 50_000, 0, 50_000), "what is booked for visits before that day stays"


def test_a_closed_grant_keeps_its_money_for_late_charges(scenario: CorrectionScenario) -> None:
    revoke(scenario, TODAY, FundingState.CLOSED)
    run(scenario, TODAY)
    assert money(scenario) == (100_000, 0, 0, 0)


def test_a_charge_on_hold_keeps_the_money_of_a_revoked_grant(scenario: CorrectionScenario) -> None:
    scenario.charge("2.00")
    scenario.send("2.00")
    revoke(scenario, TODAY)
    run(scenario, TODAY)
    assert money(scenario) == (94_000, 0, 6_000, 0)


def test_the_job_goes_through_all_slices(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with Session(engine) as session, session.begin():
        county = a_county(session)
        ids = [a_funding(session, county, a_client(session, county)).id for _ in range(5)]
    after = noon(LAST_LATE_DAY + timedelta(days=1))
    timetable = Timetable(engine, lambda _mail, _now: None, lambda: after, UNPROVEN, fundings_at_once=2)
    assert (timetable.expire(), timetable.expire()) == (3, 0)
    with Session(engine) as session:
        assert {balance_of(session, key).returned_cents for key in ids} == {100_000}
    engine.dispose()
