"""Invoices of own shares by the API and on the provider's pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.co_payments import CoPaymentInvoice
from foundation.database.tables.counties import County
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_person
from tests.builders.api import application_on, sessions_on, store_api_key
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import TODAY
from tests.builders.provider import a_provider
from tests.pages.logged_in import logged_in, logged_in_by_key
from tests.pages.strict import StrictClient

BILLER, STRANGER = "omk_biller", "omk_stranger"
MONTH = f"{TODAY:%Y-%m}"


class InvoiceApi:
    """A provider to which a client owes 12 € for November."""

    def __init__(
        self, web: FlaskClient, session: Session, scenario: CorrectionScenario, biller: Actor
    ) -> None:
        self.web, self.session, self.scenario, self.biller = web, session, scenario, biller
        self.charge_id = scenario.charge("2.00")
        self.number = session.get_one(Client, scenario.funding.client_id).number
        session.commit()

    def ask(self, method: str, path: str, body: object = None, key: str = BILLER, **headers: str) -> Any:
        """Send a request with a key."""
        bearer = {"Authorization": f"Bearer {key}", "Accept-Language": "en", **headers}
        return self.web.open(f"/api/v1/my/{path}", method=method, json=body, headers=bearer)

    def make(self, **more: object) -> Any:
        """Invoice the month."""
        sent = {"county": "12", "client": self.number, "month": MONTH, **more}
        return self.ask("POST", "co-payment-invoices", sent)

    def browser(self) -> StrictClient:
        """Return the biller's browser."""
        return logged_in(self.web, self.session, self.biller)


@pytest.fixture
def invoice_api(fresh_database: str, tmp_path: Path) -> Iterator[InvoiceApi]:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_correction_scenario(session)
        county = session.get_one(County, scenario.settlement.county.id)
        biller = a_person(session, Role.PROVIDER_BILLER, provider_id=scenario.provider_id)
        other = a_provider(session, county, business_id="2345678-0", name="Toinen Oy")
        stranger = a_person(session, Role.PROVIDER_BILLER, name="Vieras", provider_id=other.id)
        for key, person in ((BILLER, biller), (STRANGER, stranger)):
            store_api_key(session, person, key)
        session.commit()
        web = application_on(sessions, tmp_path).test_client()
        yield InvoiceApi(web, session, scenario, biller)
        session.rollback()
        assert verify_books(session).differences == ()


def test_what_is_owed_is_invoiced_marked_as_paid_and_credited(invoice_api: InvoiceApi) -> None:
    [owed] = invoice_api.ask("GET", "co-payments").get_json()["items"]
    assert (owed["client"], owed["month"], owed["to_invoice"]) == (invoice_api.number, MONTH, "12.00")
    answer = invoice_api.make()
    invoice = answer.get_json()
    assert (answer.status_code, invoice["sum"], invoice["state"]) == (201, "12.00", "open")
    assert invoice["due_on"] == (TODAY + timedelta(days=14)).isoformat()
    assert invoice["lines"][0] | {"charge": 0} == {
        "charge": 0,
        "service_day": (TODAY - timedelta(days=1)).isoformat(),
        "service": "PERSONAL_ASSISTANCE",
        "unit": "hour",
        "quantity": "2.00",
        "sum": "12.00",
        "vat_rate": "0.00",
    }
    assert invoice_api.make().get_json()["code"] == "nothing_owed"
    path = f"co-payment-invoices/{invoice['id']}"
    assert invoice_api.ask("GET", path).get_json() == invoice
    assert invoice_api.ask("GET", "co-payment-invoices").get_json()["items"] == [invoice]
    part = invoice_api.ask("POST", f"{path}/receipts", {"paid_on": TODAY.isoformat(), "amount": "5.00"})
    assert (part.status_code, part.get_json()["open"]) == (201, "7.00")
    receipt = part.get_json()["receipts"][0]["id"]
    assert invoice_api.ask("DELETE", f"{path}/receipts/{receipt}").get_json()["open"] == "12.00"
    assert invoice_api.ask("DELETE", f"{path}/receipts/{receipt}").status_code == 404
    assert invoice_api.ask("POST", f"{path}/credit").get_json()["code"] == "nothing_to_credit"
    invoice_api.scenario.correct(invoice_api.charge_id, quantity=50)
    invoice_api.session.commit()
    assert invoice_api.ask("GET", path).get_json()["to_credit"] == "-3.00"
    credited = invoice_api.ask("POST", f"{path}/credit").get_json()
    assert (credited["sum"], credited["credited"], credited["open"]) == ("12.00", "-3.00", "9.00")
    note = credited["credit_notes"][0]["id"]
    for address in (f"{path}.pdf", f"co-payment-credit-notes/{note}.pdf"):
        with pikepdf.open(io.BytesIO(invoice_api.ask("GET", address).data)) as file:
            assert file.Root.MarkInfo.Marked


