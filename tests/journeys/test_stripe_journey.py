"""An owner opens a Stripe account on a phone, the county chooses it, and a run is paid by Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import sessionmaker

from tests.builders.browser_session import BrowserSession
from tests.builders.county import NOW
from tests.builders.engines import engine_on, release
from tests.builders.seeded_world import Json
from tests.builders.settlement import a_settlement_scenario
from tests.builders.stripe import DUE, StripeWorld, a_stripe_world
from tests.builders.stripe_county import ENVIRONMENT, people_of
from worlds.stripe_loopback.pages import onboarding

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def stripe() -> Iterator[StripeWorld]:
    with a_stripe_world() as world:
        world.loopback.page = onboarding
        yield world


@pytest.fixture
def people(fresh_database: str) -> dict[str, Json]:
    """The people of a county with one provider and one charge."""
    engine = engine_on(fresh_database)
    with sessionmaker(engine).begin() as session:
        scenario = a_settlement_scenario(session, providers_count=1)
        scenario.charge(session, 0)
        world = people_of(session, scenario, fresh_database)
    release(engine)
    return {person["role"]: person for person in world.report["people"]}


def test_from_the_first_click_to_the_money(
    people: dict[str, Json],
    stripe: StripeWorld,
    fresh_database: str,
    server: Any,
    browser: Browser,
    tmp_path: Path,
) -> None:
    environment = {**ENVIRONMENT, "STRIPE_API": stripe.loopback.address}

    def window(role: str, *, phone: bool = False) -> BrowserSession:
        return BrowserSession(browser, live.url, people[role], phone=phone)

    live = server(fresh_database, clock=NOW.isoformat(), **environment)
    owner = window("provider_owner", phone=True)
    owner.go("/t/yritys/stripe")
    owner.submit()
    owner.submit("main a[role=button]")
    owner.submit("button[value=answer]")
    assert owner.path().startswith("/t/yritys/stripe")
    assert "Valmis" in owner.text()

    officer, approver = window("settlement_officer"), window("settlement_approver")
    officer.go("/mt/maksutavat")
    officer.submit("main table a")
    officer.choose("rail", "stripe")
    officer.fill(why="Yritys pyysi.")
    officer.submit()
    approver.go("/mt/maksutavat")
    approver.submit("main form[action*=vahvista] button")
    assert "vahvistettu" in approver.text()
    live.stop()

    live = server(fresh_database, clock=(NOW + timedelta(days=3)).isoformat(), **environment)
    officer, approver = window("settlement_officer"), window("settlement_approver")
    officer.go("/mt/ajot/uusi/tarkista?until=2026-11-21")
    officer.submit()
    run = officer.path()
    approver.go(run)
    approver.submit("main form[action*=hyvaksy] button")
    officer.go(run)
    officer.submit("main form[action*=laheta] button")
    assert "Stripe acct_" in officer.text()
    live.stop()

    stripe.now = DUE + timedelta(days=3)
    live = server(fresh_database, clock=stripe.now.isoformat(), **environment)
    officer = window("settlement_officer")
    for _attempt in range(60):
        officer.go(run)
        if "Maksettu" in officer.text():
            break
        officer.page.wait_for_timeout(500)
    assert "Maksettu" in officer.text()
    assert [one["amount"] for one in stripe.books.held.values() if one["object"] == "transfer"] == [7_200]
