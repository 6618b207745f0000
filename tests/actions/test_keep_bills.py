"""Card payments that came to nothing go after two years, others and the bills themselves never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from clearing.upkeep.actions.apply_retention import apply_retention
from foundation.database.session import SYSTEM_ROLE, make_engine, make_sessions
from foundation.database.tables.co_payments import CoPaymentCheckout
from foundation.database.tables.stripe import StripeAccount
from tests.actions.test_apply_retention import dispute
from tests.builders.client_api import ClientApi
from tests.builders.co_payments import store_bill
from tests.builders.county import NOW, TODAY

DAY_AFTER = date(2028, 11, 22)
TABLES = ("co_payment_invoice", "co_payment_line", "co_payment_receipt", "co_payment_checkout")


@pytest.fixture
def system(client_api: ClientApi) -> Iterator[sessionmaker[Session]]:
    """Sessions with the rights of jobs; a bill has a card payment that failed, and one that was paid."""
    session = client_api.session
    bill = store_bill(session, client_api.charge)
    row = session.execute(text("SELECT county_id, provider_id FROM co_payment_invoice LIMIT 1")).one()
    account = StripeAccount(
        county_id=row[0], provider_id=row[1], account="acct_kept", live=False, made_at=NOW, seen_at=NOW
    )
    session.add(account)
    session.flush()
    for number, state in enumerate(("failed", "paid"), 1):
        names = {"number": number, "key": f"k{number}", "session": f"cs_{number}", "state": state}
        whose = {"invoice_id": bill["invoice_id"], "county_id": row[0], "stripe_account_id": account.id}
        session.add(CoPaymentCheckout(**names, **whose, cents=500, made_at=NOW, changed_at=NOW))
    session.commit()
    engine = make_engine(client_api.database_url, role=SYSTEM_ROLE)
    yield make_sessions(engine)
    engine.dispose()


def counts(api: ClientApi) -> list[int]:
    api.session.rollback()
    return [api.session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in TABLES]


def test_what_came_to_nothing_goes_and_the_bill_stays(
    client_api: ClientApi, system: sessionmaker[Session]
) -> None:
    apply_retention(system, now=NOW + (date(2028, 11, 21) - TODAY))
    assert counts(client_api) == [2, 2, 1, 2]
    apply_retention(system, now=NOW + (DAY_AFTER - TODAY))
    assert counts(client_api) == [2, 2, 1, 1]
    apply_retention(system, now=NOW + (date(2099, 1, 1) - TODAY))
    assert counts(client_api) == [2, 2, 1, 1]


def test_an_open_dispute_holds_it(client_api: ClientApi, system: sessionmaker[Session]) -> None:
    dispute(client_api, "county")
    apply_retention(system, now=NOW + (DAY_AFTER - TODAY))
    assert counts(client_api)[-1] == 2
    dispute(client_api, "closed")
    apply_retention(system, now=NOW + (DAY_AFTER - TODAY))
    assert counts(client_api)[-1] == 1
