"""Who left is a number two years after the last role; what was done stays proven."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from clearing.ledger.write.outbox import leave_mail
from clearing.upkeep.actions.apply_retention import apply_retention, retention_due
from clearing.upkeep.facts.kinds_of_data import Kind
from clearing.upkeep.load.retention import DueRows
from clearing.upkeep.rules.retention_rules import Period, last_day
from foundation.database.columns import days
from foundation.database.session import SYSTEM_ROLE, make_engine, make_sessions
from foundation.database.tables import Base
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import DecisionState, GrantDecision
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.payments import PaymentRun
from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.database.tables.providers import Provider
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.passwords import hash_password
from tests.builders import NOW, TODAY, a_person
from tests.builders.api import application_on
from tests.builders.settlement import SettlementScenario, a_settlement_scenario
from tests.pages.logged_in import logged_in

CANARY, PASSWORD = "kanaria", "neljä sanaa on hyvä"
EMAIL, NAME = f"{CANARY}@example.fi", "Kaisa kanaria"
LEFT = TODAY + timedelta(days=30)
LAST = last_day(Period(months=24), LEFT)
AFTER = LAST + timedelta(days=1)
AT = "timestamptz '2026-11-21 10:00+00'"
PLANTED = {
    "second_factor": f"""(person_id, salt, key_version, made_at)
      SELECT :id, decode(repeat('6b', 16), 'hex'), 1, {AT}""",
    "recovery_code": f"(person_id, code_sha256, made_at) SELECT :id, repeat('a', 64), {AT}",
    "password_reset": f"""(person_id, code_sha256, made_at, expires_at)
      SELECT :id, repeat('b', 64), {AT}, {AT} + interval '1 hour'""",
    "external_identity": f"""(person_id, issuer, subject, linked_at)
      SELECT :id, 'https://a.fi', 'kanaria', {AT}""",
    "api_key": f"""(person_id, role_grant_id, label, key_sha256, hint, created_at)
      SELECT :id, :grant, 'kanaria', repeat('c', 64), 'abcd', {AT}""",
    "role_invitation": f"""(county_id, email, role, first_day, code_sha256, made_at, expires_at, accepted_at,
      role_grant_id) SELECT :county, '{EMAIL}', 'settlement_approver', '2026-01-01', repeat('d', 64), {AT},
      {AT} + interval '1 hour', {AT}, :grant""",
    "provider_application": f"""(county_id, state, email, language, code_sha256, link_expires_at, business_id,
      company_name, about, website, contact_name, phone, question, started_at, saved_at)
      SELECT :county, 'withdrawn', '{EMAIL}', 'fi', repeat('e', 64), {AT}, '', '', '', '', '{NAME}', '0401',
      '', {AT}, timestamptz '2028-11-21 10:00+00'""",
}
"""Rows about the person in other tables, each with the canary or a secret."""


@pytest.fixture
def system(fresh_database: str) -> Iterator[sessionmaker[Session]]:
    """Sessions with the rights of jobs."""
    engine = make_engine(fresh_database, role=SYSTEM_ROLE)
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def scenario(system: sessionmaker[Session]) -> SettlementScenario:
    """A county whose approver has left after an approved run; every text about the person has the canary."""
    with system.begin() as session:
        found = a_settlement_scenario(session)
        found.charge(session, 0)
        whoever = {"name": NAME, "email": EMAIL, "password_hash": hash_password(PASSWORD), "about": CANARY}
        session.execute(update(Person).where(Person.id == found.approver.person_id).values(**whoever))
        key = found.approver.person_id
        grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == key)).one()
        values = {"id": key, "grant": grant, "county": found.county.id}
        for table, row in PLANTED.items():
            session.execute(text(f"INSERT INTO {table} {row}"), values)
        leave_mail(session, f"account_entered:1:{EMAIL}", to=EMAIL, subject="x", text=NAME, now=NOW)
        session.execute(update(OutboxMessage).values(sent_at=NOW))
        named = Actor(key, found.approver.role, NAME, county_id=found.county.id)
        found.approver = named
        found.approve(session, found.prepare(session))
        leave(session, named)
    return found


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that the program logs."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def noon(day: date) -> datetime:
    return NOW + (day - TODAY)


def leave(session: Session, actor: Actor, on: date | None = LEFT) -> None:
    own = update(RoleGrant).where(RoleGrant.person_id == actor.person_id)
    session.execute(own.values(valid=days(date(2026, 1, 1), on)))


def close_runs(system: sessionmaker[Session]) -> None:
    with system.begin() as session:
        session.execute(text("UPDATE payment_run SET state = 'closed'"))


def due(system: sessionmaker[Session], day: date = AFTER) -> DueRows:
    with system.begin() as session:
        return retention_due(session, now=noon(day))[Kind.PEOPLE]


def tables_with(engine: Engine, words: str) -> set[str]:
    """Return the tables of which a row has these words."""
    query = "SELECT EXISTS (SELECT FROM {0} t WHERE strpos(t::text, :words) > 0)"
    with engine.connect() as connection:
        found = {
            table: connection.scalar(text(query.format(table)), {"words": words})
            for table in Base.metadata.tables
        }
    return {table for table, has in found.items() if has}


def test_nothing_says_who_it_was_and_the_approval_stays_proven(
    system: sessionmaker[Session],
    scenario: SettlementScenario,
    fresh_database: str,
    tmp_path: Path,
    log: io.StringIO,
) -> None:
    close_runs(system)
    key = scenario.approver.person_id
    owner = make_engine(fresh_database)
    assert {"person", "outbox", "api_key", "role_invitation"} <= tables_with(owner, CANARY)
    apply_retention(system, now=noon(AFTER))
    assert tables_with(owner, CANARY) == {"audit_event"}, "the log keeps the name that it was written with"
    with owner.connect() as connection:
        secrets = (
            "second_factor",
            "recovery_code",
            "password_reset",
            "external_identity",
            "api_key",
            "web_session",
        )
        left = {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in secrets}
    owner.dispose()
    assert left == dict.fromkeys(secrets, 0)
    with system.begin() as session:
        assert session.scalars(select(PaymentRun.approved_by)).one() == key
        approved = select(AuditEvent.actor_id).where(AuditEvent.act == "payment_run.approve")
        assert session.scalars(approved).one() == key
        gone = session.get_one(Person, key)
        assert (gone.name, gone.email, gone.password_hash, gone.removed_on) == (f"#{key}", None, None, AFTER)
        officer = logged_in(application_on(system, tmp_path).test_client(), session, scenario.officer)
    page = officer.page("/mt/ajot/1")
    assert f"#{key}" in page.texts("main")
    assert CANARY not in str(page.answer.text)
    assert CANARY not in log.getvalue()
    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and CANARY in path.read_text(errors="ignore")
    ] == []


def test_it_goes_the_day_after_the_last_day_and_once(
    system: sessionmaker[Session], scenario: SettlementScenario
) -> None:
    close_runs(system)
    assert (due(system, LAST), due(system)) == (DueRows(0, 0), DueRows(1, 0))
    apply_retention(system, now=noon(AFTER))
    assert due(system, AFTER + timedelta(days=400)) == DueRows(0, 0)


def test_who_has_a_role_or_an_open_run_has_not_left(
    system: sessionmaker[Session], scenario: SettlementScenario
) -> None:
    assert due(system) == DueRows(0, 0), "the run is not closed"
    close_runs(system)
    with system.begin() as session:
        leave(session, scenario.approver, None)
    assert due(system) == DueRows(0, 0)


INVITED = f"""(county_id, email, role, first_day, code_sha256, made_at, expires_at)
  SELECT :county, '{EMAIL}', 'settlement_officer', '2028-12-01', repeat('f', 64), CAST(:at AS timestamptz),
  CAST(:at AS timestamptz) + interval '72 hours'"""
INVITED_BY_A_COMPANY = f"""(provider_id, email, role, code_sha256, made_at, expires_at)
  SELECT :provider, '{EMAIL}', 'provider_owner', repeat('f', 64), CAST(:at AS timestamptz),
  CAST(:at AS timestamptz) + interval '72 hours'"""
INVITED_TO_HELP = f"""(county_id, client_id, kind, name, email, code_sha256, may_see, may_propose, may_choose,
  may_move, may_confirm, all_fundings, first_day, made_at, expires_at) SELECT :county, :client,
  'support_person', 'Kaisa', '{EMAIL}', repeat('f', 64), true, false, false, false, false, true, '2028-12-01',
  CAST(:at AS timestamptz), CAST(:at AS timestamptz) + interval '72 hours'"""
APPLIED = f"""(county_id, state, email, language, code_sha256, link_expires_at, business_id, company_name,
  about, website, contact_name, phone, question, started_at, saved_at, submitted_at)
  SELECT :county, 'submitted', '{EMAIL}', 'fi', repeat('f', 64), CAST(:at AS timestamptz), '1234567-1', 'Oy',
  '', '', '{NAME}', '0401', '', t, t, t FROM (SELECT CAST(:at AS timestamptz) AS t) s"""


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("role_invitation", INVITED),
        ("provider_invitation", INVITED_BY_A_COMPANY),
        ("mandate_invitation", INVITED_TO_HELP),
        ("provider_application", APPLIED),
        ("provider_application", APPLIED.replace("submitted'", "draft'")),
    ],
)
def test_who_is_about_to_come_back_has_not_left(
    system: sessionmaker[Session], scenario: SettlementScenario, table: str, row: str
) -> None:
    close_runs(system)
    with system.begin() as session:
        values = {
            "county": scenario.county.id,
            "provider": session.scalars(select(Provider.id).order_by(Provider.id)).first(),
            "client": first_client(session),
            "at": noon(AFTER) - timedelta(hours=1),
        }
        session.execute(text(f"INSERT INTO {table} {row}"), values)
    assert due(system) == DueRows(0, 0)
    with system.begin() as session:
        if table == "provider_application":
            session.execute(text("UPDATE provider_application SET state = 'withdrawn'"))
    assert due(system, AFTER + timedelta(days=4)) == DueRows(1, 0), "nobody answered"


def test_a_client_and_a_person_without_any_role_are_not_touched(
    system: sessionmaker[Session], scenario: SettlementScenario
) -> None:
    with system.begin() as session:
        client = a_person(session, Role.CLIENT, client_id=first_client(session))
        leave(session, client)
        session.add(Person(name="Nobody yet"))
    assert due(system) == DueRows(0, 0)


@pytest.mark.parametrize(
    ("valid", "revoked", "goes"), [(LEFT, None, 1), (None, LEFT, 1), (None, None, 0), (AFTER, None, 0)]
)
def test_a_helper_has_left_when_the_last_mandate_ended(
    system: sessionmaker[Session],
    scenario: SettlementScenario,
    valid: date | None,
    revoked: date | None,
    goes: int,
) -> None:
    with system.begin() as session:
        store_mandate(session, valid, revoked)
    assert due(system) == DueRows(goes, 0)


def test_an_appeal_of_a_client_holds_the_helper(
    system: sessionmaker[Session], scenario: SettlementScenario
) -> None:
    with system.begin() as session:
        store_mandate(session, LEFT, None)
        decision = session.get_one(GrantDecision, 1)
        state = DecisionState(number=decision.number, county_id=decision.county_id, state="appealed")
        state.from_day = LEFT
        session.add(state)
    held = due(system)
    apply_retention(system, now=noon(AFTER))
    assert (held.held, due(system).held) == (1, 1)


def test_the_database_keeps_a_removed_person_nameless(
    system: sessionmaker[Session], scenario: SettlementScenario
) -> None:
    named = update(Person).where(Person.id == scenario.approver.person_id).values(removed_on=AFTER)
    with system() as session, pytest.raises(DBAPIError, match="ck_person_removed"):
        session.execute(named)


def first_client(session: Session) -> int:
    return session.scalars(select(Client.id).order_by(Client.id)).first() or 0


def store_mandate(session: Session, last: date | None, revoked: date | None) -> None:
    helper = a_person(session, Role.REPRESENTATIVE, name="Hilla Helper")
    row = Mandate(client_id=first_client(session), person_id=helper.person_id, kind="guardian")
    row.may_see, row.valid = True, days(date(2026, 1, 1), last)
    row.revoked_at = None if revoked is None else noon(revoked)
    session.add(row)
