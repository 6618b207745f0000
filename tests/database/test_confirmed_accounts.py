"""A bank account is confirmed by a second person: the database refuses anything else, also of an old book."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.database.migrate import downgrade, upgrade
from foundation.database.session import make_engine

BEFORE = "0013"
PEOPLE = """
INSERT INTO person (id, name, language, about, is_demo)
  VALUES (1, 'One', 'fi', '', false), (2, 'Two', 'fi', '', false);
INSERT INTO provider (id, business_id, name, about, email, phone, website, first_visit)
  VALUES (1, '1234567-1', 'Kaisla Oy', '', 'k@example.invalid', '0', '', '')
"""
STAMPED_PEOPLE = PEOPLE.replace("is_demo)", "is_demo, session_stamp)").replace("false)", "false, 0)")
"""As the tables were then: a person had a stamp for sessions."""

ACCOUNT = text("""
INSERT INTO bank_account (provider_id, iban, bic, entered_at, entered_by, confirmed_at, confirmed_by)
  VALUES (1, 'FI1410093000123458', 'NDEAFIHH', '2025-01-01', :entered_by, :confirmed_at, :confirmed_by)
  RETURNING id
""")
MOMENT = "2025-01-03"
WRONG = [(1, MOMENT, 1), (1, MOMENT, None), (None, MOMENT, None), (1, None, 2), (None, None, 2)]
RIGHT = [(1, MOMENT, 2), (None, MOMENT, 2), (1, None, None), (None, None, None)]
Row = tuple[int | None, str | None, int | None]


def insert(connection: Connection, row: Row) -> int:
    """Store an account: entered by, confirmed at, confirmed by."""
    values = dict(zip(("entered_by", "confirmed_at", "confirmed_by"), row, strict=True))
    return int(connection.execute(ACCOUNT, values).scalar_one())


@pytest.fixture
def book(session: Session) -> Connection:
    """Two people and a provider."""
    session.execute(text(PEOPLE))
    return session.connection()


@pytest.mark.parametrize("row", WRONG)
def test_a_confirmation_that_no_second_person_gave_is_refused(book: Connection, row: Row) -> None:
    refused = pytest.raises(IntegrityError, match="ck_bank_account_confirmed_by_another")
    with refused, book.begin_nested():
        insert(book, row)


@pytest.mark.parametrize("row", RIGHT)
def test_a_second_person_confirms_or_nobody_yet(book: Connection, row: Row) -> None:
    assert insert(book, row)


def test_a_filled_book_loses_only_the_confirmations_that_break_the_rule(fresh_database: str) -> None:
    downgrade(fresh_database, BEFORE)
    engine = make_engine(fresh_database)
    with engine.begin() as connection:
        connection.execute(text(STAMPED_PEOPLE))
        wrong = [insert(connection, row) for row in WRONG]
        right = [insert(connection, row) for row in RIGHT]
        before = stored(connection)
    upgrade(fresh_database)
    with engine.connect() as connection:
        after = stored(connection)
    engine.dispose()
    assert {key: after[key] for key in right} == {key: before[key] for key in right}
    assert {after[key] for key in wrong} == {(None, None)}


def stored(connection: Connection) -> dict[int, tuple[object, object]]:
    """The confirmation of each account, by id."""
    rows = connection.execute(text("SELECT id, confirmed_at, confirmed_by FROM bank_account"))
    return {row.id: (row.confirmed_at, row.confirmed_by) for row in rows}
