"""A settlement calendar in the database names a day of the week, or one or two days of the month."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.builders import a_county

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
