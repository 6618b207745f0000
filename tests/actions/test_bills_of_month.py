"""All invoices of a month at once: each once, whoever presses, and whenever the program dies."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from clearing.co_payments.actions.make_invoices_of_month import make_invoices_of_month
from clearing.co_payments.actions.mark_paid import mark_paid
from clearing.co_payments.actions.tell_of_bills import is_to_be_paid, tell_of_bills
from clearing.co_payments.facts.invoices import Way
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.charges import Charge
from foundation.database.tables.co_payments import CoPaymentInvoice, CoPaymentNotice
from foundation.database.tables.disputes import Dispute
from foundation.database.tables.outbox import OutboxMessage
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from tests.actions.test_co_payments import DUE
from tests.builders.co_payments import an_invoice
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import NOW, TODAY
from tests.builders.killed_steps import KillableSteps
from tests.builders.months_of_bills import two_more_clients
from tests.builders.people import a_person

TOTAL = Money(3_600)


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    return a_month(session)


def a_month(session: Session) -> CorrectionScenario:
    scenario = a_correction_scenario(session)
    scenario.charge("2.00")
    two_more_clients(session, scenario)
    return scenario


def make_all(session: Session, of: CorrectionScenario, total: Money | None = TOTAL) -> list[int] | Refusal:
    return make_invoices_of_month(
        session,
        of.provider_id,
        month=TODAY,
        due_on=DUE,
        total_cents=total,
        actor=of.settlement.biller,
        now=NOW,
    )


def invoices(session: Session) -> list[tuple[int, int]]:
    query = select(CoPaymentInvoice.number, CoPaymentInvoice.sum_cents).order_by(CoPaymentInvoice.number)
    return [(number, cents) for number, cents in session.execute(query)]


def mails(session: Session, kind: str) -> list[str]:
    query = select(OutboxMessage).where(OutboxMessage.key.startswith(f"bill_{kind}:"))
    return [message.body["to"] for message in session.scalars(query.order_by(OutboxMessage.id))]


def test_each_client_gets_one_invoice(session: Session, scenario: CorrectionScenario) -> None:
    done = make_all(session, scenario)
    assert not isinstance(done, Refusal)
    assert len(done) == 3
    assert invoices(session) == [(1, 1_200), (2, 1_200), (3, 1_200)]
    again = make_all(session, scenario)
    assert isinstance(again, Refusal)
    assert again.code == "nothing_owed"
    assert verify_books(session).differences == ()


def test_another_sum_than_was_seen_makes_nothing(session: Session, scenario: CorrectionScenario) -> None:
    scenario.charge("1.00", TODAY - timedelta(days=2))
    done = make_all(session, scenario)
    assert isinstance(done, Refusal)
    assert (done.code, invoices(session)) == ("total_changed", [])
    assert not isinstance(make_all(session, scenario, None), Refusal)


def test_killed_and_pressed_by_two_people_each_bill_is_made_once(fresh_database: str) -> None:
    steps, held = KillableSteps(fresh_database), []
    steps.commit(lambda session: held.append(a_month(session)))
    [scenario] = held
    for point in ("co_payment.invoice.after_lines", "co_payment.month.after_invoice"):
        assert steps.killed(lambda session: make_all(session, scenario), point) != 0
        assert steps.commit(invoices) == []
    results: list[list[int] | Refusal] = []
    sessions, start = sessionmaker(steps.engine, expire_on_commit=False), threading.Barrier(3)

    def press() -> None:
        start.wait()
        with sessions.begin() as session:
            results.append(make_all(session, scenario))

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(result, Refusal) for result in results) == [False, True, True]
    assert steps.commit(invoices) == [(1, 1_200), (2, 1_200), (3, 1_200)]
    steps.close()


def test_a_dispute_in_the_middle_neither_halves_the_bills_nor_changes_the_sum(fresh_database: str) -> None:
    """The last client disputes all of it while the first bill is written: the sum shown is billed."""
    steps, held = KillableSteps(fresh_database), []
    steps.commit(lambda session: held.append(a_month(session)))
    [scenario] = held
    disputed: list[int] = []

    def dispute(*of: Any) -> None:
        if disputed or "INSERT INTO co_payment_invoice" not in of[2]:
            return
        with Session(steps.engine) as session, session.begin():
            charge = session.scalars(select(Charge).order_by(Charge.id.desc())).first()
            assert charge is not None
            disputed.append(charge.id)
            row = {"county_id": charge.county_id, "charge_id": charge.id, "provider_id": charge.provider_id}
            session.add(Dispute(**row, turn="county", claimed_at=NOW, entries=1))

    event.listen(steps.engine, "after_cursor_execute", dispute)
    done = steps.commit(lambda session: make_all(session, scenario))
    assert (len(disputed), isinstance(done, Refusal)) == (1, False)
    assert steps.commit(invoices) == [(1, 1_200), (2, 1_200), (3, 1_200)]
    steps.close()


def test_who_has_a_mail_address_is_told_once_that_a_bill_came(
    session: Session, scenario: CorrectionScenario
) -> None:
    client_id = scenario.funding.client_id
    person = a_person(session, Role.CLIENT, client_id=client_id)
    make_all(session, scenario)
    assert [tell_all(session), tell_all(session)] == [3, 0]
    [address] = mails(session, "new")
    assert person.name not in address
    texts = session.scalars(select(OutboxMessage.body).where(OutboxMessage.key.startswith("bill_")))
    assert all("12" not in body["text"] and "Kotiapu" not in body["text"] for body in texts)


def test_a_bill_that_is_open_after_its_due_day_is_reminded_of_once(
    session: Session, scenario: CorrectionScenario
) -> None:
    a_person(session, Role.CLIENT, client_id=scenario.funding.client_id)
    made = make_all(session, scenario)
    assert not isinstance(made, Refusal)
    own = session.scalars(
        select(CoPaymentInvoice.id).where(CoPaymentInvoice.client_id == scenario.funding.client_id)
    ).one()
    paid = next(key for key in made if key != own)
    how = {"paid_on": TODAY, "way": Way.BANK, "actor": scenario.settlement.biller, "now": NOW}
    mark_paid(session, paid, cents=None, **how)  # type: ignore[arg-type]
    assert tell_all(session) == 2
    assert tell_all(session, 14) == 0
    assert [tell_all(session, 15), tell_all(session, 16)] == [2, 0]
    assert (len(mails(session, "late")), len(mails(session, "new"))) == (1, 1)


def test_what_is_paid_is_not_reminded_of(session: Session, scenario: CorrectionScenario) -> None:
    make_all(session, scenario)
    tell_all(session)
    for key in session.scalars(select(CoPaymentInvoice.id)):
        how = {"paid_on": TODAY, "way": Way.BANK, "actor": scenario.settlement.biller, "now": NOW}
        mark_paid(session, key, cents=Money(1_200), **how)  # type: ignore[arg-type]
    assert tell_all(session, 20) == 0


@pytest.mark.parametrize(
    ("more", "asked"),
    [({}, True), ({"waits": True}, False), ({"to_credit_cents": Money(-1_800)}, False)],
)
def test_what_is_looked_into_or_credited_is_not_asked_for(more: dict[str, Any], asked: bool) -> None:
    assert is_to_be_paid(an_invoice(**more)) is asked


def tell_all(session: Session, days: int = 0) -> int:
    """Run the job as the timetable does; return how many notices were new."""
    before, last = notices(session), 0
    while (done := tell_of_bills(session, after=last, now=NOW + timedelta(days=days), most=2)) is not None:
        last = done
    return notices(session) - before


def notices(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CoPaymentNotice)) or 0
