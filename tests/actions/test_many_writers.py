"""Fifty writers on one voucher: never a cent over, and every refusal has its code (programme M1)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.ledger.load.balances import balance_of
from clearing.plans.actions.replan_holds import replan_holds
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables import grants, ledger
from foundation.database.tables.choices import Choice
from foundation.vocabulary.roles import Actor, Role
from tests.builders import (
    NOW,
    a_charge,
    a_choice,
    a_client,
    a_county,
    a_funding,
    a_provider,
    an_offering,
)
from tests.builders.planned_visits import plan_visits

WRITERS = 50
PRICE_CENTS = 3_600
ROOM_FOR = 20


HOUR = 100


def a_tight_voucher(
    session: Session, providers: int, *, in_units: bool = False
) -> tuple[int, list[int], list[dict[str, str]]]:
    """A voucher with room for 20 charges, `providers` who may charge it, and 50 charges.

    The money limits it, or (`in_units`) the hours.
    """
    county = a_county(session)
    terms: dict[str, Any] = {"quantity_hundredths": ROOM_FOR * HOUR} if in_units else {}
    amount = (WRITERS if in_units else ROOM_FOR) * PRICE_CENTS
    funding = a_funding(session, county, a_client(session, county), amount_cents=amount, **terms)
    ids = []
    for number in range(providers):
        provider = a_provider(session, county, business_id=f"{1_000_000 + number}-{number % 10}")
        offering = an_offering(session, county, provider, price_cents=PRICE_CENTS)
        held = (PRICE_CENTS, HOUR if in_units else 0) if number == 0 else (0, 0)
        a_choice(session, funding, offering, held_cents=held[0], held_hundredths=held[1])
        ids.append(provider.id)
    sent = [
        a_charge(
            funding, quantity="1.00", service_day=f"2026-11-{1 + n % 20:02d}", start=f"{n // 20 * 4:02d}:00"
        )
        for n in range(WRITERS)
    ]
    for n, charge in enumerate(sent):
        charge["end"] = f"{n // 20 * 4 + 1:02d}:00"
    session.commit()
    return funding.id, ids, sent


def write_all(sessions: sessionmaker[Session], owners: list[int], sent: list[dict[str, str]]) -> Counter[str]:
    """All writers start together, each with a session and a transaction of its own."""
    start = Barrier(WRITERS)

    def write(number: int) -> str:
        owner = owners[number % len(owners)]
        actor = Actor(None, Role.PROVIDER_BILLER, "writer", provider_id=owner)
        start.wait()
        with sessions.begin() as session:
            [answer] = take_in_charges(session, provider_id=owner, sent=[sent[number]], actor=actor, now=NOW)
            codes = sorted(finding.code for finding in answer.findings if finding.reason.severity == "R")
        return "+".join([answer.outcome, *codes])

    with ThreadPoolExecutor(WRITERS) as pool:
        return Counter(pool.map(write, range(WRITERS)))


def check(fresh_database: str, providers: int, *, in_units: bool = False) -> None:
    engine = make_engine(fresh_database, pool_size=WRITERS)
    sessions = make_sessions(engine)
    with sessions() as session:
        funding_id, owners, sent = a_tight_voucher(session, providers, in_units=in_units)
    answers = write_all(sessions, owners, sent)
    refused = "refused+over_quantity" if in_units else "refused+over_amount"
    assert answers == {"accepted": ROOM_FOR, refused: WRITERS - ROOM_FOR}
    with sessions() as session:
        balance = balance_of(session, funding_id)
        if in_units:
            assert (balance.free_hundredths, balance.held_hundredths) == (0, 0)
            assert balance.charged_hundredths == balance.granted_hundredths == ROOM_FOR * HOUR
        else:
            assert (balance.free_cents, balance.held_cents) == (0, 0)
            assert balance.charged_cents == balance.granted_cents
        assert balance.charged_cents == ROOM_FOR * PRICE_CENTS
        charged = select(ledger.Posting.amount_cents).where(ledger.Posting.to_account == 3)
        assert sum(session.scalars(charged)) == balance.charged_cents
        assert session.get(grants.Balance, funding_id) is not None
    engine.dispose()


def test_fifty_writers_of_one_provider_never_overspend(fresh_database: str) -> None:
    check(fresh_database, providers=1)


def test_fifty_writers_of_ten_providers_never_overspend(fresh_database: str) -> None:
    check(fresh_database, providers=10)


def test_fifty_writers_never_take_units_that_are_not_left(fresh_database: str) -> None:
    check(fresh_database, providers=1, in_units=True)


def test_fifty_writers_of_a_plan_leave_what_it_still_needs(fresh_database: str) -> None:
    """Each visit holds an hour. Charges of half an hour free the rest at once; no sum falls below zero."""
    engine = make_engine(fresh_database, pool_size=WRITERS)
    sessions = make_sessions(engine)
    with sessions() as session:
        funding_id, owners, sent = a_tight_voucher(session, 1, in_units=True)
        choice = session.scalars(select(Choice)).one()
        plan_visits(
            session, choice, weekdays=range(7), start="00:00", minutes=60, first_day=date(2026, 11, 1)
        )
        replan_holds(session, funding_id, now=NOW)
        session.commit()
    for number, charge in enumerate(sent):
        if number % 2:
            charge["quantity"], charge["end"] = "0.50", f"{charge['start'][:2]}:30"
    answers = write_all(sessions, owners, sent)
    assert set(answers) <= {"accepted", "refused+over_quantity"}
    assert answers["accepted"] > ROOM_FOR
    with sessions() as session:
        assert verify_books(session).differences == ()
        before = balance_of(session, funding_id)
        assert before.charged_hundredths + before.held_hundredths <= ROOM_FOR * HOUR
        replan_holds(session, funding_id, now=NOW)
        assert verify_books(session).differences == ()
    engine.dispose()


@pytest.mark.long
def test_fifty_writers_of_ten_providers_never_take_units_that_are_not_left(fresh_database: str) -> None:
    check(fresh_database, providers=10, in_units=True)
