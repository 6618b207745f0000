"""The invoices of all clients for a month, by the API and on the page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.test_co_payments import MONTH, STRANGER, InvoiceApi, invoice_api
from tests.builders.county import TODAY
from tests.builders.months_of_bills import two_more_clients

__all__ = ["invoice_api"]


@pytest.fixture
def month(invoice_api: InvoiceApi) -> InvoiceApi:
    """Three clients owe 12 € each for November."""
    two_more_clients(invoice_api.session, invoice_api.scenario)
    invoice_api.session.commit()
    return invoice_api


def test_the_api_shows_the_sums_and_makes_all(month: InvoiceApi) -> None:
    shown = month.ask("GET", f"co-payments/{MONTH}").get_json()
    assert (shown["total"], [each["to_invoice"] for each in shown["items"]]) == ("36.00", ["12.00"] * 3)
    sent = {"month": MONTH, "total": "35.00"}
    refused = month.ask("POST", "co-payment-invoices/month", sent)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "total_changed")
    made = month.ask("POST", "co-payment-invoices/month", {"month": MONTH, "total": "36.00"})
    assert made.status_code == 201
    assert [each["sum"] for each in made.get_json()["items"]] == ["12.00"] * 3
    again = month.ask("POST", "co-payment-invoices/month", {"month": MONTH})
    assert again.get_json()["code"] == "nothing_owed"
    assert month.ask("GET", f"co-payments/{MONTH}").get_json()["items"] == []
    assert month.ask("GET", f"co-payments/{MONTH}", key=STRANGER).get_json()["total"] == "0.00"


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"month": "2026-13"}, "month", "field_malformed"),
        ({}, "month", "field_required"),
        ({"month": MONTH, "due_on": TODAY.isoformat()}, "due_on", "due_too_soon"),
        ({"month": MONTH, "total": "much"}, "total", "field_malformed"),
    ],
)
def test_a_wrong_field_is_named(month: InvoiceApi, sent: dict[str, str], field: str, code: str) -> None:
    answer = month.ask("POST", "co-payment-invoices/month", sent)
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.get_json()["errors"]] == [(field, code)]
    assert month.ask("GET", "co-payments/2026-13").status_code == 404


def test_the_page_makes_all_with_one_press(month: InvoiceApi) -> None:
    browser = month.browser()
    listed = browser.page("/t/omavastuut", lang="en")
    [path] = listed.root.xpath("//main//a[contains(@href, '/kuukausi/')]/@href")
    assert path == f"/t/omavastuut/kuukausi/{MONTH}"
    shown = browser.page(path)
    assert "3 clients, €36.00 in all" in shown.texts("main")
    wrong = browser.send(shown, {"due_on": f"{TODAY:%d.%m.%Y}"}, status=422)
    assert "Give the client at least a week" in wrong.texts()
    assert wrong.one("input[@name='due_on']").get("value") == f"{TODAY:%d.%m.%Y}"
    due = {"due_on": f"{TODAY + timedelta(days=20):%d.%m.%Y}"}
    changed = browser.send(shown, {**due, "total": ""}, status=422)
    assert "The sums have changed meanwhile" in changed.texts()
    done = browser.send(changed, due)
    assert "3 invoices are made." in done.texts()
    late = browser.send(shown, due, status=422)
    assert "owes nothing for that month" in late.texts()
    for language in ("fi", "sv", "fi-x-selko"):
        browser.page(path, lang=language)
    assert browser.web.get("/t/omavastuut/kuukausi/2026-13").status_code == 404
