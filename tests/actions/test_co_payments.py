"""Invoices of own shares in the book: made once, credited after corrections, and never changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.co_payments.actions.make_invoice import credit_invoice, make_invoice
from clearing.co_payments.actions.mark_paid import mark_paid, take_back_mark
from clearing.co_payments.facts.invoices import Invoice, InvoiceState, Way
from clearing.co_payments.load.invoices import invoice_by_id, invoices_of_client
from clearing.co_payments.load.shares import own_shares, shares_of_client
from clearing.co_payments.rules.owing import owed_by_month
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.charges import Charge
from foundation.database.tables.co_payments import CoPaymentInvoice
from foundation.vocabulary.identifiers import parse_reference_number
from foundation.vocabulary.refusals import Refusal
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import NOW, TODAY

DUE = TODAY + timedelta(days=14)


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    return a_correction_scenario(session)


def make(of: CorrectionScenario, session: Session | None = None) -> int | Refusal:
    return make_invoice(
        session or of.session,
        of.provider_id,
        client_id=of.funding.client_id,
        month=TODAY,
        due_on=DUE,
        actor=of.settlement.biller,
        now=NOW,
    )


def made(of: CorrectionScenario) -> Invoice:
    key = make(of)
    assert isinstance(key, int), key
    return read(of, key)


def read(of: CorrectionScenario, key: int) -> Invoice:
    found = invoice_by_id(of.session, key)
    assert found is not None
    return found


def owed(of: CorrectionScenario) -> tuple[int, ...]:
    [each] = owed_by_month(own_shares(of.session, of.provider_id))
    return each.own_cents, each.invoiced_cents, each.to_invoice_cents, each.to_credit_cents


def code_of(result: object) -> str:
    assert isinstance(result, Refusal)
    return result.code


def test_an_invoice_holds_what_is_owed_once(scenario: CorrectionScenario) -> None:
    scenario.charge("2.00")
    scenario.charge("1.00", TODAY - timedelta(days=2))
    assert owed(scenario) == (1800, 0, 1800, 0)
    invoice = made(scenario)
    assert (invoice.sum_cents, invoice.open_cents, invoice.number) == (1800, 1800, 1)
    assert [(line.cents, line.quantity) for line in invoice.lines] == [(600, 100), (1200, 200)]
    assert parse_reference_number(invoice.reference) == invoice.reference
    assert owed(scenario) == (1800, 1800, 0, 0)
    assert code_of(make(scenario)) == "nothing_owed"
    scenario.charge("1.00", TODAY - timedelta(days=3))
    assert (made(scenario).sum_cents, made_count(scenario)) == (600, 2)
    assert verify_books(scenario.session).differences == ()


def made_count(of: CorrectionScenario) -> int:
    return of.session.scalar(select(func.count()).select_from(CoPaymentInvoice)) or 0


@pytest.mark.parametrize("settled", [False, True])
def test_a_correction_before_the_invoice_is_part_of_it(scenario: CorrectionScenario, settled: bool) -> None:
    key = scenario.charge("2.00")
    if settled:
        scenario.settle()
    scenario.correct(key, quantity=50)
    invoice = made(scenario)
    assert [(line.cents, line.quantity) for line in invoice.lines] == [(900, 150)]


@pytest.mark.parametrize("settled", [False, True])
def test_a_correction_afterwards_is_a_credit_note_and_the_invoice_stays(
    scenario: CorrectionScenario, settled: bool
) -> None:
    key = scenario.charge("2.00")
    if settled:
        scenario.settle()
    before = made(scenario)
    correction = scenario.correct(key, quantity=50)
    assert owed(scenario) == (900, 1200, 0, -300)
    seen = read(scenario, before.id)
    assert (seen.sum_cents, seen.open_cents, seen.to_credit_cents) == (1200, 900, -300)
    credit_invoice(scenario.session, before.id, actor=scenario.settlement.biller, now=NOW)
    after = read(scenario, before.id)
    assert (after.lines, after.sum_cents, after.reference) == (before.lines, 1200, before.reference)
    assert [(note.number, note.sum_cents) for note in after.credits] == [(2, -300)]
    assert after.open_cents == 900
    again = credit_invoice(scenario.session, before.id, actor=scenario.settlement.biller, now=NOW)
    assert code_of(again) == "nothing_to_credit"
    scenario.correct(correction)
    assert owed(scenario) == (1200, 900, 300, 0)
    assert made(scenario).sum_cents == 300


def test_a_withdrawn_charge_is_credited_whole(scenario: CorrectionScenario) -> None:
    key = scenario.charge("2.00")
    invoice = made(scenario)
    withdraw_charge(scenario.session, key, why="Väärä", actor=scenario.settlement.biller, now=NOW)
    credit_invoice(scenario.session, invoice.id, actor=scenario.settlement.biller, now=NOW)
    after = read(scenario, invoice.id)
    assert (after.open_cents, after.state(TODAY)) == (0, InvoiceState.CREDITED)


def test_what_is_disputed_waits_on_both_sides(scenario: CorrectionScenario) -> None:
    key = scenario.charge("2.00")
    scenario.session.execute(text("UPDATE charge SET state = 'on_hold' WHERE id = :id"), {"id": key})
    assert code_of(make(scenario)) == "nothing_owed"
    scenario.session.execute(text("UPDATE charge SET state = 'accepted' WHERE id = :id"), {"id": key})
    invoice = made(scenario)
    scenario.session.execute(text("UPDATE charge SET state = 'on_hold' WHERE id = :id"), {"id": key})
    seen = read(scenario, invoice.id)
    assert (seen.waits, seen.open_cents) == (True, 1200)
    assert code_of(credit(scenario, invoice.id)) == "nothing_to_credit"


def credit(of: CorrectionScenario, key: int) -> object:
    return credit_invoice(of.session, key, actor=of.settlement.biller, now=NOW)


def test_a_service_free_of_charge_owes_nothing(session: Session) -> None:
    of = a_correction_scenario(session, free_of_charge=True)
    assert of.send().outcome == "refused"
    assert own_shares(session, of.provider_id) == []


def test_an_unconfirmed_account_and_a_near_day_are_refused(scenario: CorrectionScenario) -> None:
    scenario.charge("2.00")
    who: dict[str, Any] = {
        "client_id": scenario.funding.client_id,
        "month": TODAY,
        "actor": scenario.settlement.biller,
    }
    near = make_invoice(
        scenario.session, scenario.provider_id, due_on=TODAY + timedelta(days=6), now=NOW, **who
    )
    assert code_of(near) == "due_too_soon"
    scenario.session.execute(text("UPDATE bank_account SET confirmed_at = NULL, confirmed_by = NULL"))
    assert code_of(make(scenario)) == "account_not_confirmed"


def test_money_is_marked_and_a_mistake_taken_back(scenario: CorrectionScenario) -> None:
    scenario.charge("2.00")
    invoice = made(scenario)
    how: dict[str, Any] = {"paid_on": TODAY, "way": Way.BANK, "actor": scenario.settlement.biller, "now": NOW}
    part = mark_paid(scenario.session, invoice.id, cents=500, **how)
    assert isinstance(part, int)
    assert read(scenario, invoice.id).open_cents == 700
    assert isinstance(mark_paid(scenario.session, invoice.id, cents=None, **how), int)
    assert read(scenario, invoice.id).state(TODAY) is InvoiceState.PAID
    assert code_of(mark_paid(scenario.session, invoice.id, cents=None, **how)) == "nothing_open"
    undo: dict[str, Any] = {"actor": scenario.settlement.biller, "now": NOW}
    assert take_back_mark(scenario.session, invoice.id, part, **undo) is None
    assert read(scenario, invoice.id).open_cents == 500
    assert code_of(take_back_mark(scenario.session, invoice.id, part, **undo)) == "receipt_unknown"
    assert code_of(mark_paid(scenario.session, 0, cents=1, **how)) == "invoice_unknown"


def test_a_client_owes_what_the_charges_say(scenario: CorrectionScenario) -> None:
    first, _ = scenario.charge("2.00"), scenario.charge("1.00", TODAY - timedelta(days=2))
    scenario.correct(first, quantity=50)
    made(scenario)
    client_id = scenario.funding.client_id
    own = sum(share.owed_cents for share in shares_of_client(scenario.session, client_id))
    by_charges = scenario.session.scalar(
        select(func.sum(Charge.co_payment_cents)).where(Charge.state == "accepted")
    )
    assert own == by_charges == 1500
    assert sum(each.open_cents for each in invoices_of_client(scenario.session, client_id)) == own
