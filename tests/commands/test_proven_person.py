"""`--as USER` at the command line: a key of that person, and an audit row that says how the step was done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe

import click
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.rules.settling import APPROVERS, PREPARERS
from commands.acting import COMMAND_LINE, NOT_PROVEN, person_acting
from config import Settings
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.people import ApiKey, Person
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, TODAY, a_person
from tests.builders.api import store_api_key
from tests.builders.settlement import SettlementScenario, a_settlement_scenario

OFFICER, APPROVER = "omk_officer", "omk_approver"
DEVELOPMENT = Settings(environment="development", secret_key=token_urlsafe(48), var_dir=Path("var"))
PRODUCTION = replace(DEVELOPMENT, environment="production")


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    scenario = a_settlement_scenario(session)
    store_api_key(session, scenario.officer, OFFICER)
    store_api_key(session, scenario.approver, APPROVER)
    session.flush()
    return scenario


def log_in_of(session: Session, actor: Actor) -> str:
    found = session.scalar(select(Person.email).where(Person.id == actor.person_id))
    assert found is not None
    return found


def test_nobody_acts_in_production_without_a_key(session: Session, scenario: SettlementScenario) -> None:
    log_in = log_in_of(session, scenario.officer)
    with pytest.raises(click.ClickException, match="OMATORI_KEY"):
        person_acting(session, PRODUCTION, log_in, PREPARERS, TODAY)


@pytest.mark.parametrize("settings", [PRODUCTION, DEVELOPMENT])
@pytest.mark.parametrize("key", [APPROVER, "omk_unknown", "nonsense", "ömk"])
def test_the_key_of_another_person_proves_nothing(
    session: Session, scenario: SettlementScenario, settings: Settings, key: str
) -> None:
    log_in = log_in_of(session, scenario.officer)
    with pytest.raises(click.ClickException, match="not one of"):
        person_acting(session, replace(settings, person_key=key), log_in, PREPARERS, TODAY)


def test_one_key_is_not_two_people(session: Session, scenario: SettlementScenario) -> None:
    with_key = replace(PRODUCTION, person_key=OFFICER)
    officer = person_acting(session, with_key, log_in_of(session, scenario.officer), PREPARERS, TODAY)
    assert (officer.person_id, officer.via) == (scenario.officer.person_id, COMMAND_LINE)
    for actor in (scenario.officer, scenario.approver):
        with pytest.raises(click.ClickException):
            person_acting(session, with_key, log_in_of(session, actor), APPROVERS, TODAY)


def test_the_key_of_a_colleague_in_the_same_role_proves_nothing(
    session: Session, scenario: SettlementScenario
) -> None:
    colleague = a_person(session, Role.SETTLEMENT_APPROVER, county_id=scenario.approver.county_id)
    store_api_key(session, colleague, "omk_colleague")
    session.flush()
    with_key = replace(PRODUCTION, person_key="omk_colleague")
    own = person_acting(session, with_key, log_in_of(session, colleague), APPROVERS, TODAY)
    assert own.person_id == colleague.person_id
    with pytest.raises(click.ClickException, match="not one of"):
        person_acting(session, with_key, log_in_of(session, scenario.approver), APPROVERS, TODAY)


def test_a_revoked_key_proves_nothing(session: Session, scenario: SettlementScenario) -> None:
    for key in session.scalars(select(ApiKey)):
        key.revoked_at = NOW
    session.flush()
    log_in = log_in_of(session, scenario.officer)
    with pytest.raises(click.ClickException):
        person_acting(session, replace(PRODUCTION, person_key=OFFICER), log_in, PREPARERS, TODAY)


@pytest.mark.parametrize(("key", "via"), [(OFFICER, COMMAND_LINE), (None, NOT_PROVEN)])
def test_the_audit_log_says_how_the_step_was_done(
    session: Session, scenario: SettlementScenario, key: str | None, via: str
) -> None:
    scenario.charge(session, 0)
    settings = replace(DEVELOPMENT, person_key=key)
    officer = person_acting(session, settings, log_in_of(session, scenario.officer), PREPARERS, TODAY)
    not_refused(prepare_payment_run(session, county=scenario.county, until=TODAY, actor=officer, now=NOW))
    query = select(AuditEvent).where(AuditEvent.act == "payment_run.prepare")
    [row] = session.scalars(query)
    assert (row.actor_id, row.detail["via"]) == (scenario.officer.person_id, via)
    scenario.prepare(session)
    assert "via" not in session.scalars(query.order_by(AuditEvent.id)).all()[-1].detail
