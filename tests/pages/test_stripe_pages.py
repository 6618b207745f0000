"""A provider opens a Stripe account, the county chooses it, and a run is sent and followed on pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clearing.payments.actions.export_bank_file import send_run
from clearing.payments.gateways.stripe_rails import StripeRails
from clearing.payments.load.stripe_accounts import account_in_use
from clearing.payments.load.stripe_payees import stripe_payees
from clearing.payments.rules.stripe_payees import Rail
from foundation.database.tables.stripe import PaymentRail, StripeEvent
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from foundation.web.state import EXTENSION
from tests.builders import NOW
from tests.builders.api import application_on, sessions_on
from tests.builders.people import a_person
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, payments_in
from tests.builders.stripe import DUE, KEYS, StripeWorld, a_stripe_world, an_event, signed
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient
from worlds.stripe_loopback.objects import restricted
from worlds.stripe_loopback.pages import onboarding

LANGUAGES = ("fi", "sv", "en")


@dataclass
class Paying:
    """The application of a county with keys for Stripe, its people and a provider's."""

    app: Flask
    session: Session
    scenario: SettlementScenario
    world: StripeWorld
    owner: Actor

    def browser(self, actor: Actor) -> StrictClient:
        self.session.commit()
        return logged_in(self.app.test_client(), self.session, actor)

    def account(self) -> str:
        self.session.rollback()
        found = account_in_use(self.session, self.scenario.county.id, self.scenario.provider_ids[0])
        assert found is not None
        return found.account

    def open_account(self, answer: str = "answer") -> StrictClient:
        """Open an account as the owner, and press a button on the page that plays Stripe."""
        owner = self.browser(self.owner)
        owner.send(owner.page("/t/yritys/stripe", lang="fi"), status=200)
        key = self.account()
        requests.post(
            f"{self.world.loopback.address}/onboarding/{key}",
            data={"do": answer},
            allow_redirects=False,
            timeout=10,
        )
        assert owner.web.get("/t/yritys/stripe/12/palaa").status_code == 303
        return owner


@pytest.fixture
def paying(fresh_database: str, tmp_path: Path) -> Iterator[Paying]:
    with sessions_on(fresh_database) as sessions, sessions() as session, a_stripe_world() as world:
        world.loopback.page = onboarding
        scenario = a_settlement_scenario(session, providers_count=2)
        owner = a_person(session, Role.PROVIDER_OWNER, name="Olli", provider_id=scenario.provider_ids[0])
        app = application_on(sessions, tmp_path)
        app.extensions[EXTENSION].outside[StripeRails] = StripeRails((KEYS,), {"12": world.rail})
        yield Paying(app, session, scenario, world, owner)
        app.extensions[EXTENSION].outside[StripeRails] = StripeRails()


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_first_click_to_a_confirmed_rail(paying: Paying, language: str) -> None:
    owner = paying.browser(paying.owner)
    assert "/t/yritys/stripe" in owner.page("/t/yritys", lang=language).answer.text
    link = owner.send(owner.page("/t/yritys/stripe", lang=language))
    assert f"{paying.world.loopback.address}/onboarding/{paying.account()}" in link.answer.text
    begun = owner.page("/t/yritys/stripe", lang=language).answer.text
    assert "external_account" not in begun, "codes are said in words"
    paying.open_account()
    officer = paying.browser(paying.scenario.officer)
    provider_id = paying.scenario.provider_ids[0]
    form = officer.page(f"/mt/maksutavat/{provider_id}", lang=language)
    officer.send(form, {"rail": "stripe", "why": ""}, status=422)
    form = officer.page(f"/mt/maksutavat/{provider_id}", lang=language)
    assert officer.send(form, {"rail": "stripe", "why": "Yritys pyysi."}).path == "/mt/maksutavat"
    assert "/maksutavat/vahvista/" not in officer.page("/mt/maksutavat", lang=language).answer.text
    approver = paying.browser(paying.scenario.approver)
    page = approver.page("/mt/maksutavat", lang=language)
    assert approver.send(page, form=0).path == "/mt/maksutavat"
    paying.session.rollback()
    assert provider_id in stripe_payees(paying.session, paying.scenario.county.id, [provider_id])
    assert "Stripe" in owner.page("/t/yritys/stripe", lang=language).answer.text


def test_what_stripe_asks_is_said_in_words_and_to_the_owner_alone(paying: Paying) -> None:
    owner = paying.open_account("part")
    shown = owner.page("/t/yritys/stripe", lang="fi").answer.text
    assert "Yrityksen tilinumero" in shown
    assert "Stripen ehtojen hyväksyminen" in shown
    biller = paying.browser(
        a_person(paying.session, Role.PROVIDER_BILLER, provider_id=paying.owner.provider_id)
    )
    assert biller.web.get("/t/yritys/stripe").status_code == 403


