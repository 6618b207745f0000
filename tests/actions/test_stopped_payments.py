"""A check of the books that finds a difference stops payments until a check agrees."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.actions.preview_payment_run import preview_payment_run
from clearing.payments.load.payment_runs import run_contents
from clearing.payments.rules.settling import RunRefusalCode
from clearing.upkeep.actions.mail_auditors import mail_counties
from clearing.upkeep.actions.note_check import note_check
from clearing.upkeep.actions.verify_books import BooksReport, verify_books
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person
from foundation.vocabulary.refusals import Refusal
from tests.builders import NOW, TODAY
from tests.builders.settlement import a_settlement_scenario

STOPPED = Refusal(RunRefusalCode.CHECK_FAILED)
CHARGED_MORE = text(
    "UPDATE balance SET charged_cents = charged_cents + :cents, free_cents = free_cents - :cents"
)


def checked(session: Session) -> BooksReport:
    session.flush()
    report = verify_books(session)
    note_check(session, report, now=NOW)
    return report


def test_a_difference_stops_every_step_and_an_agreeing_check_lets_go(session: Session) -> None:
    scenario = a_settlement_scenario(session)
    scenario.charge(session, 0)
    officer, county = scenario.officer, scenario.county
    prepared = scenario.prepare(session)
    assert checked(session).agrees
    session.execute(CHARGED_MORE, {"cents": 1})
    assert not checked(session).agrees
    for step in (prepare_payment_run, preview_payment_run):
        assert step(session, county=county, until=TODAY, actor=officer, now=NOW) == STOPPED
    contents = run_contents(session, prepared.run.id)
    assert contents is not None
    approve = partial(
        approve_payment_run, session, prepared.run.id, contents.hash(), actor=scenario.approver, now=NOW
    )
    assert approve() == STOPPED
    session.execute(CHARGED_MORE, {"cents": -1})
    assert approve() == STOPPED
    assert checked(session).agrees
    assert not isinstance(approve(), Refusal)
    session.execute(CHARGED_MORE, {"cents": 1})
    checked(session)
    assert export_bank_file(session, prepared.run.id, actor=officer, now=NOW) == STOPPED
    session.execute(CHARGED_MORE, {"cents": -1})
    checked(session)
    assert isinstance(export_bank_file(session, prepared.run.id, actor=officer, now=NOW), bytes)


@pytest.mark.parametrize("again_on_the_day", [0, 1])
def test_the_people_who_settle_get_one_mail_a_day(session: Session, again_on_the_day: int) -> None:
    scenario = a_settlement_scenario(session)
    scenario.charge(session, 0)
    for number, actor in enumerate((scenario.officer, scenario.approver)):
        session.get_one(Person, actor.person_id).email = f"settles{number}@example.invalid"
    mail_counties(session, checked(session), now=NOW)
    assert (
        session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.like("payments_st%"))).all() == []
    )
    session.execute(CHARGED_MORE, {"cents": 1})
    report = checked(session)
    mail_counties(session, report, now=NOW)
    mail_counties(session, report, now=NOW + timedelta(days=again_on_the_day))
    query = select(OutboxMessage.body).where(OutboxMessage.key.like("payments_stopped:%"))
    mails = session.scalars(query).all()
    assert sorted(mail["to"] for mail in mails) == sorted(
        ["settles0@example.invalid", "settles1@example.invalid"] * (1 + again_on_the_day)
    )
    assert all("pysäytetty" in mail["subject"] for mail in mails)


def test_a_difference_of_the_search_is_reported_and_stops_nothing(session: Session) -> None:
    scenario = a_settlement_scenario(session)
    scenario.charge(session, 0)
    session.flush()
    session.execute(text("UPDATE listed_offering SET remote = NOT remote"))
    assert {found.check for found in checked(session).differences} == {"listed_offering"}
    assert not isinstance(scenario.prepare(session), Refusal)
