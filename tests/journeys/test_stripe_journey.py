"""An owner opens a Stripe account on a phone, the county chooses it, and a run is paid by Stripe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import sessionmaker

from tests.builders.browser_session import BrowserSession
from tests.builders.county import NOW
from tests.builders.engines import engine_on, release
from tests.builders.patience import wait_until
from tests.builders.seeded_world import Json
from tests.builders.settlement import a_settlement_scenario
from tests.builders.stripe import DUE, StripeWorld, a_stripe_world
from tests.builders.stripe_county import ENVIRONMENT, people_of
from tests.processes import LiveServer
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


@dataclass
class Journey:
    """The program, served again at each moment of the story, and windows of its people."""

    people: dict[str, Json]
    browser: Browser
    serve: Callable[[str], LiveServer]
    live: LiveServer | None = None

    def at(self, moment: datetime) -> None:
        """Serve the program with its clock at this moment."""
        if self.live is not None:
            self.live.stop()
        self.live = self.serve(moment.isoformat())

    def window(self, role: str, *, phone: bool = False) -> BrowserSession:
        """Return the window of a person who has logged in."""
        assert self.live is not None
        return BrowserSession(self.browser, self.live.url, self.people[role], phone=phone)

    def open_account(self) -> None:
        """Open the account on a phone, and answer everything on the page that plays Stripe."""
        owner = self.window("provider_owner", phone=True)
        owner.go("/t/yritys/stripe")
        owner.submit()
        owner.submit("main a[role=button]")
        owner.submit("button[value=answer]")
        assert owner.path().startswith("/t/yritys/stripe")
        assert "Valmis" in owner.text()

    def choose_stripe(self) -> None:
        """Choose Stripe as the officer, and confirm it as the approver."""
        officer, approver = self.window("settlement_officer"), self.window("settlement_approver")
        officer.go("/mt/maksutavat")
        officer.submit("main table a")
        officer.choose("rail", "stripe")
        officer.fill(why="Yritys pyysi.")
        officer.submit()
        approver.go("/mt/maksutavat")
        approver.submit("main form[action*=vahvista] button")
        assert "vahvistettu" in approver.text()

    def send_run(self) -> str:
        """Prepare, approve and send a run; return its path."""
        officer, approver = self.window("settlement_officer"), self.window("settlement_approver")
        officer.go("/mt/ajot/uusi/tarkista?until=2026-11-21")
        officer.submit()
        run = officer.path()
        approver.go(run)
        approver.submit("main form[action*=hyvaksy] button")
        officer.go(run)
        officer.submit("main form[action*=laheta] button")
        assert "Stripe acct_" in officer.text()
        return run

    def wait_until_paid(self, run: str) -> None:
        """Look at the run until the program has called Stripe."""
        officer = self.window("settlement_officer")

        def is_paid() -> bool:
            officer.go(run)
            return "Maksettu" in officer.text()

        wait_until(is_paid, run, pause_seconds=0.5)


@pytest.mark.long
def test_from_the_first_click_to_the_money(
    people: dict[str, Json], stripe: StripeWorld, fresh_database: str, server: Any, browser: Browser
) -> None:
    environment = {**ENVIRONMENT, "STRIPE_API": stripe.loopback.address}
    journey = Journey(people, browser, lambda clock: server(fresh_database, clock=clock, **environment))
    journey.at(NOW)
    journey.open_account()
    journey.choose_stripe()
    journey.at(NOW + timedelta(days=3))
    run = journey.send_run()
    stripe.now = DUE + timedelta(days=3)
    journey.at(stripe.now)
    journey.wait_until_paid(run)
    assert [one["amount"] for one in stripe.books.held.values() if one["object"] == "transfer"] == [7_200]
