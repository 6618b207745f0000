"""A charge whose connection is lost while it is sent, on a phone: it is charged once and paid, and its
statement is the line on the bank's statement.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.builders.browser_session import BrowserSession
from tests.builders.served_world import ServedWorld
from tests.journeys.proof import check_books
from tests.journeys.statements import lines_of, reads_the_statement
from tests.journeys.test_flow_in_browser import Walk

COUNTY_PAYS = Decimal("33.50")
SENT = "**/t/kirjaa/jono?*"


class LostAnswers:
    """Lets a charge through to the server and loses the answer, until the connection is `mended`."""

    def __init__(self, phone: BrowserSession) -> None:
        self.lost: list[int] = []
        self.phone = phone
        phone.page.context.route(SENT, self._lose)

    def _lose(self, route: Route) -> None:
        self.lost.append(route.fetch().status)
        route.abort()

    def mended(self) -> None:
        """Let answers through again."""
        self.phone.page.context.unroute(SENT)


@pytest.mark.slow
@pytest.mark.browser
def test_a_charge_whose_answer_was_lost_is_paid_once(
    served_world: ServedWorld, browser: Browser, tmp_path: Path
) -> None:
    walk = Walk(served_world, browser, served_world.world.provider_with_pending_approval())
    voucher = walk.county_grants()
    walk.county_approves()
    walk.client_chooses(voucher, walk.provider_lists())
    biller = served_world.world.person("provider_biller", provider=walk.business_id)
    phone = BrowserSession(browser, served_world.url, biller, phone=True, worker=True)
    connection = LostAnswers(phone)
    sends(phone, voucher)
    assert connection.lost
    assert set(connection.lost) == {200}
    context = phone.page.context
    context.set_offline(True)
    phone.page.reload()
    expect(phone.page.locator("#charge-queue-list li")).to_contain_text("21.11.2026 10:30–11:30")
    connection.mended()
    context.set_offline(False)
    expect(phone.page.locator("form#visit")).to_be_attached()  # the page comes back by itself
    phone.go("/t/kirjaa/jono")
    expect(phone.page.locator("#charge-queue-list li")).to_contain_text("Lähetetty")
    assert walk.balance(voucher)["charged"] == str(COUNTY_PAYS)
    bank_file = walk.county_pays(tmp_path, COUNTY_PAYS)
    reference = reads_the_statement(walk, phone, [COUNTY_PAYS])
    assert lines_of(bank_file) == [(reference, COUNTY_PAYS)]
    assert check_books(served_world.run, tmp_path)["bank"] == COUNTY_PAYS


def sends(phone: BrowserSession, voucher: str) -> None:
    """Charge a visit of today by the form; the phone keeps it, because no answer comes."""
    phone.go(f"/t/kirjaa?seteli={voucher}")
    expect(phone.page.locator("html[data-queue=ready]")).to_be_attached()
    phone.page.evaluate("navigator.serviceWorker.ready")
    phone.fill(service_day="2026-11-21", start="10:30", end="11:30")
    phone.page.locator("main button[name=step][value=send]").click()
    expect(phone.page.locator("#charge-queue")).to_contain_text("1 veloitus odottaa")
