"""What the database refuses, whichever program writes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.database.columns import days
from foundation.database.tables.providers import Price
from foundation.vocabulary.roles import Actor
from tests.builders import NOW, a_client, a_county, a_funding, a_provider, an_offering


@pytest.fixture
def book(session: Session) -> Session:
    """A granted funding, an offering with a price from 2026 on, and an audit row."""
    county = a_county(session)
    a_funding(session, county, a_client(session, county))
    an_offering(session, county, a_provider(session, county))
    record(session, actor=Actor(None, None, "test"), now=NOW, act="test.act", subject=("test", 1))
    return session


@pytest.mark.parametrize("table", ["posting", "audit_event"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
    ids=["update", "delete", "truncate"],
)
def test_history_cannot_be_rewritten(book: Session, table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), book.begin_nested():
        book.execute(text(statement.format(table)))


@pytest.mark.parametrize(
    ("change", "refused_by"),
    [
        ("free_cents = free_cents - 100001", "ck_balance_not_negative"),
        ("held_cents = held_cents + 1", "ck_balance_adds_up"),
    ],
)
def test_a_balance_is_never_negative_and_adds_up(book: Session, change: str, refused_by: str) -> None:
    sums = ", granted_cents = granted_cents - 100001" if refused_by.endswith("negative") else ""
    with pytest.raises(DatabaseError, match=refused_by), book.begin_nested():
        book.execute(text(f"UPDATE balance SET {change}{sums}"))


@pytest.mark.parametrize(
    ("first", "fits"), [(date(2026, 12, 31), False), (date(2026, 1, 1), False), (date(2025, 12, 31), True)]
)
def test_prices_of_one_class_never_overlap(book: Session, first: date, fits: bool) -> None:
    last = first if fits else None
    offering_id = book.scalars(text("SELECT id FROM offering")).one()
    price = Price(offering_id=offering_id, time_class_id=0, unit_price_cents=1, valid=days(first, last))
    book.add(price)
    if fits:
        book.flush()
        return
    with pytest.raises(DatabaseError, match="ex_price_one_at_a_time"):
        book.flush()
    book.rollback()
