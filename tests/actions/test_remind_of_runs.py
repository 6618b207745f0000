"""The people who settle are mailed once a day while the run of a pay day is late, as the page says it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clearing.payments.load.pay_day_tasks import pay_day_tasks
from clearing.upkeep.actions.remind_of_runs import remind_of_runs
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Role
from tests.builders import NOW, a_person
from tests.builders.pay_days import ends_paying_on_days, pays_monthly
from tests.builders.settlement import SettlementScenario, a_settlement_scenario

ADDRESS = "https://omatori.example.fi"
CUT_OFF, PAY_DAY = date(2026, 11, 23), date(2026, 11, 30)


def at(day: int, month: int = 11, hour: int = 6) -> datetime:
    return datetime(2026, month, day, hour, 20, tzinfo=NOW.tzinfo)


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    """A county that pays on the 15th and the last day of each month, with a charge for 30 November."""
    found = a_settlement_scenario(session)
    pays_monthly(session, found.county.id, 15, 31)
    found.charge(session, 0)
    for index, person in enumerate((found.officer, found.approver)):
        session.get_one(Person, person.person_id).email = f"settles-{index}@example.invalid"
    return found


def remind(session: Session, now: datetime) -> int:
    return remind_of_runs(session, address=ADDRESS, now=now)


def mailed(session: Session) -> list[tuple[str, str]]:
    """Return the day and the address of each mail about a late run."""
    rows = session.execute(select(OutboxMessage.key, OutboxMessage.body).order_by(OutboxMessage.id))
    return [(key.split(":")[2], body["to"]) for key, body in rows if key.startswith("run_late:")]


BOTH = ["settles-0@example.invalid", "settles-1@example.invalid"]


def test_they_are_mailed_once_a_day_until_the_run_is_sent(
    session: Session, scenario: SettlementScenario
) -> None:
    assert remind(session, at(27)) == 0  # the last day on which the run can be sent
    assert remind(session, at(30)) == 1
    assert remind(session, at(30, hour=18)) == 1
    assert mailed(session) == [("2026-11-30", to) for to in BOTH]
    prepared = scenario.prepare(session, until=CUT_OFF, now=at(30))
    assert remind(session, at(1, 12)) == 1
    approved = scenario.approve(session, prepared, now=at(1, 12))
    assert remind(session, at(2, 12)) == 1
    scenario.export(session, approved, now=at(2, 12))
    assert remind(session, at(3, 12)) == 0
    assert mailed(session) == [(day, to) for day in ("2026-11-30", "2026-12-01", "2026-12-02") for to in BOTH]


def test_the_mail_says_the_day_and_where_to_go_in_both_languages(
    session: Session, scenario: SettlementScenario
) -> None:
    remind(session, at(30))
    body = session.scalars(select(OutboxMessage.body).where(OutboxMessage.key.like("run_late:%"))).first()
    assert body is not None
    assert body["text"].count("30.11.2026") == 2
    assert body["text"].endswith(f"\n{ADDRESS}/mt/ajot\n")
    assert (" on myöhässä" in body["text"], "är försenad" in body["text"]) == (True, True)
    assert "Äng" not in body["text"]  # no provider is named


@pytest.mark.parametrize("day", range(23, 31))
def test_the_mail_and_the_page_say_the_same(session: Session, scenario: SettlementScenario, day: int) -> None:
    tasks = pay_day_tasks(session, scenario.county.id, helsinki_day(at(day)))
    is_bank_day = day not in (28, 29)
    assert remind(session, at(day)) == int(tasks.missed is not None and is_bank_day)
    assert (tasks.missed is not None) == (day == 30)


def test_nothing_is_mailed_on_a_day_on_which_banks_are_closed(
    session: Session, scenario: SettlementScenario
) -> None:
    assert pay_day_tasks(session, scenario.county.id, date(2026, 12, 5)).missed == PAY_DAY
    assert remind(session, at(5, 12)) == remind(session, at(6, 12)) == 0  # Saturday and Sunday
    assert remind(session, at(7, 12)) == 1


def test_only_the_county_that_is_late_is_mailed(session: Session, scenario: SettlementScenario) -> None:
    other = a_settlement_scenario(session, code="13")
    a_person(session, Role.SETTLEMENT_OFFICER, name="Muu Virkailija", county_id=other.county.id)
    session.execute(text("UPDATE person SET email = 'other@example.invalid' WHERE name = 'Muu Virkailija'"))
    pays_monthly(session, other.county.id, 15)
    other.charge(session, 0)
    assert remind(session, at(30)) == 1
    assert {to for _day, to in mailed(session)} == set(BOTH)


def test_the_last_run_before_the_end_of_pay_days_is_late_too(
    session: Session, scenario: SettlementScenario
) -> None:
    ends_paying_on_days(session, scenario.county.id, date(2026, 11, 23))
    assert remind(session, at(15, 2 + 10)) == 1
    scenario.export(
        session,
        scenario.approve(session, scenario.prepare(session, until=CUT_OFF, now=at(15, 12)), now=at(15, 12)),
        now=at(15, 12),
    )
    assert remind(session, at(16, 12)) == 0


def test_a_county_that_has_not_said_when_it_pays_is_never_late(session: Session) -> None:
    a_settlement_scenario(session).charge(session, 0)
    assert remind(session, at(15, 12)) == 0
    assert mailed(session) == []
