"""What the database refuses of invoices of own shares, kills while one is made, and two people at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from clearing.co_payments.actions.make_invoice import make_invoice
from clearing.co_payments.actions.mark_paid import mark_paid
from clearing.co_payments.facts.invoices import Way
from foundation.database.tables.co_payments import CoPaymentBook, CoPaymentInvoice, CoPaymentLine
from foundation.vocabulary.refusals import Refusal
from tests.actions.test_co_payments import DUE, code_of, made, read
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import NOW, TODAY
from tests.builders.killed_steps import KillableSteps


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    return a_correction_scenario(session)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE co_payment_invoice SET sum_cents = 1",
        "DELETE FROM co_payment_line",
        "UPDATE co_payment_line SET cents = 1",
        "UPDATE co_payment_receipt SET cents = 1",
        "DELETE FROM co_payment_receipt",
        "INSERT INTO co_payment_line SELECT invoice_id, charge_id, 2, 1, 0, 0 FROM co_payment_line",
        """INSERT INTO co_payment_receipt (invoice_id, cents, paid_on, way, marked_at)
        SELECT id, -1, made_on, 'bank', made_at FROM co_payment_invoice""",
    ],
)
def test_the_database_keeps_what_was_sent(scenario: CorrectionScenario, statement: str) -> None:
    scenario.charge("2.00")
    invoice = made(scenario)
    how: dict[str, Any] = {"paid_on": TODAY, "way": Way.BANK, "actor": scenario.settlement.biller, "now": NOW}
    mark_paid(scenario.session, invoice.id, cents=None, **how)
    with pytest.raises(IntegrityError), scenario.session.begin_nested():
        scenario.session.execute(text(statement))


def test_the_database_refuses_more_than_the_own_share_and_sums_that_differ(
    scenario: CorrectionScenario,
) -> None:
    key = scenario.charge("2.00")
    invoice = made(scenario)
    more = "INSERT INTO co_payment_line VALUES (:invoice, :charge, 2, :cents, 0, 0)"
    copy = (
        "INSERT INTO co_payment_invoice (county_id, provider_id, client_id, number, month, sum_cents,"
        " reference, made_on, made_at, due_on, payee_name, payee_business_id, payee_phone, payee_email, iban,"
        " bic) SELECT county_id, provider_id, client_id, 9, month, 100, '9', made_on, made_at, due_on,"
        " payee_name, payee_business_id, payee_phone, payee_email, iban, bic"
        " FROM co_payment_invoice RETURNING id"
    )
    session = scenario.session

    def stored(cents: int | None) -> None:
        with session.begin_nested():
            other = session.scalar(text(copy))
            if cents is not None:
                session.execute(text(more), {"invoice": other, "charge": key, "cents": cents})
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    for cents in (1, -1201):
        with pytest.raises(IntegrityError, match="cannot be invoiced"):
            stored(cents)
    with pytest.raises(IntegrityError, match="sum of its lines"):
        stored(None)
    assert read(scenario, invoice.id).sum_cents == 1200


@pytest.fixture
def steps(fresh_database: str) -> Iterator[KillableSteps]:
    found = KillableSteps(fresh_database)
    yield found
    found.close()


def test_killed_while_an_invoice_is_made_nothing_is_left(steps: KillableSteps) -> None:
    held: list[CorrectionScenario] = []

    def begin(session: Session) -> None:
        of = a_correction_scenario(session)
        of.charge("2.00")
        held.append(of)

    steps.commit(begin)
    [of] = held
    client_id, actor = of.funding.client_id, of.settlement.biller

    def invoice(session: Session) -> object:
        how: dict[str, Any] = {
            "client_id": client_id,
            "month": TODAY,
            "due_on": DUE,
            "actor": actor,
            "now": NOW,
        }
        return make_invoice(session, of.provider_id, **how)

    assert steps.killed(invoice, "co_payment.invoice.after_lines") != 0
    counts = [select(func.count()).select_from(table) for table in (CoPaymentInvoice, CoPaymentBook)]
    assert steps.commit(lambda session: [session.scalar(query) for query in counts]) == [0, 0]
    key = steps.commit(invoice)
    assert isinstance(key, int)
    number = steps.commit(lambda session: session.scalar(select(CoPaymentInvoice.number)))
    assert number == 1


def test_two_people_at_once_invoice_once(steps: KillableSteps) -> None:
    held: list[CorrectionScenario] = []

    def begin(session: Session) -> None:
        held.append(a_correction_scenario(session))
        held[0].charge("2.00")

    steps.commit(begin)
    client_id, actor = held[0].funding.client_id, held[0].settlement.biller
    sessions = sessionmaker(steps.engine, expire_on_commit=False)
    results: list[object] = []
    together = threading.Barrier(4)

    def invoice() -> None:
        together.wait()
        with sessions.begin() as session:
            how: dict[str, Any] = {
                "client_id": client_id,
                "month": TODAY,
                "due_on": DUE,
                "actor": actor,
                "now": NOW,
            }
            results.append(make_invoice(session, held[0].provider_id, **how))

    threads = [threading.Thread(target=invoice) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([result for result in results if isinstance(result, int)]) == 1
    assert [code_of(result) for result in results if isinstance(result, Refusal)] == ["nothing_owed"] * 3
    with sessions() as session:
        assert session.scalar(select(func.sum(CoPaymentLine.cents))) == 1200
