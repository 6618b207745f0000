"""The document of a funding follows every change of the tables that it is built from (decision 0055)."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.grants.load.proof_documents import documents_against_fundings
from tests.builders import a_client, a_county, a_funding

A_TERM = "(funding_id, from_day, unit_values, price_caps, carry, free_of_charge, overrun"
CHANGES = [
    "UPDATE funding SET valid = '[2026-02-01,2026-12-01)'",
    "UPDATE client SET ended_on = '2026-11-01'",
    "UPDATE client SET number = number || 'X'",
    "DELETE FROM funding_service",
    "INSERT INTO funding_service SELECT id, 2 FROM funding",
    "UPDATE funding_terms SET overrun = 'cut'",
    "UPDATE funding_terms SET quantity_hundredths = 100",
    (
        f"INSERT INTO funding_terms {A_TERM}, period, period_amount_cents) "
        "SELECT id, '2026-06-01', '{}', '{}', 'none', false, 'cut', 'month', 100 FROM funding"
    ),
    "DELETE FROM funding_terms",
    (
        "INSERT INTO funding_state (funding_id, state, from_day, why, set_at) "
        "SELECT id, 'paused', '2026-11-01', '', now() FROM funding"
    ),
    "UPDATE funding_state SET state = 'revoked'",
    "DELETE FROM funding_state",
    (
        "INSERT INTO decision_state (county_id, number, state, from_day) "
        "SELECT county_id, decision_number, 'appealed', '2026-11-01' FROM funding"
    ),
    "UPDATE decision_state SET state = 'annulled'",
    "DELETE FROM decision_state",
    "INSERT INTO client_absence (client_id, away) SELECT id, '[2026-11-01,2026-11-08)' FROM client",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_updates_the_document_at_once(session: Session, change: str) -> None:
    county = a_county(session)
    for _ in range(2):
        a_funding(session, county, a_client(session, county))
    session.flush()
    before = session.execute(text("SELECT document::text FROM funding_document")).all()
    assert len(before) == 2
    session.execute(text(change))
    assert session.execute(text("SELECT document::text FROM funding_document")).all() != before
    assert documents_against_fundings(session) == []
