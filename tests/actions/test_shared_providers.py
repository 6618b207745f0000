"""A provider's entry belongs to it and to every county that knows it (S3)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.counties import County
from foundation.database.tables.providers import BankAccount, Provider
from foundation.tabular.import_report import ImportReport
from foundation.tabular.reading import read_table
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.import_providers import import_providers
from marketplace.rules.provider_rows import PROVIDER_LAYOUT
from marketplace.rules.register_ownership import not_to_be_changed
from tests.builders import NOW, a_county, a_person, a_provider, approve

HEAD = "business_id;name;email;phone;website;iban;services;insurance_from;insurance_to\n"
OTHER_IBAN = "FI2112345600000785"


def row(provider: Provider, **cells: str) -> str:
    own = {
        "business_id": provider.business_id,
        "name": provider.name,
        "email": provider.email,
        "phone": provider.phone,
    }
    return ";".join((own | cells).get(name, "") for name in HEAD.strip().split(";")) + "\n"


def take_in(session: Session, county: County, worker: Actor, rows: str) -> ImportReport:
    table = read_table((HEAD + rows).encode(), PROVIDER_LAYOUT)
    return import_providers(session, table, county_id=county.id, dry_run=False, actor=worker, now=NOW)


@pytest.fixture
def home(session: Session) -> County:
    return a_county(session)


@pytest.fixture
def foreign(session: Session) -> County:
    return a_county(session, "13")


@pytest.fixture
def provider(session: Session, home: County) -> Provider:
    """A provider that only the home county has approved."""
    made = a_provider(session, home)
    approve(session, home, made, "PERSONAL_ASSISTANCE", from_day=date(2026, 1, 1))
    return made


def codes(report: ImportReport) -> set[tuple[str, str]]:
    return {(fault.field, fault.code) for refused in report.refused for fault in refused.faults}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Toinen nimi Oy"),
        ("email", "thief@example.test"),
        ("phone", "050 999"),
        ("website", "https://thief.example.test"),
        ("iban", OTHER_IBAN),
    ],
)
def test_a_county_that_does_not_know_the_provider_changes_nothing(
    session: Session, foreign: County, provider: Provider, field: str, value: str
) -> None:
    worker = a_person(session, Role.WORKER, county_id=foreign.id)
    before = (provider.name, provider.email, provider.phone, provider.website)
    accounts = session.scalars(select(BankAccount.iban).where(BankAccount.provider_id == provider.id)).all()
    report = take_in(session, foreign, worker, row(provider, **{field: value}))
    assert codes(report) == {(field, "provider_is_shared")}
    session.refresh(provider)
    assert (provider.name, provider.email, provider.phone, provider.website) == before
    after = session.scalars(select(BankAccount.iban).where(BankAccount.provider_id == provider.id)).all()
    assert after == accounts


def test_it_does_not_become_a_county_that_may_by_asking_for_an_approval(
    session: Session, foreign: County, provider: Provider
) -> None:
    worker = a_person(session, Role.WORKER, county_id=foreign.id)
    assert take_in(session, foreign, worker, row(provider, services="HOME_CARE")).imported == 1
    changed = take_in(session, foreign, worker, row(provider, iban=OTHER_IBAN))
    assert codes(changed) == {("iban", "provider_is_shared")}


def test_the_only_county_keeps_the_entry(session: Session, home: County, provider: Provider) -> None:
    worker = a_person(session, Role.WORKER, county_id=home.id)
    assert take_in(session, home, worker, row(provider, email="new@example.test")).imported == 1


def test_an_account_that_one_worker_imports_is_not_paid_to(
    session: Session, home: County, provider: Provider
) -> None:
    """The second person is another one than the worker who imported it, and it waits 48 hours (R-32)."""
    worker = a_person(session, Role.WORKER, county_id=home.id)
    assert take_in(session, home, worker, row(provider, iban=OTHER_IBAN)).imported == 1
    query = select(BankAccount).where(BankAccount.provider_id == provider.id, BankAccount.iban == OTHER_IBAN)
    new = session.scalars(query).one()
    assert (new.entered_by, new.confirmed_by, new.confirmed_at) == (worker.person_id, None, None)


def test_a_file_never_changes_a_business_id(session: Session, home: County, provider: Provider) -> None:
    worker = a_person(session, Role.WORKER, county_id=home.id)
    assert take_in(session, home, worker, row(provider, business_id="2345678-0")).imported == 1
    assert session.scalars(select(Provider.business_id).order_by(Provider.id)).all() == [
        provider.business_id,
        "2345678-0",
    ]


def test_every_county_that_knows_the_provider_gets_the_row(
    session: Session, home: County, foreign: County, provider: Provider
) -> None:
    approve(session, foreign, provider, "PERSONAL_ASSISTANCE", from_day=date(2026, 1, 1))
    worker = a_person(session, Role.WORKER, county_id=foreign.id)
    paper = {"insurance_from": "2026-01-01", "insurance_to": "2027-12-31"}
    assert take_in(session, foreign, worker, row(provider, **paper)).imported == 1
    query = select(AuditEvent.county_id).where(AuditEvent.act == "provider.update")
    assert set(session.scalars(query)) == {home.id, foreign.id}


@pytest.mark.parametrize(
    ("known_to", "county", "refused"),
    [
        (set(), 1, []),
        ({1}, 1, []),
        ({1, 2}, 1, ["name"]),
        ({2}, 1, ["name", "insurance_from"]),
    ],
)
def test_who_may_change_what(known_to: set[int], county: int, refused: list[str]) -> None:
    found = not_to_be_changed(["name"], ["insurance_from"], known_to=frozenset(known_to), county_id=county)
    assert [refusal.field for refusal in found] == refused
