"""Data go the day after their last day, not before, and not while an appeal or a dispute is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from clearing.jobs import Timetable
from clearing.upkeep.actions.anchor_audit import UNPROVEN
from clearing.upkeep.actions.apply_retention import apply_retention, retention_due
from clearing.upkeep.actions.forget_messages import forget_messages
from clearing.upkeep.facts.kinds_of_data import Kind
from clearing.upkeep.facts.removals import REMOVALS
from clearing.upkeep.load.retention import due_rows
from clearing.upkeep.rules.retention_rules import Period, last_day
from foundation.database.session import SYSTEM_ROLE, make_engine, make_sessions
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from foundation.database.tables.clients import Client
from foundation.database.tables.disputes import Dispute
from foundation.database.tables.grants import DecisionState, GrantDecision
from foundation.database.tables.help_requests import HelpRequest
from foundation.database.tables.messages import Message
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import WebSession
from foundation.database.tables.support_plans import OwnGoal, SupportPlan
from foundation.database.tables.upkeep import RetentionCount
from tests.actions.test_forget_messages import write
from tests.builders.client_api import CLIENT, ClientApi
from tests.builders.county import NOW, TODAY
from tests.pages.logged_in import logged_in_by_key

ANSWERED = date(2026, 11, 21)
LAST_DAY = date(2028, 11, 21)
DAY_AFTER = LAST_DAY + timedelta(days=1)


def noon(day: date) -> datetime:
    return NOW + (day - TODAY)


@pytest.fixture
def system(client_api: ClientApi) -> Iterator[sessionmaker[Session]]:
    """Sessions with the rights of jobs."""
    engine = make_engine(client_api.database_url, role=SYSTEM_ROLE)
    yield make_sessions(engine)
    engine.dispose()


def ask(api: ClientApi, answered: date | None = ANSWERED) -> None:
    """Let the client ask the county for help; it answers on a day, if at all."""
    county_id = api.session.get_one(Client, api.client_id).county_id
    row = HelpRequest(
        county_id=county_id, client_id=api.client_id, kind="help_choosing", words="Auta", asked_at=NOW
    )
    if answered is not None:
        row.answer, row.answered_at = "Hyvä", noon(answered)
    api.session.add(row)
    api.session.commit()


def count(api: ClientApi, table: type) -> int:
    api.session.rollback()
    return api.session.scalar(select(func.count()).select_from(table)) or 0


def run(system: sessionmaker[Session], day: date) -> int:
    return apply_retention(system, now=noon(day))


def dispute(api: ClientApi, turn: str) -> None:
    """Let the client's charge be disputed: open, or closed."""
    charge = api.session.get_one(Charge, api.charge)
    by = TODAY if turn in ("provider", "client") else None
    values = {"turn": turn, "answer_by": by, "claimed_at": NOW, "entries": 1}
    found = api.session.scalars(select(Dispute)).one_or_none()
    if found is None:
        whose = {"county_id": charge.county_id, "charge_id": charge.id, "provider_id": charge.provider_id}
        api.session.add(Dispute(**whose, **values))
    else:
        api.session.execute(update(Dispute).values(**values))
    api.session.commit()


def decide(api: ClientApi, *states: tuple[str, date]) -> None:
    """Let the client have a decision with these states."""
    client = api.session.get_one(Client, api.client_id)
    funding = text("SELECT cost_centre_id FROM funding WHERE id = :id")
    centre = api.session.scalar(funding, {"id": api.funding_id})
    api.session.add(
        GrantDecision(
            county_id=client.county_id,
            number="HOLD/1",
            version=1,
            client_id=client.id,
            decided_on=TODAY,
            decided_by="Tiina",
            legal_basis="Laki",
            cost_centre_id=centre,
            document={},
            received_at=NOW,
        )
    )
    for state, day in states:
        row = DecisionState(county_id=client.county_id, number="HOLD/1", state=state, from_day=day)
        api.session.add(row)
        api.session.flush()
    api.session.commit()


@pytest.mark.parametrize(
    ("day", "left"), [(LAST_DAY - timedelta(days=1), 1), (LAST_DAY, 1), (DAY_AFTER, 0)], ids=str
)
def test_a_row_goes_the_day_after_its_last_day(
    client_api: ClientApi, system: sessionmaker[Session], day: date, left: int
) -> None:
    ask(client_api)
    run(system, day)
    assert count(client_api, HelpRequest) == left


