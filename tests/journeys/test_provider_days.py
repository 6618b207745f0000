"""A provider's day on a phone, by pages alone: a visit done as planned in one tap, paid, and proved by its
statement, whose reference and sum are those of the line on the bank's statement.
"""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser

from tests.builders.browser_session import PHONE, BrowserSession
from tests.builders.served_world import ServedWorld
from tests.journeys.proof import PAIN, check_books
from tests.journeys.test_flow_in_browser import SERVICE, Walk

COUNTY_PAYS = Decimal("33.50")


@pytest.mark.slow
@pytest.mark.browser
def test_a_visit_done_in_one_tap_is_paid_and_its_statement_is_the_bank_line(
    served_world: ServedWorld, browser: Browser, tmp_path: Path
) -> None:
    walk = Walk(served_world, browser, served_world.world.provider_with_pending_approval())
    voucher = walk.county_grants()
    walk.county_approves()
    walk.client_chooses(voucher, walk.provider_lists())
    phone = walk.window("provider_biller", phone=True, provider=walk.business_id)
    done_as_planned(phone)
    assert walk.balance(voucher)["charged"] == str(COUNTY_PAYS)
    bank_file = walk.county_pays(tmp_path, COUNTY_PAYS)
    reference = reads_the_statement(walk, phone)
    assert lines_of(bank_file) == [(reference, COUNTY_PAYS)]
    assert check_books(served_world.run, tmp_path)["bank"] == COUNTY_PAYS


def done_as_planned(phone: BrowserSession) -> None:
    """Open the week and press the one button; what was pressed is no task any more."""
    phone.go("/t/kaynnit")
    assert phone.page.viewport_size == PHONE
    button = "main form[action*='-20261121-0/tehty'] button"
    assert phone.page.locator(button).count() == 1, phone.text()
    phone.submit(button)
    assert phone.page.locator(button).count() == 0


def reads_the_statement(walk: Walk, phone: BrowserSession) -> str:
    """Open the settlement as the provider; return the reference, the same on the page and by the API."""
    phone.go("/t/tilitykset")
    phone.submit("main a[href*='/t/tilitykset/']")
    api = walk.site.api("provider_biller", provider=walk.business_id)
    (settlement,) = api.get("/settlements")["items"]
    statement = api.get(f"/settlements/{settlement['id']}")
    assert (statement["state"], Decimal(statement["sum"])) == ("paid", COUNTY_PAYS)
    assert [(row["service"], Decimal(row["county_pays"])) for row in statement["items"]] == [
        (SERVICE, COUNTY_PAYS)
    ]
    reference = str(statement["payment"]["reference"])
    assert reference in phone.text()
    assert "33,50 €" in phone.text()
    assert statement["hash"]
    return reference


def lines_of(bank_file: bytes) -> list[tuple[str, Decimal]]:
    """Return the reference and the sum of each transfer of a bank file."""
    transfers = etree.parse(BytesIO(bank_file)).getroot().iter(f"{PAIN}CdtTrfTxInf")
    found = [
        (each.findtext(f".//{PAIN}CdtrRefInf/{PAIN}Ref"), each.findtext(f".//{PAIN}InstdAmt"))
        for each in transfers
    ]
    return [(str(reference), Decimal(str(amount))) for reference, amount in found]