def test_the_same_key_makes_one_invoice(invoice_api: InvoiceApi) -> None:
    sent = {"county": "12", "client": invoice_api.number, "month": MONTH}
    key = {"Idempotency-Key": "a-1"}
    answers = [invoice_api.ask("POST", "co-payment-invoices", sent, **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert invoice_api.session.scalar(select(func.count()).select_from(CoPaymentInvoice)) == 1


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"client": "C-999999"}, "client", "client_unknown"),
        ({"county": "99"}, "client", "client_unknown"),
        ({"month": "2026-13"}, "month", "field_malformed"),
        ({"month": "marraskuu"}, "month", "field_malformed"),
        ({"due_on": (TODAY + timedelta(days=6)).isoformat()}, "due_on", "due_too_soon"),
        ({"due_on": (TODAY + timedelta(days=91)).isoformat()}, "due_on", "due_too_late"),
        ({"due_on": "soon"}, "due_on", "field_malformed"),
        ({"sum": "1.00"}, "sum", "field_unknown"),
    ],
)
def test_a_wrong_field_is_named(invoice_api: InvoiceApi, more: dict[str, str], field: str, code: str) -> None:
    answer = invoice_api.make(**more)
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.get_json()["errors"]] == [(field, code)]


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({}, "paid_on", "field_required"),
        ({"paid_on": (TODAY + timedelta(days=1)).isoformat()}, "paid_on", "paid_in_future"),
        ({"paid_on": "2026-01-01"}, "paid_on", "paid_too_early"),
        ({"paid_on": TODAY.isoformat(), "amount": "12.01"}, "amount", "paid_too_much"),
        ({"paid_on": TODAY.isoformat(), "amount": "0"}, "amount", "paid_nothing"),
        ({"paid_on": TODAY.isoformat(), "way": "stripe"}, "way", "field_not_a_choice"),
    ],
)
def test_a_wrong_payment_is_named(
    invoice_api: InvoiceApi, sent: dict[str, str], field: str, code: str
) -> None:
    key = invoice_api.make().get_json()["id"]
    answer = invoice_api.ask("POST", f"co-payment-invoices/{key}/receipts", sent)
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.get_json()["errors"]] == [(field, code)]


def test_another_provider_finds_nothing(invoice_api: InvoiceApi) -> None:
    key = invoice_api.make().get_json()["id"]
    paths = [
        ("GET", ""),
        ("GET", ".pdf"),
        ("POST", "/credit"),
        ("POST", "/receipts"),
        ("DELETE", "/receipts/1"),
    ]
    found = [
        invoice_api.ask(method, f"co-payment-invoices/{key}{end}", {}, STRANGER).status_code
        for method, end in paths
    ]
    assert found == [404] * len(paths)
    assert invoice_api.ask("GET", "co-payments", key=STRANGER).get_json()["items"] == []
    sent = {"county": "12", "client": invoice_api.number, "month": MONTH}
    answer = invoice_api.ask("POST", "co-payment-invoices", sent, STRANGER)
    assert answer.get_json()["errors"][0]["code"] == "client_unknown"


def test_the_client_sees_who_invoiced(invoice_api: InvoiceApi) -> None:
    invoice_api.make()
    looks = select(AuditEvent.act).where(AuditEvent.client_id == invoice_api.scenario.funding.client_id)
    acts = set(invoice_api.session.scalars(looks))
    assert {"co_payment.invoice", "client.look"} <= acts


def test_the_pages_make_an_invoice_mark_it_and_credit_it(invoice_api: InvoiceApi) -> None:
    browser, client_id = invoice_api.browser(), invoice_api.scenario.funding.client_id
    assert "Own shares of clients" in browser.page("/t/tilitykset", lang="en").texts()
    path = f"/t/omavastuut/uusi/{client_id}/{MONTH}"
    [link] = browser.page("/t/omavastuut").root.xpath("//main//td/a/@href")
    assert link == path
    new = browser.page(path)
    wrong = browser.send(new, {"due_on": f"{TODAY:%d.%m.%Y}"}, status=422)
    assert "Give the client at least a week" in wrong.texts()
    assert wrong.one("input[@name='due_on']").get("value") == f"{TODAY:%d.%m.%Y}"
    shown = browser.send(new, {"due_on": f"{TODAY + timedelta(days=20):%d.%m.%Y}"})
    assert "Not paid yet" in shown.texts()
    mark = {"paid_on": f"{TODAY:%d.%m.%Y}", "cents": "12,50", "way": "bank"}
    refused = browser.send(shown, mark, status=422)
    assert "That is more than what is open" in refused.texts()
    assert refused.one("input[@name='cents']").get("value") == "12,50"
    paid = browser.send(shown, {**mark, "cents": ""})
    assert "Paid" in paid.texts("main")
    invoice_api.scenario.correct(invoice_api.charge_id, quantity=50)
    invoice_api.session.commit()
    corrected = browser.page(paid.path)
    assert "Give €3.00 back" in corrected.texts("main")
    credited = browser.send(corrected, form=0)
    assert "Credit note 2" in credited.texts("main")
    back = browser.send(credited, form=0)
    assert "The mark is taken back." in back.texts()
    for pdf in back.root.xpath("//main//a[contains(@href, '.pdf')]/@href"):
        assert browser.web.get(pdf).mimetype == "application/pdf"


def test_pages_of_another_provider_are_not_there(invoice_api: InvoiceApi) -> None:
    key, client_id = invoice_api.make().get_json()["id"], invoice_api.scenario.funding.client_id
    browser = logged_in_by_key(invoice_api.web, invoice_api.session, STRANGER)
    for path in (f"{key}", f"{key}.pdf", f"uusi/{client_id}/{MONTH}", "uusi/1/2026-13", "hyvitys/1.pdf"):
        assert browser.web.get(f"/t/omavastuut/{path}").status_code == 404
