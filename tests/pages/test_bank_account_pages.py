"""An owner enters a bank account, and a second person of a county confirms it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clearing.eligibility.load.providers import newest_accounts
from clearing.eligibility.rules.bank_accounts import payable_from
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.providers import BankAccount
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.change_bank_account import confirm_bank_account, enter_bank_account
from marketplace.rules.refusals import ACCOUNT_ENTERED_BY_ACTOR, ACCOUNT_NOT_WAITING
from tests.builders import NOW, a_county, a_person, a_provider
from tests.builders.api import application_on, sessions_on
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

IBAN = "FI21 1234 5600 0007 85"
OTHER_IBAN = "FI3715903000000776"
TYPED = {"iban": IBAN.lower(), "bic": " ndeafihh "}


@dataclass
class Company:
    """A provider that county 12 knows and county 13 does not, and their people."""

    app: Flask
    session: Session
    provider_id: int
    county_id: int
    far_id: int
    people: dict[str, Actor]

    def browser(self, name: str) -> StrictClient:
        self.session.commit()
        return logged_in(self.app.test_client(), self.session, self.people[name])

    def enter(self, iban: str = IBAN, by: str = "owner") -> None:
        typed = {"iban": iban, "bic": "NDEAFIHH", "actor": self.people[by], "now": NOW}
        assert enter_bank_account(self.session, self.provider_id, **typed) is None  # type: ignore[arg-type]

    def newest(self) -> BankAccount:
        self.session.rollback()
        query = select(BankAccount).order_by(BankAccount.id.desc()).limit(1)
        return self.session.scalars(query).one()


@pytest.fixture
def company(fresh_database: str, tmp_path: Path) -> Iterator[Company]:
    """The application on a database with the company."""
    with sessions_on(fresh_database) as sessions, sessions() as session:
        county, far = a_county(session), a_county(session, "13")
        provider = a_provider(session, county)
        people = {
            "owner": a_person(session, Role.PROVIDER_OWNER, name="Olli Omistaja", provider_id=provider.id),
            "second": a_person(session, Role.PROVIDER_OWNER, provider_id=provider.id),
            "biller": a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id),
            "officer": a_person(session, Role.SETTLEMENT_OFFICER, county_id=county.id),
            "far": a_person(session, Role.SETTLEMENT_OFFICER, county_id=far.id),
        }
        app = application_on(sessions, tmp_path)
        yield Company(app, session, provider.id, county.id, far.id, people)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_owner_enters_and_the_county_confirms(company: Company, language: str) -> None:
    owner = company.browser("owner")
    page = owner.page("/t/yritys/tili", lang=language)
    for wrong in ({}, {**TYPED, "iban": "FI2112345600000786"}, {**TYPED, "bic": "N"}):
        owner.send(page, wrong, status=422)
    assert owner.send(page, TYPED).path == "/t/yritys"
    owner.send(owner.page("/t/yritys/tili", lang=language), TYPED, status=422)
    assert company.newest().confirmed_at is None
    officer = company.browser("officer")
    waiting = officer.page("/mt/tilit", lang=language)
    assert "FI2112345600000785" in waiting.texts("main")
    assert "Olli Omistaja" in waiting.texts("main")
    assert officer.send(waiting).path == "/mt/tilit"
    account = company.newest()
    assert (account.confirmed_by, account.confirmed_at) == (company.people["officer"].person_id, NOW)
    assert officer.page("/mt/tilit", lang=language).root.xpath("//main//form") == []
    mails = company.session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id)).all()
    assert len({mail["to"] for mail in mails}) == 2
    assert len(mails) == 4
    assert not any("FI21" in mail["text"] for mail in mails)
    acts = company.session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts == ["bank_account.enter", "bank_account.confirm"]


def test_nothing_is_paid_before_the_confirmation_nor_for_48_hours(company: Company) -> None:
    company.enter()
    assert payable_from(newest_accounts(company.session, [company.provider_id])[company.provider_id]) is None
    account_id = company.session.scalars(select(BankAccount.id).order_by(BankAccount.id.desc())).first() or 0
    actor = company.people["officer"]
    assert confirm_bank_account(company.session, company.county_id, account_id, actor=actor, now=NOW) is None
    since = payable_from(newest_accounts(company.session, [company.provider_id])[company.provider_id])
    assert since is not None
    assert (since - NOW).total_seconds() == 48 * 3600


def test_four_eyes(company: Company) -> None:
    company.enter(by="officer")
    company.session.commit()
    account_id, officer = company.newest().id, company.people["officer"]
    own = confirm_bank_account(company.session, company.county_id, account_id, actor=officer, now=NOW)
    assert own == ACCOUNT_ENTERED_BY_ACTOR
    browser = company.browser("officer")
    page = browser.page("/mt/tilit")
    assert page.root.xpath("//main//form") == []
    token = page.root.xpath("//input[@name='csrf_token']/@value")[0]
    browser.web.post(f"/mt/tilit/{account_id}/vahvista", data={"csrf_token": token})
    assert company.newest().confirmed_at is None


def test_only_the_newest_account_of_a_known_provider_is_confirmed(company: Company) -> None:
    company.enter()
    company.session.commit()
    seen = company.newest().id
    company.enter(OTHER_IBAN)
    officer = company.people["officer"]
    key = {"actor": officer, "now": NOW}
    late = confirm_bank_account(company.session, company.county_id, seen, **key)  # type: ignore[arg-type]
    assert late == ACCOUNT_NOT_WAITING
    newest = company.session.scalars(select(BankAccount.id).order_by(BankAccount.id.desc())).first() or 0
    far = confirm_bank_account(company.session, company.far_id, newest, **key)  # type: ignore[arg-type]
    assert far == ACCOUNT_NOT_WAITING
    assert company.browser("far").page("/mt/tilit").root.xpath("//main//form") == []
    company.session.execute(update(BankAccount).values(confirmed_at=NOW, confirmed_by=officer.person_id))
    again = confirm_bank_account(company.session, company.county_id, newest, **key)  # type: ignore[arg-type]
    assert again == ACCOUNT_NOT_WAITING


def test_a_biller_does_not_change_the_account(company: Company) -> None:
    assert company.browser("biller").web.get("/t/yritys/tili").status_code == 403
