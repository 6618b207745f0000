"""A dispute on phones: an hour and a half was given, not two. The difference is settled in the next run,
and the statement of both runs is the line on the bank's statement.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.builders.browser_session import BrowserSession
from tests.builders.served_world import ServedWorld
from tests.journeys.proof import check_books
from tests.journeys.statements import lines_of, reads_the_statement
from tests.journeys.test_flow_in_browser import CLIENT, Walk

TWO_HOURS, ONE_HOUR, HALF_BACK = Decimal("67.00"), Decimal("33.50"), Decimal("-16.75")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("who", ["client", "county"])
def test_an_answer_of_an_hour_and_a_half_is_settled_in_the_next_run(
    served_world: ServedWorld, browser: Browser, tmp_path: Path, who: str
) -> None:
    walk = Walk(served_world, browser, served_world.world.provider_with_pending_approval())
    voucher = walk.county_grants()
    walk.county_approves()
    walk.client_chooses(voucher, walk.provider_lists())
    provider = walk.window("provider_biller", phone=True, provider=walk.business_id)
    client = walk.window("client", phone=True, client=CLIENT)
    charges(provider, voucher, "08:00", "10:00")
    first = walk.county_pays(tmp_path, TWO_HOURS)
    assert lines_of(first) == [(reads_the_statement(walk, provider, [TWO_HOURS]), TWO_HOURS)]
    thread = disputes(client)
    answers(provider)
    client.go(thread)
    assert "1,5 tuntia" in client.text()
    if who == "client":
        client.submit("main button[value=accept]")
    else:
        client.submit("main button[value=not_accept]")
        county_decides(walk, thread)
    client.go(thread)
    assert client.page.locator("main button[name=reply]").count() == 0, "the matter is closed"
    assert walk.balance(voucher)["settled"] == str(TWO_HOURS + HALF_BACK), "the client has it back at once"
    charges(provider, voucher, "10:30", "11:30")
    second = walk.county_pays(tmp_path, ONE_HOUR + HALF_BACK)
    reference = reads_the_statement(walk, provider, [ONE_HOUR, HALF_BACK])
    assert lines_of(second) == [(reference, ONE_HOUR + HALF_BACK)]
    assert walk.balance(voucher)["settled"] == str(TWO_HOURS + HALF_BACK + ONE_HOUR)
    assert check_books(served_world.run, tmp_path)["bank"] == TWO_HOURS + HALF_BACK + ONE_HOUR


def charges(provider: BrowserSession, voucher: str, start: str, end: str) -> None:
    """Charge a visit of today by the form."""
    provider.go(f"/t/kirjaa?seteli={voucher}")
    provider.fill(service_day="2026-11-21", start=start, end=end)
    provider.submit("main button[name=step][value=send]")


def disputes(client: BrowserSession) -> str:
    """Say on the client's phone that it was an hour; return the address of what is said about it."""
    client.go("/kulut")
    if not client.page.locator("main a[href*='/ei-oikein']").first.is_visible():  # a paid visit is folded
        client.page.locator("main article details summary").first.click()
    client.submit("main a[href*='/ei-oikein']")
    thread = client.path().split("?")[0].replace("/ei-oikein", "/keskustelu")
    client.choose("claim", "quantity")
    client.fill(quantity="1", why="Hoitaja lähti ennen aikojaan.")
    client.submit()
    return thread


def answers(provider: BrowserSession) -> None:
    """Answer on the provider's phone, from the task on its first page: it was an hour and a half."""
    provider.go("/t")
    provider.submit("main a[href$='/keskustelu']")
    assert "Hoitaja lähti ennen aikojaan." in provider.text()
    provider.choose("act", "partly")
    provider.fill(quantity="1,5", words="Lähdin puoli tuntia aikaisemmin.")
    provider.submit()
    assert provider.page.locator("main [name=act]").count() == 0, provider.text()


def county_decides(walk: Walk, thread: str) -> None:
    """The client did not accept: a worker of the county decides the same figure."""
    worker = walk.window("worker", county="12")
    worker.go(thread.replace("/kulut/", "/tt/selvitettava/"))
    worker.choose("decision", "part")
    worker.fill(quantity="1,5", words="Molempien mukaan käynti jäi kesken.")
    worker.submit()
    assert worker.page.locator("main [name=decision]").count() == 0, worker.text()
