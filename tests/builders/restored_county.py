"""A county whose provider owes money and has a claim on it, in a database restored from a backup."""

from __future__ import annotations

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from clearing.payments.actions.claim_recovery import claim_recovery
from foundation.database.tables.people import Person
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import not_refused
from foundation.web.identity.passwords import hash_password
from tests.builders.correction import a_correction_scenario
from tests.builders.county import NOW
from tests.builders.seeded_world import SeededWorld

PASSWORD = "1234-5678-9abc"
MOVED = text("UPDATE settlement_home SET identity = 'another database'")


def a_restored_county(session: Session, database_url: str) -> SeededWorld:
    """Store a provider that owes 120 €, a claim on 70 € of it, and that the database is a copy."""
    scenario = a_correction_scenario(session)
    charge = scenario.charge("4.00")
    scenario.settlement.pay(session)
    scenario.correct(charge)
    scenario.settle()
    officer = scenario.settlement.officer
    claim = claim_recovery(
        session,
        county_id=scenario.settlement.county.id,
        provider_id=scenario.provider_id,
        amount_cents=Money(7_000),
        why="Yritys on lopettanut toimintansa.",
        actor=officer,
        now=NOW,
    )
    not_refused(claim)
    session.execute(MOVED)
    log_in = {"email": "officer@example.invalid", "password_hash": hash_password(PASSWORD)}
    session.execute(update(Person).where(Person.id == officer.person_id).values(log_in))
    person = {"role": officer.role, "county": "12", "log_in": log_in["email"], "password": PASSWORD}
    return SeededWorld({"people": [person]}, database_url)
