"""A county that pays by Stripe: an account with questions, a choice and a finding that wait, a paid run."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from clearing.payments.actions.choose_rail import choose_rail
from clearing.payments.actions.export_bank_file import send_run
from clearing.payments.actions.reverse_transfer import ask_reversal
from clearing.payments.gateways.stripe_orders import NewAccount
from clearing.payments.rules.stripe_payees import Rail
from clearing.payments.write.stripe_accounts import store_account
from foundation.database.tables.people import Person
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.passwords import hash_password
from tests.builders.county import NOW
from tests.builders.people import a_person
from tests.builders.seeded_world import Json, SeededWorld
from tests.builders.settlement import SettlementScenario, a_settlement_scenario
from tests.builders.stripe import DUE, KEYS, SECRET, StripeWorld, an_event, take

PASSWORD = "1234-5678-9abc"
ENVIRONMENT = {"STRIPE_SECRET_KEY_12": KEYS.secret_key, "STRIPE_WEBHOOK_SECRET_12": SECRET}


def a_stripe_county(sessions: sessionmaker[Session], world: StripeWorld, database_url: str) -> SeededWorld:
    """Store the county. Its officer has asked to take one of the two payments back."""
    with sessions.begin() as session:
        scenario = a_settlement_scenario(session, providers_count=4)
        for index in range(3):
            scenario.charge(session, index)
        _open(session, scenario, world)
        for index in (1, 2):
            world.pays(session, scenario, index)
        run = scenario.approve(session, scenario.prepare(session))
        not_refused(send_run(session, run.run.id, actor=scenario.officer, now=NOW))
    world.send(sessions, DUE)
    with sessions.begin() as session:
        payment = run.by(Rail.STRIPE)[0]
        not_refused(ask_reversal(session, payment.id, why="Väärä summa", actor=scenario.officer, now=NOW))
        take(session, an_event("issuing_card.created", {"id": "ic_1"}, NOW), now=NOW)
        provider_id, why = scenario.provider_ids[1], "Yritys pyysi."
        chosen = (scenario.county.id, provider_id, Rail.BANK)
        not_refused(choose_rail(session, *chosen, why=why, actor=scenario.officer, now=NOW))
        return people_of(session, scenario, database_url)


def people_of(session: Session, scenario: SettlementScenario, database_url: str) -> SeededWorld:
    """Give the officer, the approver and an owner of the first provider a password."""
    owner = a_person(session, Role.PROVIDER_OWNER, name="Olli", provider_id=scenario.provider_ids[0])
    people = [_with_password(session, actor) for actor in (scenario.officer, scenario.approver, owner)]
    return SeededWorld({"people": people}, database_url)


def _open(session: Session, scenario: SettlementScenario, world: StripeWorld) -> None:
    """Give the first provider an account that has answered nothing yet."""
    new = NewAccount("Oy", "oy@example.invalid", "1234567-1", "12")
    state = world.rail.make_account(new, "first", NOW)
    provider_id = scenario.provider_ids[0]
    store_account(session, scenario.county.id, provider_id, state, by=None, now=NOW)


def _with_password(session: Session, actor: Actor) -> Json:
    log_in = {"email": f"{actor.role}@example.invalid", "password_hash": hash_password(PASSWORD)}
    session.execute(update(Person).where(Person.id == actor.person_id).values(log_in))
    found = {"role": actor.role, "log_in": log_in["email"], "password": PASSWORD}
    return {**found, "county": "12"} if actor.county_id else {**found, "provider": "1234567-1"}
