"""A preview of a payment run reads and does nothing else, and shows what preparing the run then gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.facts.answers import ChargeAnswer
from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.actions.preview_payment_run import RunPreview, preview_payment_run
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.rules.settling import RunRefusalCode
from foundation.database.session import make_engine
from foundation.database.tables.providers import Provider
from foundation.vocabulary.refusals import Refusal, UnexpectedRefusalError, not_refused
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, TODAY
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, change_account

LOCKS = text("""
SELECT DISTINCT locktype, mode FROM pg_locks WHERE pid = :pid AND database IS NOT NULL
  UNION SELECT DISTINCT locktype, mode FROM pg_locks WHERE pid = :pid AND locktype = 'transactionid'
""")
SEQUENCES = text("SELECT sequencename, last_value FROM pg_sequences ORDER BY sequencename")
SHORTLY_BEFORE = NOW - timedelta(hours=24)
Row = tuple[str, int, int, str | None]


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


def test_a_preview_takes_no_number_and_no_lock_and_writes_nothing(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        scenario = everything_that_a_run_can_meet(session)
    with Session(engine) as session, engine.connect() as other:
        before = other.execute(SEQUENCES).all()
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        assert preview(session, scenario).paid
        locks = {tuple(row) for row in other.execute(LOCKS, {"pid": pid})}
        wrote = session.scalar(text("SELECT pg_current_xact_id_if_assigned()"))
        after = other.execute(SEQUENCES).all()
    assert (after == before, locks, wrote) == (True, {("relation", "AccessShareLock")}, None)


@pytest.mark.parametrize("days", [0, 3, 20, 400])
def test_preparing_gives_what_the_preview_showed(session: Session, days: int) -> None:
    scenario, until = everything_that_a_run_can_meet(session), TODAY - timedelta(days=days)
    shown = preview(session, scenario, until)
    run = prepare_payment_run(session, county=scenario.county, until=until, actor=scenario.officer, now=NOW)
    prepared = not_refused(run)
    assert rows_of_preview(shown) == rows_of_run(prepared)
    assert shown.sum_cents == prepared.sum_cents
    assert shown.until == prepared.run.until
    assert shown.replaced_run_id == prepared.run.id - 1


def test_the_world_above_has_a_payment_and_every_reason_to_wait_of_a_first_look(session: Session) -> None:
    scenario = everything_that_a_run_can_meet(session)
    reasons = {reason for *_, reason in rows_of_preview(preview(session, scenario))}
    assert reasons == {
        None,
        "negative_sum_carried",
        "bank_account_changed",
        "bank_account_unverified",
        "bank_refuses_details",
    }


def test_a_preview_without_a_run_that_waits_replaces_none(session: Session) -> None:
    scenario = a_settlement_scenario(session)
    scenario.charge(session, 0)
    shown = preview(session, scenario)
    assert (len(shown.paid), shown.waiting, shown.replaced_run_id) == (1, (), None)


@pytest.mark.parametrize(
    ("actor", "until", "refusal"),
    [
        ({"role": Role.SETTLEMENT_APPROVER}, TODAY, RunRefusalCode.ROLE_FORBIDDEN),
        ({"county_id": None}, TODAY, RunRefusalCode.OTHER_COUNTY),
        ({}, TODAY + timedelta(days=1), RunRefusalCode.UNTIL_IN_FUTURE),
    ],
)
def test_a_preview_is_refused_as_preparing_is(
    session: Session, actor: dict[str, object], until: date, refusal: RunRefusalCode
) -> None:
    scenario = a_settlement_scenario(session)
    by = replace(scenario.officer, **actor)  # type: ignore[arg-type]
    for step in (preview_payment_run, prepare_payment_run):
        refused = step(session, county=scenario.county, until=until, actor=by, now=NOW)
        assert isinstance(refused, Refusal)
        assert refused.code == refusal


@pytest.mark.parametrize("replaces", [False, True])
def test_a_preview_reports_that_the_books_differ(session: Session, replaces: bool) -> None:
    scenario = a_settlement_scenario(session)
    scenario.charge(session, 0)
    if replaces:
        scenario.prepare(session)
    session.execute(text("UPDATE charge SET county_pays_cents = 1, price_cents = 1"))
    session.expire_all()
    with pytest.raises(UnexpectedRefusalError) as refused:
        preview(session, scenario)
    assert refused.value.refusal.code == RunRefusalCode.BOOKS_DIFFER
    assert any(":charged" in difference.field for difference in refused.value.refusal.reasons)


def preview(session: Session, scenario: SettlementScenario, until: date = TODAY) -> RunPreview:
    shown = preview_payment_run(session, county=scenario.county, until=until, actor=scenario.officer, now=NOW)
    return not_refused(shown)


def rows_of_preview(shown: RunPreview) -> list[Row]:
    """Name, charges' sum, carried sum and reason to wait of every provider, by name."""
    dues = [(due, None) for due in shown.paid] + [(due, reason.value) for due, reason in shown.waiting]
    return sorted((due.name, due.charge_count, due.settled_cents, reason) for due, reason in dues)


def rows_of_run(contents: RunContents) -> list[Row]:
    """The same of a run that was prepared."""
    return sorted(
        (
            settlement.provider_name,
            settlement.line.charge_count,
            settlement.line.sum_cents,
            settlement.line.waiting,
        )
        for settlement in contents.settlements
    )


def everything_that_a_run_can_meet(session: Session) -> SettlementScenario:
    """Money carried up and down, accounts that wait, a name that no bank takes, a run that is replaced."""
    scenario = a_settlement_scenario(session, providers_count=5)
    settled = [scenario.charge(session, index) for index in (0, 1, 2)]
    change_account(session, scenario.provider_ids[1], entered_at=SHORTLY_BEFORE)
    scenario.export(session, scenario.approve(session, scenario.prepare(session)))
    take_back(session, settled[2])
    for index in (0, 0, 3, 4):
        scenario.charge(session, index)
    change_account(session, scenario.provider_ids[3], entered_at=NOW - timedelta(days=9), confirmed=False)
    refused = update(Provider).where(Provider.id == scenario.provider_ids[4]).values(name="株式会社")
    session.execute(refused)
    scenario.prepare(session)
    take_back(session, scenario.charge(session, 0))
    scenario.charge(session, 0, hours=5)
    return scenario


def take_back(session: Session, charge_id: int) -> None:
    """Correct all of a charge."""
    wish = CorrectionWish(f"K-{charge_id}", CorrectionReason.NOT_GIVEN)
    actor = Actor(None, Role.ADMIN, "Billi Biller")
    answer = correct_charge(session, charge_id, wish=wish, actor=actor, now=NOW)
    assert isinstance(answer, ChargeAnswer)
    assert answer.outcome == "accepted"
