"""A client opens a bill, pays it at Stripe as the loopback plays it, and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.payments.gateways.stripe_rails import StripeRails
from foundation.database.tables.co_payments import CoPaymentReceipt
from foundation.vocabulary.roles import Actor, Role
from foundation.web.state import EXTENSION
from tests.builders.api import application_on, sessions_on, store_api_key
from tests.builders.checkouts import Bill, a_bill
from tests.builders.people import a_person
from tests.builders.stripe import KEYS, StripeWorld, a_stripe_world, signed
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage
from worlds.stripe_loopback.pages import pages

LANGUAGES = ("fi", "sv", "en", "fi-x-selko")


@dataclass
class Payer:
    """The application, a client with a bill of 12 €, and Stripe as the loopback plays it."""

    app: Flask
    session: Session
    world: StripeWorld
    bill: Bill
    client: Actor

    @property
    def path(self) -> str:
        return f"/omavastuu/{self.bill.invoice_id}"

    def browser(self) -> StrictClient:
        self.session.commit()
        return logged_in(self.app.test_client(), self.session, self.client)

    def at_stripe(self, page: StrictPage, button: str) -> str:
        """Follow the page's link and press a button there; return the path to which it leads."""
        [link] = page.root.xpath("//main//a[contains(@href, '/checkout/')]/@href")
        answer = requests.post(link, data={"do": button}, allow_redirects=False, timeout=10)
        assert answer.status_code == 303
        return "/" + answer.headers["Location"].split("/", 3)[3]

    def receipts(self) -> int:
        self.session.rollback()
        return self.session.scalar(select(func.count(CoPaymentReceipt.id))) or 0


@pytest.fixture
def payer(fresh_database: str, tmp_path: Path) -> Iterator[Payer]:
    with a_stripe_world() as world, sessions_on(fresh_database) as sessions, sessions() as session:
        world.loopback.page = pages
        bill = a_bill(session, world)
        client = a_person(session, Role.CLIENT, client_id=bill.scenario.funding.client_id)
        store_api_key(session, client, "omk_payer")
        session.commit()
        app = application_on(sessions, tmp_path)
        app.extensions[EXTENSION].outside[StripeRails] = StripeRails((KEYS,), {"12": world.rail})
        yield Payer(app, session, world, bill, client)
        session.rollback()


def test_a_bill_is_read_and_paid_once(payer: Payer) -> None:
    browser = payer.browser()
    assert "You have a bill to pay" in browser.page("/oma", lang="en").texts("main")
    listed = browser.page("/omavastuu")
    assert "Pay €12" in listed.texts("main")
    shown = browser.page(payer.path)
    assert "FI14 1009 3000 1234 58" in shown.texts("main")
    asked = browser.send(shown)
    assert "You pay on the page of Stripe." in asked.texts("main")
    back = payer.at_stripe(asked, "pay")
    assert "Thank you. The bill is paid." in browser.page(browser.web.get(back).headers["Location"]).texts()
    event = payer.world.books.events[-1]
    payload, header = signed(event, payer.world.now)
    for _ in range(2):
        answer = browser.web.post("/stripe/events", data=payload, headers={"Stripe-Signature": header})
        assert answer.status_code == 200
    assert payer.receipts() == 1
    paid = browser.page(payer.path)
    assert "Thank you. You have paid this bill." in paid.texts("main")
    assert paid.root.xpath("//main//form") == []


def test_a_payer_who_cancels_has_not_paid(payer: Payer) -> None:
    browser = payer.browser()
    asked = browser.send(browser.page(payer.path, lang="en"))
    assert payer.at_stripe(asked, "cancel").partition("?")[0] == payer.path
    answer = browser.web.get(f"{payer.path}/palaa")
    assert "You have not paid yet." in browser.page(answer.headers["Location"]).texts()
    assert "Not paid yet" in browser.page(payer.path).texts("main")
    again = browser.send(browser.page(payer.path))
    assert payer.at_stripe(again, "promise") == f"{payer.path}/palaa"
    answer = browser.web.get(f"{payer.path}/palaa")
    assert "Your bank still has to answer." in browser.page(answer.headers["Location"]).texts()
    waiting = browser.send(browser.page(payer.path))
    assert "Your bank has not answered yet." in waiting.texts()
    assert payer.receipts() == 0


def test_stripe_that_does_not_answer_leaves_the_bill(payer: Payer) -> None:
    browser = payer.browser()
    shown = browser.page(payer.path, lang="en")
    payer.world.loopback.stop()
    assert "The payment page did not answer. You have not paid." in browser.send(shown).texts()
    assert payer.receipts() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_bills_in_every_language(payer: Payer, language: str) -> None:
    browser = payer.browser()
    for path in ("/oma", "/kulut", "/omavastuu", payer.path):
        browser.page(path, lang=language)
    browser.send(browser.page(payer.path))
    assert browser.web.get(f"{payer.path}.pdf").mimetype == "application/pdf"


def test_the_same_sum_on_every_page_and_by_the_api(payer: Payer) -> None:
    """One number: the visits, the bill, what the provider is owed and the API agree after a correction."""
    payer.bill.scenario.correct(payer.bill.charge_id, quantity=50)
    browser = payer.browser()
    headers = {"Authorization": "Bearer omk_payer", "Accept-Language": "en"}
    mine = browser.web.get("/api/v1/me/co-payments", headers=headers).get_json()
    [item] = mine["items"]
    assert (item["sum"], item["credited"], item["open"], mine["coming"]) == ("12.00", "-3.00", "9.00", [])
    assert item["barcode"][17:25] == "00000900"
    shown = browser.page(payer.path, lang="en").texts("main")
    assert "You pay €9" in shown
    assert "Pay €9." in browser.page("/omavastuu", lang="en").texts("main")
    visits = browser.page("/kulut", lang="en").texts("main")
    assert "€12" in visits
    assert "-€3" in visits or "−€3" in visits


def test_a_bill_is_the_next_thing_or_in_the_list_behind_it(payer: Payer) -> None:
    """Which is first is in tests/rules/test_next_tasks.py."""
    page = payer.browser().page("/oma", lang="en")
    (card,) = page.root.xpath("//main//section[contains(@class, 'om-card--accent')]")
    assert card.xpath(".//a[@href='/omavastuu']")
    assert page.texts("main").count("You have a bill to pay") == 1
