"""One number for what a client owes: on the pages, in the PDF, by both APIs, and in the own data."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html

from clearing.co_payments.actions.decide_returned import decide_returned
from clearing.co_payments.actions.make_invoice import credit_invoice
from clearing.co_payments.actions.mark_paid import mark_paid
from clearing.co_payments.facts.invoices import Way
from clearing.co_payments.facts.returns import ReturnChoice
from clearing.co_payments.load.invoices import invoice_by_id
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Role
from marketplace.documents.co_payment_invoice import invoice_values
from tests.builders.api import store_api_key
from tests.builders.checkouts import returned_events
from tests.builders.county import NOW, TODAY
from tests.builders.people import a_person
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient
from tests.pages.test_bill_pages import Payer, payer
from tests.pages.test_own_data import rows

__all__ = ["payer"]
SUM = re.compile(r"€\s?(\d+(?:\.\d+)?)")
BILLER = "omk_one_bill"


def part_paid(payer: Payer) -> None:
    """5 € came to the bank."""
    how: dict[str, Any] = {"paid_on": TODAY, "way": Way.BANK, "actor": payer.bill.scenario.settlement.biller}
    mark_paid(payer.session, payer.bill.invoice_id, cents=Money(500), now=NOW, **how)


def corrected(payer: Payer) -> None:
    """Half an hour less, with 5 € paid; no credit note yet."""
    part_paid(payer)
    payer.bill.scenario.correct(payer.bill.charge_id, quantity=50)


def credited(payer: Payer) -> None:
    """The same with its credit note."""
    corrected(payer)
    actor = payer.bill.scenario.settlement.biller
    credit_invoice(payer.session, payer.bill.invoice_id, actor=actor, now=NOW)


def owed_again(payer: Payer) -> None:
    """Paid by card, 5 € of it given back and owed again."""
    first = payer.bill.press(payer.bill.session_id(payer.session), "pay")
    for event in (first, *returned_events(first, [("refund", "re_1", 500, "succeeded")])):
        payer.world.take(payer.session, event)
    actor = payer.bill.scenario.settlement.biller
    decide_returned(payer.session, payer.bill.invoice_id, ReturnChoice.OWED, actor=actor, now=NOW)


def untouched(_payer: Payer) -> None:
    """As it was made."""


@pytest.mark.parametrize(
    ("happens", "open_euros"),
    [(untouched, 12.0), (part_paid, 7.0), (corrected, 4.0), (credited, 4.0), (owed_again, 5.0)],
)
def test_no_two_places_disagree_about_a_bill(
    payer: Payer, happens: Callable[[Payer], None], open_euros: float
) -> None:
    happens(payer)
    biller = a_person(payer.session, Role.PROVIDER_BILLER, provider_id=payer.bill.scenario.provider_id)
    store_api_key(payer.session, biller, BILLER)
    browser = payer.browser()
    provider = logged_in(payer.app.test_client(), payer.session, biller)
    assert open_sums(payer, browser, provider) == dict.fromkeys(PLACES, open_euros)
    assert set(made_sums(payer).values()) == {12.0}


IN_TASKS = "//main//*[self::p or self::li][contains(., 'Pay it by')]"
"""The next thing to do, or one of the other things below it."""
PLACES = ("start", "bills", "bill", "bank", "provider", "own API", "provider's API", "own data")


def open_sums(payer: Payer, browser: StrictClient, provider: StrictClient) -> dict[str, float]:
    """Return what each place says is to be paid, in euros."""
    key = payer.bill.invoice_id
    [own] = api(payer, "me/co-payments", "omk_payer")["items"]
    asked = api(payer, f"my/co-payment-invoices/{key}", BILLER)
    shown = browser.page(payer.path, lang="en").root
    return {
        "start": euros(browser.page("/oma", lang="en").root, IN_TASKS),
        "bills": euros(browser.page("/omavastuu").root, "//main//p[contains(., 'Pay it by')]/strong"),
        "bill": euros(shown, "//main//*[@class='om-price__sum']"),
        "bank": euros(shown, "//main//dl/div[dt='Sum']/dd"),
        "provider": euros(
            provider.page(f"/t/omavastuut/{key}", lang="en").root, "//main//dl/div[dt='Open']/dd"
        ),
        "own API": float(own["open"]),
        "provider's API": float(asked["open"]),
        "own data": float(own_data(payer)["bills_to_pay"][0]["sum"]),
    }


def made_sums(payer: Payer) -> dict[str, float]:
    """Return what each place says the bill was made for."""
    invoice = invoice_by_id(payer.session, payer.bill.invoice_id)
    assert invoice is not None
    [own] = api(payer, "me/co-payments", "omk_payer")["items"]
    values: Any = invoice_values(invoice, Language.EN)
    [bill] = [row for row in own_data(payer)["bills"] if row["credits"] is None]
    return {"PDF": euros_in(str(values["sum"])), "API": float(own["sum"]), "own data": float(bill["sum"])}


def own_data(payer: Payer) -> dict[str, list[dict[str, Any]]]:
    document = api(payer, "me/data", "omk_payer")
    return {kind: rows(document, kind) for kind in ("bills", "bills_to_pay")}


def api(payer: Payer, path: str, key: str) -> Any:
    headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}
    answer = payer.app.test_client().get(f"/api/v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def euros(root: html.HtmlElement, path: str) -> float:
    [found] = root.xpath(path)[:1]
    return euros_in(found.text_content())


def euros_in(text: str) -> float:
    found = SUM.search(text.replace("\xa0", " "))
    assert found is not None, text
    return float(found[1])
