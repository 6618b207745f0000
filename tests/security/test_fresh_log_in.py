"""A5, A9: weighty acts need a second factor of the last ten minutes, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from foundation.database.tables.payments import PaymentRun
from foundation.database.tables.people import ApiKey, WebSession
from foundation.database.tables.role_invitations import RoleInvitation
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.guards import FRESH_GUARD
from foundation.web.identity.sessions import FRESH
from foundation.web.identity.totp import code_at, step_of
from tests.builders import NOW, a_county, a_person, a_provider
from tests.builders.api import application_on, sessions_on
from tests.builders.second_factor import an_app, confirmed_at
from tests.builders.settlement import a_settlement_scenario
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

BEFORE = NOW - timedelta(hours=1)
ORIGIN = {"Origin": "http://localhost"}
WEIGHTY = {
    "settlement_steps.approve",
    "county_payer_account.enter",
    "county_payer_account.confirm",
    "county_people.invite",
    "county_people.change",
    "provider_people.invite",
    "provider_people.change",
    "county_keys.make",
    "county_keys.rotate",
    "provider_keys.make",
    "provider_keys.rotate",
    "provider_webhooks.add",
    "provider_webhooks.change",
    "provider_webhooks.rotate",
    "provider_bank_account.enter",
    "county_bank_accounts.confirm",
    "county_factor_resets.ask",
    "county_factor_resets.confirm",
    "identity_ways.show",
    "identity_ways.add",
    "identity_ways.remove",
    "marketplace_own_data.save",
    "county_own_data.save",
    "county_payment_rails.choose",
    "county_payment_rails.confirm",
    "county_stripe.ask_back",
    "county_stripe.approve_back",
    "provider_stripe.begin",
}
INVITED = {"email": "vaino@example.fi", "role": "worker", "first_day": "21.11.2026"}


@dataclass
class Stale:
    """An application on a database, with people whose second factor was given long ago."""

    app: Flask
    session: Session

    def browser(self, actor: Actor, given_at: datetime | None) -> StrictClient:
        """Return the browser of somebody who gave the second factor at a time."""
        self.session.commit()
        client = logged_in(self.app.test_client(), self.session, actor)
        confirmed_at(self.session, actor, given_at)
        self.session.commit()
        return client

    def confirmed(self, client: StrictClient, asked: StrictPage, secret: bytes) -> StrictPage:
        """Give the second factor on the page that asks for it; return the page with what was typed."""
        return client.send(asked, {"code": code_at(secret, step_of(NOW))})


@pytest.fixture
def stale(fresh_database: str, tmp_path: Path) -> Iterator[Stale]:
    """The application on an empty database."""
    with sessions_on(fresh_database) as sessions, sessions() as session:
        yield Stale(application_on(sessions, tmp_path), session)


def posted(client: StrictClient, page: StrictPage, values: dict[str, str], form: int = 0) -> StrictPage:
    """Send a form of a page whose session is not fresh any more; return the page that asks to confirm."""
    element = page.form(form)
    data = {**dict(element.form_values()), **values}
    path = element.get("action") or page.path
    return client.checked(client.web.post(path, data=data, headers=ORIGIN), path, 401)


def test_these_views_need_a_fresh_log_in(stale: Stale) -> None:
    marked = {name for name, view in stale.app.view_functions.items() if hasattr(view, FRESH_GUARD)}
    assert marked == WEIGHTY


@pytest.mark.parametrize(
    ("given_at", "status"),
    [(NOW, 200), (NOW - FRESH, 200), (NOW - FRESH - timedelta(seconds=1), 302), (None, 302)],
)
def test_ten_minutes_and_no_longer(stale: Stale, given_at: datetime | None, status: int) -> None:
    admin = a_person(stale.session, Role.ADMIN, county_id=a_county(stale.session).id)
    client = stale.browser(admin, given_at)
    assert client.web.get("/hallinta/ihmiset/kutsu").status_code == status
    assert client.web.get("/hallinta/ihmiset").status_code == (200 if given_at else 302)


def test_what_was_typed_into_an_invitation_is_kept(stale: Stale) -> None:
    admin = a_person(stale.session, Role.ADMIN, county_id=a_county(stale.session).id)
    secret = an_app(stale.app, stale.session, admin, BEFORE)
    client = stale.browser(admin, NOW)
    page = client.page("/hallinta/ihmiset/kutsu")
    stale.session.execute(update(WebSession).values(second_factor_at=BEFORE))
    stale.session.commit()
    asked = posted(client, page, INVITED)
    assert stale.session.scalar(select(func.count()).select_from(RoleInvitation)) == 0
    wrong = client.send(asked, {"code": "000000"}, status=422)
    kept = stale.confirmed(client, wrong, secret)
    assert kept.path == "/kirjaudu/vahvistus"
    assert client.send(kept).path == "/hallinta/ihmiset"
    assert stale.session.scalars(select(RoleInvitation.email)).one() == INVITED["email"]


def test_a_run_is_approved_after_a_fresh_second_factor_only(stale: Stale) -> None:
    scenario = a_settlement_scenario(stale.session)
    scenario.charge(stale.session, 0)
    run = scenario.prepare(stale.session).run
    secret = an_app(stale.app, stale.session, scenario.approver, BEFORE)
    client = stale.browser(scenario.approver, BEFORE)
    page = client.page(f"/mt/ajot/{run.id}")
    button = page.one("main//button[@name='hash']")
    asked = posted(client, page, {"hash": button.get("value")})
    state = select(PaymentRun.state).where(PaymentRun.id == run.id)
    assert stale.session.scalars(state).one() == "prepared"
    client.send(stale.confirmed(client, asked, secret))
    stale.session.rollback()
    assert stale.session.scalars(state).one() == "approved"


def test_a_key_is_made_after_a_fresh_second_factor_only(stale: Stale) -> None:
    county = a_county(stale.session)
    provider = a_provider(stale.session, county)
    owner = a_person(stale.session, Role.PROVIDER_OWNER, provider_id=provider.id)
    a_person(stale.session, Role.PROVIDER_BILLER, provider_id=provider.id)
    secret = an_app(stale.app, stale.session, owner, BEFORE)
    client = stale.browser(owner, NOW)
    page = client.page("/t/rajapinta/uusi")
    stale.session.execute(update(WebSession).values(second_factor_at=BEFORE))
    stale.session.commit()
    holder = page.root.xpath("//input[@name='holder']/@value")[0]
    asked = posted(client, page, {"holder": holder, "label": "Domacare"})
    count = select(func.count()).select_from(ApiKey)
    assert stale.session.scalar(count) == 0
    client.send(stale.confirmed(client, asked, secret))
    stale.session.rollback()
    assert stale.session.scalars(select(ApiKey.label)).one() == "Domacare"
