"""A provider's day on a phone, by pages alone: a visit done as planned in one tap, paid, and proved by its
statement, whose reference and sum are those of the line on the bank's statement.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.builders.browser_session import PHONE, BrowserSession
from tests.builders.served_world import ServedWorld
from tests.journeys.proof import check_books
from tests.journeys.statements import lines_of, reads_the_statement
from tests.journeys.test_flow_in_browser import Walk

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
    reference = reads_the_statement(walk, phone, [COUNTY_PAYS])
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
