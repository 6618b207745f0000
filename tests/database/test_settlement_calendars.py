"""A settlement calendar in the database names a day of the week, or one or two days of the month."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.payments.load.pay_days import settlement_calendars
from foundation.database.migrate import downgrade, upgrade
from tests.builders import a_county
from tests.builders.api import sessions_on
from tests.builders.pay_days import ends_paying_on_days, pays_monthly
from tests.builders.settlement import a_settlement_scenario

ADDED = "INSERT INTO settlement_calendar VALUES (12, '2027-01-01', {})"


@pytest.mark.parametrize(
    "values",
    [
        "0, NULL, NULL, 2",
        "4, NULL, NULL, 20",
        "NULL, 1, NULL, 5",
        "NULL, 30, 31, 5",
        "NULL, NULL, NULL, NULL",
    ],
)
def test_what_a_county_can_say(session: Session, values: str) -> None:
    a_county(session)
    session.execute(text(ADDED.format(values)))
    assert session.scalars(text("SELECT count(*) FROM settlement_calendar")).one() == 1


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ("NULL, NULL, NULL, 5", "one_kind"),
        ("1, 15, NULL, 5", "one_kind"),
        ("1, NULL, NULL, NULL", "one_kind"),
        ("NULL, 15, 31, NULL", "one_kind"),
        ("NULL, NULL, 15, NULL", "second_month_day"),
        ("5, NULL, NULL, 5", "weekday"),
        ("NULL, 0, NULL, 5", "month_day"),
        ("NULL, 32, NULL, 5", "month_day"),
        ("NULL, 15, 15, 5", "second_month_day"),
        ("NULL, 15, 32, 5", "second_month_day"),
        ("1, NULL, 15, 5", "second_month_day"),
        ("1, NULL, NULL, 1", "cut_off_days"),
        ("1, NULL, NULL, 21", "cut_off_days"),
    ],
)
def test_what_it_cannot_say(session: Session, values: str, constraint: str) -> None:
    a_county(session)
    with pytest.raises(IntegrityError, match=f'ck_settlement_calendar_{constraint}"'), session.begin_nested():
        session.execute(text(ADDED.format(values)))


def test_a_day_begins_one_calendar(session: Session) -> None:
    a_county(session)
    session.execute(text(ADDED.format("1, NULL, NULL, 5")))
    with pytest.raises(IntegrityError, match="pk_settlement_calendar"), session.begin_nested():
        session.execute(text(ADDED.format("2, NULL, NULL, 5")))


def test_a_downgrade_lets_the_pay_days_before_an_end_go_on(fresh_database: str) -> None:
    with sessions_on(fresh_database) as sessions:
        with sessions.begin() as session:
            county = a_settlement_scenario(session).county.id
            pays_monthly(session, county, 15, 31)
            ends_paying_on_days(session, county, date(2026, 11, 1))
        downgrade(fresh_database, "0165")
        upgrade(fresh_database)
        with sessions.begin() as session:
            assert [each.from_day for each in settlement_calendars(session, [county])[county]] == [date.min]