def test_a_county_without_keys_offers_nothing(paying: Paying) -> None:
    paying.app.extensions[EXTENSION].outside[StripeRails] = StripeRails()
    owner = paying.browser(paying.owner)
    assert "/t/yritys/stripe" not in owner.page("/t/yritys", lang="fi").answer.text
    assert owner.web.get("/t/yritys/stripe").status_code == 404
    officer = paying.browser(paying.scenario.officer)
    assert "Stripe ei ole käytössä" in officer.page("/mt/maksutavat", lang="fi").answer.text
    forged = paying.app.test_client().post("/stripe/events", data=b"{}")
    assert (forged.status_code, forged.json) == (400, {"code": "signature_invalid"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_by_both_rails_on_its_page(paying: Paying, language: str) -> None:
    scenario, session = paying.scenario, paying.session
    paying.world.pays(session, scenario, 1)
    scenario.charge(session, 0)
    scenario.charge(session, 1)
    run = scenario.approve(session, scenario.prepare(session))
    officer = paying.browser(scenario.officer)
    page = officer.page(f"/mt/ajot/{run.run.id}", lang=language)
    shown = page.answer.text
    assert "acct_" in shown
    assert shown.count("72,00") + shown.count("72.00") >= 4, "each rail has its sum"
    token = page.root.xpath("//main//input[@name='csrf_token']/@value")[0]
    file = officer.web.post(f"/mt/ajot/{run.run.id}/tiedosto", data={"csrf_token": token})
    assert payments_in(file.data) == {run.by(Rail.BANK)[0].line.end_to_end_id: 7_200}


def test_events_come_in_signed_and_findings_are_closed_with_words(paying: Paying) -> None:
    account = paying.world.pays(paying.session, paying.scenario, 1)
    paying.session.commit()
    body = restricted(paying.world.books.of(account), "requirements.past_due", ["external_account"])
    events = (
        an_event("account.updated", body, NOW, 1, account=account),
        an_event("treasury.received_credit.created", {"id": "rc_1"}, NOW, 2),
    )
    for event in events:
        payload, header = signed(event, NOW)
        answer = paying.app.test_client().post(
            "/stripe/events", data=payload, headers={"Stripe-Signature": header}
        )
        assert answer.status_code == 200, answer.text
    officer = paying.browser(paying.scenario.officer)
    page = officer.page("/mt/stripe", lang="fi")
    assert "Tapahtumalaji, jota tämä ohjelma ei tunne" in page.answer.text
    closing = officer.page("/mt/stripe/havainto?id=evt_test2", lang="fi")
    officer.send(closing, {"why": ""}, status=422)
    closing = officer.page("/mt/stripe/havainto?id=evt_test2", lang="fi")
    assert officer.send(closing, {"why": "Ei koske meitä."}).path == "/mt/stripe"
    paying.session.rollback()
    [closed] = paying.session.scalars(select(StripeEvent).where(StripeEvent.closed_at.is_not(None)))
    assert (closed.id, closed.closed_why) == ("evt_test2", "Ei koske meitä.")
    assert officer.web.get("/mt/stripe/havainto?id=evt_test2").status_code == 404


def test_a_payment_is_taken_back_by_two_people_on_pages(paying: Paying) -> None:
    scenario, session = paying.scenario, paying.session
    paying.world.pays(session, scenario, 1)
    scenario.charge(session, 1)
    run = scenario.approve(session, scenario.prepare(session))
    not_refused(send_run(session, run.run.id, actor=scenario.officer, now=NOW))
    session.commit()
    sessions = paying.app.extensions[EXTENSION].system_sessions
    paying.world.send(sessions, DUE)
    officer, approver = paying.browser(scenario.officer), paying.browser(scenario.approver)
    [payment] = run.by(Rail.STRIPE)
    assert "/takaisin/" in officer.page(f"/mt/ajot/{run.run.id}", lang="fi").answer.text
    form = officer.page(f"/mt/ajot/{run.run.id}/takaisin/{payment.id}", lang="fi")
    assert officer.send(form, {"why": "Väärä summa"}).path == "/mt/stripe"
    assert "Väärä summa" in approver.page("/mt/stripe", lang="fi").answer.text
    page = approver.page("/mt/stripe", lang="fi")
    assert approver.send(page, form=0).path == "/mt/stripe"
    assert len(paying.world.send(sessions, DUE + timedelta(minutes=1))) == 1
    again = officer.page(f"/mt/ajot/{run.run.id}", lang="fi").answer.text
    assert "stripe_reversed" in again


def test_a_county_sees_no_rail_of_another(paying: Paying) -> None:
    paying.world.pays(paying.session, paying.scenario, 1)
    far = a_settlement_scenario(paying.session, providers_count=1, code="13")
    stranger = paying.browser(far.officer)
    assert "acct_" not in stranger.page("/mt/maksutavat", lang="fi").answer.text
    paying.session.execute(update(PaymentRail).values(confirmed_at=None, confirmed_by=None))
    assert stranger.web.get(f"/mt/maksutavat/{paying.scenario.provider_ids[1]}").status_code == 404
