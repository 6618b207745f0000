"""A run is approved to be paid on or after a day; the first export of its file sets the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.rules.settling import RunRefusalCode
from foundation.database.tables import payments
from foundation.vocabulary.refusals import Refusal
from tests.builders import NOW
from tests.builders.books import check_books
from tests.builders.settlement import SettlementScenario, a_settlement_scenario


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    return a_settlement_scenario(session)


@pytest.mark.parametrize(
    ("days", "execution_day"),
    [(0, "2026-11-23"), (2, "2026-11-24"), (33, "2026-12-28"), (41, "2027-01-04"), (124, "2027-03-30")],
)
def test_the_first_export_sets_the_day_and_later_ones_keep_it(
    session: Session, scenario: SettlementScenario, days: int, execution_day: str
) -> None:
    """24 December, 1 January and Maundy Thursday are followed by days on which TARGET is closed."""
    scenario.charge(session, 0)
    approved = scenario.approve(session, scenario.prepare(session))
    first = scenario.export(session, approved, now=NOW + timedelta(days=days))
    assert f"<ReqdExctnDt><Dt>{execution_day}</Dt></ReqdExctnDt>".encode() in first.replace(b"\n", b"")
    assert scenario.export(session, approved, now=NOW + timedelta(days=days + 60)) == first
    check_books(session)


def test_the_first_day_is_approved_and_no_sent_run_is_paid_before_it(
    session: Session, scenario: SettlementScenario
) -> None:
    scenario.charge(session, 0)
    contents = scenario.prepare(session)
    session.execute(update(payments.PaymentRun).values(not_before=date(2026, 11, 20)))
    refused = approve_payment_run(session, contents.run.id, contents.hash(), actor=scenario.approver, now=NOW)
    assert refused == Refusal(RunRefusalCode.HASH_DIFFERS)
    session.execute(update(payments.PaymentRun).values(not_before=date(2026, 11, 23)))
    scenario.export(session, scenario.approve(session, contents))
    with pytest.raises(IntegrityError, match="day_of_sent"), session.begin_nested():
        session.execute(update(payments.PaymentRun).values(execution_day=date(2026, 11, 20)))
