"""A refund made inside Stripe: the provider's task and decision, and what the client reads."""

from __future__ import annotations

from typing import Any

import pytest

from clearing.co_payments.actions.decide_returned import decide_returned
from clearing.co_payments.facts.returns import ReturnChoice
from foundation.vocabulary.roles import Role
from tests.builders.api import store_api_key
from tests.builders.checkouts import returned_events
from tests.builders.county import NOW
from tests.builders.people import a_person
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient
from tests.pages.test_bill_pages import LANGUAGES, Payer, payer

__all__ = ["payer"]
KEY = "omk_returned"


def given_back(payer: Payer, *story: tuple[str, str, int, str]) -> StrictClient:
    """Pay the bill by card and let something of it go back; return the biller's browser."""
    session = payer.session
    first = payer.bill.press(payer.bill.session_id(session), "pay")
    for event in (first, *returned_events(first, story)):
        payer.world.take(session, event)
    biller = a_person(session, Role.PROVIDER_BILLER, provider_id=payer.bill.scenario.provider_id)
    store_api_key(session, biller, KEY)
    session.commit()
    return logged_in(payer.app.test_client(), session, biller)


def ask(payer: Payer, path: str, body: dict[str, Any] | None = None, key: str = KEY) -> Any:
    headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}
    method = "GET" if body is None else "POST"
    return payer.app.test_client().open(f"/api/v1/{path}", method=method, json=body, headers=headers)


def test_a_refund_is_a_task_until_it_is_decided(payer: Payer) -> None:
    biller = given_back(payer, ("refund", "re_1", 500, "succeeded"))
    assert "A client's card payment went back" in biller.page("/t", lang="en").texts("main")
    assert "A card payment of" in biller.page("/t/omavastuut").texts("main")
    client = payer.browser()
    shown = client.page(payer.path, lang="en").texts("main")
    assert "€5 went back to the card." in shown
    assert "You need not do anything now." in shown
    assert "You have a bill to pay" not in client.page("/oma").texts("main")
    page = biller.page(f"/t/omavastuut/{payer.bill.invoice_id}")
    assert "€5.00 went back to the payer's card" in page.texts("main")
    address = f"/t/omavastuut/{payer.bill.invoice_id}/palautunut/owed/500"
    [button] = page.root.xpath(f"//form[@action='{address}']")
    fields = {field.get("name"): field.get("value") for field in button.xpath(".//input")}
    seen_less = address.replace("500", "400")
    assert biller.web.post(seen_less, data=fields).status_code == 303
    told = biller.page(f"/t/omavastuut/{payer.bill.invoice_id}").texts()
    assert "The sums have changed meanwhile." in told
    assert "€5.00 went back to the payer's card" in told
    assert biller.web.post(address, data=fields).status_code == 303
    assert biller.web.post(address.replace("owed", "forgotten"), data=fields).status_code == 404
    assert "went back to the payer's card" not in biller.page("/t").texts("main")
    assert "You pay €5" in " ".join(client.page(payer.path).texts("main").split())


def test_the_client_reads_only_what_is_owed_again(payer: Payer) -> None:
    """Of what was waived, the page does not say that it still has to be paid."""
    session = payer.session
    first = payer.bill.press(payer.bill.session_id(session), "pay")
    refunds = returned_events(first, [("refund", f"re_{cents}", cents, "succeeded") for cents in (500, 300)])
    payer.world.take(session, first)
    how = {"actor": payer.bill.scenario.settlement.biller, "now": NOW}
    for event, choice in zip(refunds, (ReturnChoice.WAIVED, ReturnChoice.OWED), strict=True):
        payer.world.take(session, event)
        decide_returned(session, payer.bill.invoice_id, choice, **how)  # type: ignore[arg-type]
    shown = payer.browser().page(payer.path, lang="en").texts("main")
    assert "€3 went back to the card. The provider says that you still have to pay." in shown
    assert "€8 went back to the card." not in shown


def test_the_api_says_and_decides_the_same(payer: Payer) -> None:
    given_back(payer, ("refund", "re_1", 500, "succeeded"), ("dispute", "dp_1", 700, "needs_response"))
    path = f"my/co-payment-invoices/{payer.bill.invoice_id}"
    names = ("state", "paid", "returned", "undecided", "waived", "disputed", "open")
    shown = ask(payer, path).get_json()
    assert [shown[name] for name in names] == ["returned", "12.00", "5.00", "5.00", "0.00", "7.00", "0.00"]
    [own] = ask(payer, "me/co-payments", key="omk_payer").get_json()["items"]
    assert (own["state"], own["returned"], own["open"]) == ("returned", "5.00", "0.00")
    wrong = ask(payer, f"{path}/returned", {"choice": "maybe"})
    assert (wrong.status_code, wrong.get_json()["errors"][0]["field"]) == (422, "choice")
    changed = ask(payer, f"{path}/returned", {"choice": "waived", "undecided": "4.00"})
    assert (changed.status_code, changed.get_json()["code"]) == (409, "total_changed")
    decided = ask(payer, f"{path}/returned", {"choice": "waived", "undecided": "5.00"}).get_json()
    assert [decided[name] for name in names] == ["paid", "12.00", "5.00", "0.00", "5.00", "7.00", "0.00"]
    again = ask(payer, f"{path}/returned", {"choice": "owed"})
    assert (again.status_code, again.get_json()["code"]) == (409, "nothing_returned")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_went_back_is_said_in_every_language(payer: Payer, language: str) -> None:
    biller = given_back(payer, ("refund", "re_1", 500, "succeeded"), ("dispute", "dp_1", 700, "under_review"))
    client = payer.browser()
    for browser, path in (
        (client, payer.path),
        (client, "/omavastuu"),
        (biller, "/t"),
        (biller, "/t/omavastuut"),
        (biller, f"/t/omavastuut/{payer.bill.invoice_id}"),
    ):
        browser.page(path, lang=language)