def test_what_is_not_over_is_kept(client_api: ClientApi, system: sessionmaker[Session]) -> None:
    ask(client_api, answered=None)
    run(system, date(2099, 1, 1))
    assert count(client_api, HelpRequest) == 1


def test_a_run_counts_and_is_safe_to_repeat(client_api: ClientApi, system: sessionmaker[Session]) -> None:
    for _ in range(3):
        ask(client_api)
    assert apply_retention(system, most=2, now=noon(DAY_AFTER)) == 3
    assert run(system, DAY_AFTER) == 0
    client_api.session.rollback()
    counts = select(RetentionCount.removed, RetentionCount.held).where(
        RetentionCount.kind == Kind.HELP_REQUESTS.value
    )
    assert [tuple(row) for row in client_api.session.execute(counts)] == [(3, 0), (0, 0)]
    event = client_api.session.scalars(select(AuditEvent).where(AuditEvent.act == "retention.remove")).one()
    assert (event.subject_id, event.detail) == ("help_requests", {"rows": 3, "held": 0})


def test_a_dry_run_removes_nothing(client_api: ClientApi, system: sessionmaker[Session]) -> None:
    ask(client_api)
    with system() as session:
        due = retention_due(session, now=noon(DAY_AFTER))
    assert (due[Kind.HELP_REQUESTS].due, due[Kind.HELP_REQUESTS].held) == (1, 0)
    assert count(client_api, HelpRequest) == 1


@pytest.mark.parametrize("turn", ["provider", "client", "county"])
def test_an_open_dispute_stops_it(client_api: ClientApi, system: sessionmaker[Session], turn: str) -> None:
    ask(client_api)
    dispute(client_api, turn)
    assert run(system, DAY_AFTER) == 0
    assert count(client_api, HelpRequest) == 1
    dispute(client_api, "closed")
    assert run(system, DAY_AFTER) == 1


@pytest.mark.parametrize(
    ("states", "left"),
    [
        ([("in_force", ANSWERED)], 0),
        ([("in_force", ANSWERED), ("appealed", date(2027, 1, 1))], 1),
        ([("appealed", date(2027, 1, 1)), ("in_force", date(2027, 6, 1))], 0),
        ([("appealed", date(2027, 1, 1)), ("annulled", date(2027, 1, 1))], 0),
        ([("appealed", date(2027, 1, 1)), ("in_force", DAY_AFTER)], 0),
        ([("appealed", date(2027, 1, 1)), ("in_force", DAY_AFTER + timedelta(days=1))], 1),
        ([("appealed", DAY_AFTER + timedelta(days=1))], 1),
    ],
)
def test_an_open_appeal_stops_it(
    client_api: ClientApi, system: sessionmaker[Session], states: list[tuple[str, date]], left: int
) -> None:
    ask(client_api)
    decide(client_api, *states)
    run(system, DAY_AFTER)
    assert count(client_api, HelpRequest) == left


def test_a_state_written_ahead_ends_no_appeal(client_api: ClientApi) -> None:
    """Before its first day it lets neither a message nor a row go, also past the job."""
    ask(client_api)
    write(client_api, "first")
    decide(client_api, ("appealed", TODAY), ("in_force", date(2099, 1, 1)))
    assert forget_messages(client_api.session, most=10, now=noon(DAY_AFTER)) == 0
    with pytest.raises(DBAPIError, match="appeal or a dispute"), client_api.session.begin_nested():
        client_api.session.execute(text("DELETE FROM help_request"))
    assert forget_messages(client_api.session, most=10, now=noon(date(2099, 1, 1))) == 1


def test_an_open_dispute_keeps_messages_too(client_api: ClientApi) -> None:
    write(client_api, "first")
    dispute(client_api, "county")
    assert forget_messages(client_api.session, most=10, now=noon(DAY_AFTER)) == 0
    dispute(client_api, "closed")
    assert forget_messages(client_api.session, most=10, now=noon(DAY_AFTER)) == 1


def test_the_database_refuses_to_remove_what_is_held(client_api: ClientApi) -> None:
    ask(client_api)
    write(client_api, "first")
    dispute(client_api, "county")
    for table in (HelpRequest, Message):
        statement = f"DELETE FROM {table.__tablename__}"
        with pytest.raises(DBAPIError, match="appeal or a dispute"), client_api.session.begin_nested():
            client_api.session.execute(text(statement))


