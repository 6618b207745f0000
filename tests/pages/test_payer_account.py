"""/hallinta/alue/maksutili: one administrator enters another account of the county, a second confirms it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from county_desk.actions.change_payer_account import confirm_payer_account, enter_payer_account
from county_desk.actions.set_up_county import SetupReport, set_up_county
from county_desk.load.county_setup import newest_setup
from county_desk.load.payer_accounts import account_in_use, waiting_account
from county_desk.rules.payer_account import AccountRefusal, PayerAccount
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.outbox import OutboxMessage
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, a_client, a_county, a_funding, a_person
from tests.builders.api import application_on
from tests.builders.second_factor import confirmed_at
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

PAGE, NEW = "/hallinta/alue/maksutili", "/hallinta/alue/maksutili/uusi"
OLD = PayerAccount("FI2112345600000785", "NDEAFIHH", "nordic")
OTHER = PayerAccount("FI8099000000090136", "OKOYFIHH", "basic")
TYPED = {"iban": "FI80 9900 0000 0901 36", "bic": "okoyfihh", "letters": "basic", "why": "Pankki vaihtui"}
OPERATOR = Actor(None, Role.ADMIN, "operator")


@dataclass
class Desk:
    """The application, two administrators and a worker of county 12, and an administrator of another."""

    app: Flask
    sessions: sessionmaker[Session]
    people: dict[str, Actor]

    def browser(self, name: str = "admin") -> StrictClient:
        with self.sessions.begin() as session:
            web = logged_in(self.app.test_client(), session, self.people[name])
            confirmed_at(session, self.people[name], NOW)
        return web

    def in_use(self, county_id: int = 12) -> PayerAccount:
        with self.sessions() as session:
            return account_in_use(session, county_id)


@pytest.fixture
def desk(sessions: sessionmaker[Session], var_dir: Path) -> Desk:
    """County 12 with an open voucher, and county 13."""
    with sessions.begin() as session:
        county, other = a_county(session), a_county(session, "13")
        a_funding(session, county, a_client(session, county))
        people = {
            "admin": a_person(session, Role.ADMIN, name="Anna Hallinta", county_id=county.id),
            "second": a_person(session, Role.ADMIN, name="Bo Hallinta", county_id=county.id),
            "worker": a_person(session, Role.WORKER, name="Tiina Työ", county_id=county.id),
            "far": a_person(session, Role.ADMIN, name="Kauko Kaukainen", county_id=other.id),
        }
    return Desk(application_on(sessions, var_dir), sessions, people)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_right_in_every_language(desk: Desk, language: str) -> None:
    admin, second = desk.browser(), desk.browser("second")
    wrong = {"iban": "FI80 9900", "bic": "X", "letters": "basic", "why": ""}
    refused = admin.send(admin.page(NEW, lang=language), wrong, status=422)
    assert len(refused.root.xpath("//p[@class='govuk-error-message']")) == 1
    refused = admin.send(refused, {"why": "Pankki vaihtui"}, status=422)
    assert len(refused.root.xpath("//p[@class='govuk-error-message']")) == 2
    assert admin.send(refused, TYPED).path == PAGE
    waiting = second.page(PAGE, lang=language)
    second.send(waiting, form=0)
    assert "FI8099000000090136" in second.page(PAGE, lang=language).texts("main")


def test_another_administrator_confirms(desk: Desk) -> None:
    admin, second = desk.browser(), desk.browser("second")
    own = admin.send(admin.page(NEW, lang="en"), TYPED)
    assert "You entered this account yourself" in own.texts("main")
    assert desk.in_use() == OLD
    again = admin.send(admin.page(NEW, lang="en"), TYPED, status=422)
    assert "Another account waits" in again.texts("main")
    done = second.send(second.page(PAGE, lang="en"), form=0)
    assert "The next payment run uses it" in done.texts("body")
    assert desk.in_use() == OTHER
    assert desk.in_use(13) == OLD
    with desk.sessions() as session:
        acts = session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("payer_account%")))
        assert sorted(acts) == ["payer_account.confirmed", "payer_account.entered"]
        bodies = session.scalars(select(OutboxMessage.body)).all()
    assert len(bodies) == 4
    assert all("0136" in body["text"] and "FI80" not in body["text"] for body in bodies)


def test_a_withdrawn_account_is_never_used(desk: Desk) -> None:
    admin, second = desk.browser(), desk.browser("second")
    admin.send(admin.page(NEW, lang="en"), TYPED)
    opened = second.page(PAGE, lang="en")
    admin.send(admin.page(PAGE, lang="en"), form=0)
    second.send(opened, form=0, status=404)
    assert desk.in_use() == OLD


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("admin", AccountRefusal.SAME_PERSON),
        ("worker", AccountRefusal.ROLE_FORBIDDEN),
        ("far", AccountRefusal.ROLE_FORBIDDEN),
        ("operator", AccountRefusal.SAME_PERSON),
        ("second", None),
    ],
)
def test_who_may_confirm(desk: Desk, who: str, expected: AccountRefusal | None) -> None:
    with desk.sessions() as session:
        key = {"why": "x", "now": NOW}
        assert enter_payer_account(session, 12, OTHER, actor=desk.people["admin"], **key) is None  # type: ignore[arg-type]
        waiting = waiting_account(session, 12)
        assert waiting is not None
        actor = desk.people.get(who, OPERATOR)
        done = confirm_payer_account(session, 12, waiting.id, actor=actor, now=NOW)
        assert (done.code if isinstance(done, Refusal) else None) == expected
        assert account_in_use(session, 12) == (OLD if expected else OTHER)


def test_the_database_lets_nobody_confirm_alone(desk: Desk) -> None:
    with desk.sessions() as session:
        enter_payer_account(session, 12, OTHER, why="x", actor=desk.people["admin"], now=NOW)
        alone = text("UPDATE payer_account_change SET confirmed_at = now(), confirmed_by = entered_by")
        with pytest.raises(IntegrityError, match="two_people"):
            session.execute(alone)


def by_file(session: Session, account: PayerAccount) -> SetupReport:
    stored = newest_setup(session, "12")
    assert stored is not None
    setup = replace(stored, iban=account.iban, bic=account.bic, bank_letters=account.letters)
    return set_up_county(session, setup, actor=OPERATOR, now=NOW)


def test_an_account_of_the_file_waits_for_a_person(desk: Desk) -> None:
    """The same file again changes nothing; another one takes the place of what waits."""
    with desk.sessions() as session:
        assert by_file(session, OTHER).changes
        assert account_in_use(session, 12) == OLD
        assert by_file(session, OTHER) == SetupReport()
        other = replace(OTHER, bic="NDEAFIHH")
        assert by_file(session, other).changes
        waiting = waiting_account(session, 12)
        assert waiting is not None
        assert (waiting.account, waiting.entered_by) == (other, None)
        confirm_payer_account(session, 12, waiting.id, actor=desk.people["admin"], now=NOW)
        assert account_in_use(session, 12) == other
        assert by_file(session, other) == SetupReport()
