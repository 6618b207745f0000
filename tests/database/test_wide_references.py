"""Wide foreign keys: what charges and postings refer to must belong together."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from foundation.database.columns import Base, table_of
from foundation.database.tables.charges import Charge
from foundation.database.tables.ledger import Posting
from foundation.vocabulary.roles import Actor
from tests.builders import (
    NOW,
    a_charge,
    a_choice,
    a_client,
    a_county,
    a_funding,
    a_provider,
    an_offering,
    approve,
)

ALONE = {"choice_id": "NULL", "offering_id": "NULL"}


@pytest.fixture
def book(session: Session) -> Session:
    """Two clients with a funding and a choice each; one accepted charge of the first."""
    county = a_county(session)
    provider = a_provider(session, county)
    approve(session, county, provider, "PERSONAL_ASSISTANCE", from_day=date(2026, 1, 1))
    offering = an_offering(session, county, provider)
    fundings = [a_funding(session, county, a_client(session, county)) for _ in range(2)]
    for funding in fundings:
        a_choice(session, funding, offering)
    actor = Actor(None, None, "test")
    (answer,) = take_in_charges(
        session, provider_id=provider.id, sent=[a_charge(fundings[0])], actor=actor, now=NOW
    )
    assert answer.outcome == "accepted"
    return session


def copied(table: type[Base], changes: dict[str, str]) -> TextClause:
    """A copy of the newest row of a table with other values in some columns."""
    names = [column.name for column in table_of(table).columns if not column.computed]
    kept = [name for name in names if name not in ("id", *changes)]
    columns, values = ", ".join([*kept, *changes]), ", ".join([*kept, *changes.values()])
    name = table.__tablename__
    return text(f"INSERT INTO {name} ({columns}) SELECT {values} FROM {name} ORDER BY id DESC LIMIT 1")


OTHER_FUNDING = "(SELECT max(id) FROM funding)"
NOWHERE = "999"
UNFUNDED = {"choice_id": "NULL", "funding_id": "NULL", "county_id": "NULL"}


@pytest.mark.parametrize(
    ("changes", "refused_by"),
    [
        ({"funding_id": OTHER_FUNDING}, "fk_charge_choice_id"),
        ({"county_id": "99"}, "fk_charge_"),
        ({"provider_id": NOWHERE}, "fk_charge_offering_id"),
        ({"service_id": "99"}, "fk_charge_offering_id"),
        ({"choice_id": NOWHERE}, "fk_charge_choice_id"),
        ({"offering_id": NOWHERE}, "fk_charge_offering_id"),
        ({**ALONE, "funding_id": NOWHERE}, "fk_charge_funding_id"),
        ({**ALONE, "county_id": "99"}, "fk_charge_funding_id"),
        ({**ALONE, "provider_id": NOWHERE}, "fk_charge_unoffered_provider_id"),
        ({**ALONE, "service_id": "99"}, "fk_charge_unoffered_service_id"),
        ({"county_id": "NULL"}, "ck_charge_keys"),
        ({**UNFUNDED, "state": "'refused'"}, "ck_charge_keys"),
        ({"service_id": "NULL"}, "ck_charge_keys"),
        ({}, None),
        (ALONE, None),
    ],
)  # fmt: skip
def test_the_references_of_a_charge_belong_together(
    book: Session, changes: dict[str, str], refused_by: str | None
) -> None:
    statement = copied(Charge, {"reference": "'COPY'", **changes})
    if refused_by is None:
        book.execute(statement)
        return
    with pytest.raises(DatabaseError, match=refused_by), book.begin_nested():
        book.execute(statement)


@pytest.mark.parametrize(
    ("changes", "refused_by"),
    [
        ({"funding_id": OTHER_FUNDING}, "fk_posting_choice_id"),
        ({"county_id": "99"}, "fk_posting_choice_id"),
        ({"charge_id": NOWHERE}, "fk_posting_charge_id"),
        ({"provider_id": NOWHERE}, "fk_posting_charge_id"),
        ({"choice_id": "NULL", "funding_id": NOWHERE}, "fk_posting_funding_id"),
        ({"charge_id": "NULL", "provider_id": NOWHERE}, "fk_posting_uncharged_provider_id"),
        ({"provider_id": "NULL"}, "ck_posting_keys"),
        ({"amount_cents": "1"}, None),
    ],
)
def test_the_references_of_a_posting_belong_together(
    book: Session, changes: dict[str, str], refused_by: str | None
) -> None:
    statement = copied(Posting, changes)
    if refused_by is None:
        book.execute(statement)
        return
    with pytest.raises(DatabaseError, match=refused_by), book.begin_nested():
        book.execute(statement)
