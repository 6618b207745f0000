"""The books check themselves: every planted fault is found and named."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.upkeep.actions.verify_books import CHECKS, verify_books
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, payments_in, statement_of

FIRST = "(SELECT min(id) FROM charge)"
BEFORE = [
    ("UPDATE balance SET free_cents = free_cents + 1, granted_cents = granted_cents + 1", ":granted"),
    ("UPDATE balance SET free_cents = free_cents - 1, held_cents = held_cents + 1", ":free"),
    ("UPDATE balance SET free_cents = free_cents - 1, returned_cents = returned_cents + 1", ":returned"),
    ("UPDATE choice SET held_cents = held_cents + 1", "choice:"),
    ("UPDATE charge SET county_pays_cents = county_pays_cents + 1, price_cents = price_cents + 1", "charge:"),
    (f"UPDATE charge SET state = 'withdrawn' WHERE id = {FIRST}", ":charged"),
    (f"UPDATE charge SET state = 'on_hold' WHERE id = {FIRST}", "charge:"),
    (f"INSERT INTO settlement_charge SELECT id, 9, funding_id, 1 FROM charge WHERE id = {FIRST}", "charge:"),
    ("UPDATE posting SET amount_cents = amount_cents - 1 WHERE event = 4", "charge:"),
    ("DELETE FROM posting WHERE event = 0", ":granted"),
    ("DELETE FROM balance", ":free"),
    (
        "UPDATE balance SET free_hundredths = free_hundredths - 1, held_hundredths = held_hundredths + 1",
        ":free",
    ),
    (
        "UPDATE balance SET free_hundredths = 0, granted_hundredths = granted_hundredths - free_hundredths",
        ":granted",
    ),
    ("UPDATE choice SET held_hundredths = held_hundredths + 1", "choice:"),
    ("UPDATE charge SET drawn_hundredths = drawn_hundredths + 1", "charge:"),
    ("UPDATE posting SET quantity_hundredths = quantity_hundredths - 1 WHERE event = 4", "charge:"),
    ("UPDATE posting SET quantity_hundredths = 0", ":charged"),
    ("UPDATE funding_document SET document = '[]'", ":document"),
    ("UPDATE funding_document SET limited = NOT limited", ":document"),
    ("DELETE FROM funding_document", ":document"),
    ("UPDATE listed_offering SET approved = '{}'", ":listing"),
    ("UPDATE listed_offering SET municipalities = '{}'", ":listing"),
    ("DELETE FROM listed_offering", ":listing"),
]
AFTER = [
    ("UPDATE settlement SET sum_cents = sum_cents + 1", "settlement:"),
    ("UPDATE settlement SET charge_count = charge_count + 1", "settlement:"),
    ("UPDATE settlement SET waiting = 'held_by_officer'", "settlement:"),
    ("UPDATE payment SET sum_cents = sum_cents + 1", "payment:"),
    ("UPDATE payment SET carried_cents = carried_cents + 1", "payment:"),
    ("UPDATE payment SET iban = 'FI3715903000000776'", "run:"),
    ("UPDATE payment SET end_to_end_id = end_to_end_id || 'X'", "payment:"),
    ("UPDATE payment SET state = 'confirmed'", "payment:"),
    ("UPDATE payment SET state = 'returned'", "payment:"),
    ("UPDATE payment_run SET approved_hash = 'x'", "run:"),
    ("UPDATE posting SET amount_cents = amount_cents + 1 WHERE event = 6", "settlement:"),
    ("UPDATE posting SET amount_cents = amount_cents + 1 WHERE event = 6", "provider:"),
    ("UPDATE posting SET quantity_hundredths = quantity_hundredths + 1 WHERE event = 6", "funding:"),
    ("UPDATE balance SET charged_hundredths = 1, settled_hundredths = settled_hundredths - 1", "funding:"),
    ("DELETE FROM posting WHERE event = 7", "payment:"),
    (f"DELETE FROM settlement_charge WHERE charge_id = {FIRST}", "settlement:"),
    (f"DELETE FROM settlement_charge WHERE charge_id = {FIRST}", "funding:"),
    ("UPDATE settlement_charge SET county_pays_cents = county_pays_cents + 1", "settlement:"),
    ("UPDATE settlement_charge SET county_pays_cents = county_pays_cents + 1", "charge:"),
    ("UPDATE settlement_charge SET funding_id = NULL", "charge:"),
    (f"UPDATE charge SET state = 'withdrawn' WHERE id = {FIRST}", "charge:"),
    (f"UPDATE charge SET county_pays_cents = 1, price_cents = 1 WHERE id = {FIRST}", "charge:"),
]


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    scenario = a_settlement_scenario(session)
    scenario.charge(session, 0)
    scenario.charge(session, 0, hours=3)
    scenario.charge(session, 1)
    return scenario


def names_found(session: Session, fault: str) -> list[str]:
    session.flush()
    session.execute(text("ALTER TABLE posting DISABLE TRIGGER USER"))
    session.execute(text(fault))
    return [difference.name for difference in verify_books(session).differences]


def test_true_books_agree_at_every_step(session: Session, scenario: SettlementScenario) -> None:
    assert verify_books(session).checked == tuple(CHECKS)
    prepared = scenario.prepare(session)
    assert verify_books(session).differences == ()
    approved = scenario.approve(session, prepared)
    assert verify_books(session).differences == ()
    sent = payments_in(scenario.export(session, approved))
    assert verify_books(session).differences == ()
    scenario.ingest(session, statement_of(sent))
    assert verify_books(session).differences == ()
    scenario.ingest(session, statement_of(sent, returned=True))
    assert scenario.decide(session) == len(sent)
    assert verify_books(session).agrees


@pytest.mark.parametrize(("fault", "name"), BEFORE)
def test_a_fault_before_settlement_is_named(
    session: Session, scenario: SettlementScenario, fault: str, name: str
) -> None:
    assert any(name in found for found in names_found(session, fault))


@pytest.mark.parametrize(("fault", "name"), AFTER)
def test_a_fault_in_a_sent_run_is_named(
    session: Session, scenario: SettlementScenario, fault: str, name: str
) -> None:
    scenario.pay(session)
    assert any(found.startswith(name) for found in names_found(session, fault))