def test_log_ins_and_drafts(client_api: ClientApi, system: sessionmaker[Session]) -> None:
    logged_in_by_key(client_api.web, client_api.session, CLIENT)
    client_api.session.execute(update(WebSession).values(drafts={"grant": "x"}))
    client_api.session.commit()
    drafts = select(func.count()).where(WebSession.drafts.is_not(None))
    run(system, TODAY + timedelta(days=3))
    assert client_api.session.scalar(drafts) == 1
    run(system, TODAY + timedelta(days=4))
    client_api.session.rollback()
    assert client_api.session.scalar(drafts) == 0
    sessions = count(client_api, WebSession)
    ends = client_api.session.scalars(select(WebSession.ends_at)).first()
    assert ends is not None
    run(system, ends.date() + timedelta(days=30))
    assert count(client_api, WebSession) == sessions
    run(system, ends.date() + timedelta(days=32))
    assert count(client_api, WebSession) == 0


def test_a_sent_mail_keeps_its_key_and_loses_its_text(
    client_api: ClientApi, system: sessionmaker[Session]
) -> None:
    body = {"to": "a@example.fi", "template": "x"}
    row = {"key": "mail-1", "kind": "mail", "body": body, "made_at": NOW, "due_at": NOW, "attempts": 1}
    client_api.session.add_all([OutboxMessage(**row, sent_at=NOW), OutboxMessage(**row | {"key": "mail-2"})])
    client_api.session.commit()
    run(system, TODAY + timedelta(days=31))
    client_api.session.rollback()
    found = {row.key: row.body for row in client_api.session.scalars(select(OutboxMessage))}
    assert found == {"mail-1": {}, "mail-2": body}


def test_a_former_client_leaves_no_plan(client_api: ClientApi, system: sessionmaker[Session]) -> None:
    client = client_api.session.get_one(Client, client_api.client_id)
    client.ended_on, client.ended_reason = TODAY, "moved"
    own = {"county_id": client.county_id, "client_id": client.id}
    goal = OwnGoal(**own, place=1, words="Uimaan", look_back_on=TODAY + timedelta(days=30), set_at=NOW)
    client_api.session.add_all([SupportPlan(**own, begun_at=NOW), goal])
    client_api.session.commit()
    run(system, date(2027, 11, 21))
    assert (count(client_api, SupportPlan), count(client_api, OwnGoal)) == (1, 1)
    run(system, date(2027, 11, 22))
    assert (count(client_api, SupportPlan), count(client_api, OwnGoal)) == (0, 0)


def test_books_and_the_log_stay_for_ever(client_api: ClientApi, system: sessionmaker[Session]) -> None:
    def kept() -> list[int | None]:
        client_api.session.rollback()
        tables = ("posting", "charge", "funding", "balance", "client")
        return [client_api.session.scalar(text(f"SELECT count(*) FROM {name}")) for name in tables]

    before = kept()
    logged = count(client_api, AuditEvent)
    run(system, date(2099, 1, 1))
    assert kept() == before
    assert count(client_api, AuditEvent) >= logged


@pytest.mark.parametrize("kind", list(REMOVALS), ids=str)
def test_each_removal_is_a_statement_that_the_database_understands(
    client_api: ClientApi, system: sessionmaker[Session], kind: Kind
) -> None:
    with system() as session:
        assert due_rows(session, kind, Period(months=1), TODAY).due >= 0
        for statement in REMOVALS[kind].statements:
            session.execute(text(statement), {"ids": [0]})


@pytest.mark.parametrize("ended_on", [date(2026, 1, 31), date(2028, 2, 29), date(2026, 12, 31)], ids=str)
def test_the_database_counts_days_as_the_rule_does(engine: Engine, ended_on: date) -> None:
    for period in (Period(months=1), Period(months=12), Period(months=1, days=3), Period(days=30)):
        query = "SELECT (CAST(:day AS date) + make_interval(months => :m) + make_interval(days => :d))::date"
        with engine.connect() as connection:
            found = connection.scalar(text(query), {"day": ended_on, "m": period.months, "d": period.days})
        assert found == last_day(period, ended_on)


def test_the_job_of_the_timetable_applies_the_rules(client_api: ClientApi) -> None:
    ask(client_api)
    engine = make_engine(client_api.database_url, role=SYSTEM_ROLE)
    table = Timetable(engine, lambda *_: None, lambda: noon(DAY_AFTER), UNPROVEN)
    assert (table.apply_retention(), table.apply_retention()) == (1, 0)
    engine.dispose()
