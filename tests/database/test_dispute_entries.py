"""The database refuses entries of a dispute that cannot be, and every change of one."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from foundation.database.tables.disputes import DisputeEntry
from tests.actions.test_disputes import Parties


@pytest.fixture
def unpaid(session: Session) -> Parties:
    return Parties(session)


def test_entries_never_change(unpaid: Parties) -> None:
    unpaid.claim()
    for statement in ("UPDATE dispute_entry SET words = 'x'", "DELETE FROM dispute_entry"):
        with pytest.raises(DBAPIError, match="append-only"), unpaid.session.begin_nested():
            unpaid.session.execute(text(statement))


@pytest.mark.parametrize(
    "column",
    [
        "party = 'county'",
        "act = 'agree'",
        "claim = NULL",
        "quantity_hundredths = 0",
        "words = ''",
        "number = 0",
    ],
)
def test_the_database_refuses_entries_that_cannot_be(unpaid: Parties, column: str) -> None:
    unpaid.claim()
    name, _, value = column.partition(" = ")
    names = [c.name for c in DisputeEntry.__table__.columns if c.name != "id"]
    values = ", ".join(value if each == name else "2" if each == "number" else each for each in names)
    statement = f"INSERT INTO dispute_entry ({', '.join(names)}) SELECT {values} FROM dispute_entry"
    with pytest.raises(DBAPIError, match="ck_dispute_entry"), unpaid.session.begin_nested():
        unpaid.session.execute(text(statement))
