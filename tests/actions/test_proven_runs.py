"""Every step of a payment run proves the books that it touches; a planted fault stops it and is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.load.payment_runs import RunContents, run_contents
from clearing.payments.rules.settling import RunRefusalCode, RunState
from foundation.vocabulary.refusals import UnexpectedRefusalError, not_refused
from tests.builders import NOW, TODAY
from tests.builders.settlement import SettlementScenario, a_settlement_scenario

FIRST = "(SELECT min(id) FROM charge)"
CHEAPER_EVERYWHERE = f"""UPDATE charge SET county_pays_cents = 1, price_cents = 1 WHERE id = {FIRST};
UPDATE settlement_charge SET county_pays_cents = 1 WHERE charge_id = {FIRST}"""
SENT_ALREADY = """INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account,
amount_cents, provider_id, run_id, payment_id)
SELECT 9, county_id, now(), 7, 4, 5, 1, provider_id, run_id, id FROM payment"""
IN_A_BALANCE = [
    ("UPDATE balance SET free_cents = free_cents + 1, granted_cents = granted_cents + 1", ":free"),
    ("UPDATE balance SET free_cents = free_cents - 1, held_cents = held_cents + 1", ":held"),
    ("UPDATE posting SET amount_cents = amount_cents - 1 WHERE event = 4", ":charged"),
    ("DELETE FROM posting WHERE event = 0", ":granted"),
]
BEFORE_PREPARING = [
    *IN_A_BALANCE,
    (f"UPDATE charge SET county_pays_cents = 1, price_cents = 1 WHERE id = {FIRST}", ":charged"),
    (f"UPDATE charge SET state = 'withdrawn' WHERE id = {FIRST}", ":charged"),
]
BEFORE_APPROVING = [
    *IN_A_BALANCE,
    (CHEAPER_EVERYWHERE, "settlement:"),
    (f"DELETE FROM settlement_charge WHERE charge_id = {FIRST}", "settlement:"),
    ("UPDATE payment SET carried_cents = carried_cents - 1", "payment:"),
]
BEFORE_SENDING = [
    ("UPDATE posting SET amount_cents = amount_cents + 1 WHERE event = 6", "settlement:"),
    ("DELETE FROM posting WHERE event = 6", "settlement:"),
    (f"DELETE FROM settlement_charge WHERE charge_id = {FIRST}", "settlement:"),
    (SENT_ALREADY, "payment:"),
]


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    scenario = a_settlement_scenario(session)
    for index in (0, 0, 1):
        scenario.charge(session, index)
    session.flush()
    session.execute(text("ALTER TABLE posting DISABLE TRIGGER USER"))
    return scenario


def plant(session: Session, fault: str) -> None:
    session.flush()
    for statement in fault.split(";"):
        session.execute(text(statement))
    session.expire_all()


def everything(session: Session) -> list[object]:
    """Everything that a step of a run writes."""
    session.flush()
    tables = ("posting", "balance", "settlement", "settlement_charge", "payment", "payment_run", "outbox")
    return [session.scalar(text(f"SELECT json_agg(t ORDER BY t::text) FROM {name} t")) for name in tables]


def stopped(session: Session, step: Callable[[], object]) -> list[str]:
    """Return the differences in the books that stop the step; assert that it changes nothing."""
    before = everything(session)
    with pytest.raises(UnexpectedRefusalError) as refused:
        step()
    assert refused.value.refusal.code == RunRefusalCode.BOOKS_DIFFER
    assert everything(session) == before
    return [reason.field for reason in refused.value.refusal.reasons]


@pytest.mark.parametrize(("fault", "name"), BEFORE_PREPARING)
def test_a_fault_stops_preparing(
    session: Session, scenario: SettlementScenario, fault: str, name: str
) -> None:
    first = scenario.prepare(session)
    plant(session, fault)
    assert any(name in difference for difference in stopped(session, lambda: scenario.prepare(session)))
    kept = run_contents(session, first.run.id)
    assert kept is not None
    assert kept.run.state is RunState.PREPARED


@pytest.mark.parametrize(("fault", "name"), BEFORE_APPROVING)
def test_a_fault_stops_approving(
    session: Session, scenario: SettlementScenario, fault: str, name: str
) -> None:
    contents = scenario.prepare(session)
    plant(session, fault)
    assert any(
        name in difference for difference in stopped(session, lambda: scenario.approve(session, contents))
    )


@pytest.mark.parametrize(("fault", "name"), BEFORE_SENDING)
def test_a_fault_stops_sending(session: Session, scenario: SettlementScenario, fault: str, name: str) -> None:
    contents = scenario.approve(session, scenario.prepare(session))
    plant(session, fault)
    assert any(
        name in difference for difference in stopped(session, lambda: scenario.export(session, contents))
    )


def test_differences_of_other_fundings_do_not_stop_a_run(
    session: Session, scenario: SettlementScenario
) -> None:
    """The proof is of what the run touches; the nightly one is of everything."""
    other = a_settlement_scenario(session, code="13")
    other.charge(session, 0)
    plant(
        session,
        "UPDATE balance SET free_cents = free_cents + 1, granted_cents = granted_cents + 1 "
        f"WHERE funding_id = {other.fundings[0].id}",
    )
    scenario.pay(session)

    def prepare_other() -> RunContents:
        prepared = prepare_payment_run(
            session, county=other.county, until=TODAY, actor=other.officer, now=NOW
        )
        return not_refused(prepared)

    assert stopped(session, prepare_other)
