"""Decisions and providers from files."""

import secrets
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.grants.actions.import_decisions import import_decisions
from clearing.grants.reading.decision_rows import DECISION_LAYOUT
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Balance, Funding, FundingTerms, PersonalBudget
from foundation.database.tables.providers import ApprovalState, BankAccount, Provider, ProviderUnit
from foundation.tabular.import_report import ImportReport
from foundation.tabular.reading import read_table
from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.vocabulary.keys import KeyRing
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.import_providers import import_providers
from marketplace.rules.provider_rows import PROVIDER_LAYOUT
from tests.builders import NOW, a_county, a_person
from tests.builders.books import check_books

HEAD = (
    "number;decided_on;decided_by;legal_basis;cost_centre;client;name;municipality;language;identity_code;"
    "budget;budget_from;budget_to;external_id;kind;services;from;to;amount;quantity;period;period_quantity;"
    "unit_values;overrun\n"
)
ONE = (
    "D-1;7.1.2026;Virpi;VpL 9 §;4410;C-1;Aino;Mikkeli;sv;131052-308T;3000;1.1.2026;31.12.2026;"
    "a;voucher;HOME_CARE;1.1.2026;31.12.2026;1000,50;;;;weekday=36,00 evening=41.40;cut\n"
)
TWO = (
    "D-1;7.1.2026;Virpi;VpL 9 §;4410;C-1;Aino;Mikkeli;sv;;3000;1.1.2026;31.12.2026;"
    "b;voucher;HOME_CARE PERSONAL_ASSISTANCE;1.1.2026;31.12.2026;;;month;4;"
    "HOME_CARE:any=36 PERSONAL_ASSISTANCE:any=40;\n"
)
BAD = (
    "D-1;7.1.2026;Virpi;VpL 9 §;4410;C-1;Aino;Mikkeli;sv;;3000;1.1.2026;31.12.2026;"
    "c;voucher;NO;1.1.2026;31.12.2026;10;;;;;\n"
    "D-2;7.1.2026;Virpi;VpL 9 §;0;C-2;Eino;Turku;de;010101-000X;;;;"
    "a;gift;HOME_CARE;31.12.2026;;x;;;;3;\n"
)
PROVIDERS = (
    "business_id;name;email;phone;iban;bic;street;municipality;insurance_from;insurance_to;services;approved_from\n"
    "1234567-1;Apu Oy;apu@example.invalid;040 1;FI21 1234 5600 0007 85;NDEAFIHH;Katu 1;Mikkeli;1.1.2026;"
    "31.12.2026;HOME_CARE SPORT;1.2.2026\n"
    "1234567-2;Väärä Oy;;040 1;FI00;;Katu 1;Turku;;;NO;\n"
)


@pytest.fixture
def county(session: Session) -> County:
    return a_county(session)


@pytest.fixture
def worker(session: Session, county: County) -> Actor:
    return a_person(session, Role.WORKER, county_id=county.id)


def decisions(
    session: Session, worker: Actor, rows: str, *, dry_run: bool = False, head: str = HEAD
) -> ImportReport:
    report = import_decisions(
        session,
        read_table((head + rows).encode(), DECISION_LAYOUT),
        county="12",
        hash_code=partial(hash_identity_code, keys=KeyRing({1: b"key"})),
        dry_run=dry_run,
        actor=worker,
        now=NOW,
        random_bits=secrets.randbits,
    )
    check_books(session)
    return report


def faults_by_row(report: ImportReport) -> dict[int, set[tuple[str, str]]]:
    return {row.number: {(fault.field, fault.code) for fault in row.faults} for row in report.refused}


def test_the_good_rows_of_a_decision_go_in(session: Session, worker: Actor) -> None:
    report = decisions(session, worker, ONE + TWO + BAD)
    assert (report.rows, report.imported) == (4, 2)
    assert faults_by_row(report) == {
        4: {("services", "service_unknown")},
        5: {
            ("identity_code", "field_malformed"),
            ("language", "field_malformed"),
            ("kind", "field_malformed"),
            ("to", "field_missing"),
            ("amount", "field_malformed"),
        },
    }
    rows = session.execute(
        select(Funding.external_id, Balance.granted_cents, FundingTerms.unit_values)
        .join(Balance, Balance.funding_id == Funding.id)
        .join(FundingTerms, FundingTerms.funding_id == Funding.id)
        .order_by(Funding.id)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("a", 100_050, {"HOME_CARE": {"weekday": 3600, "evening": 4140}}),
        ("b", 192_000, {"HOME_CARE": {"any": 3600}, "PERSONAL_ASSISTANCE": {"any": 4000}}),
    ]
    assert session.scalars(select(PersonalBudget.amount_cents)).one() == 300_000
    assert session.scalars(select(Client.identity_hash)).one() is not None


def test_the_same_file_again_changes_nothing(session: Session, worker: Actor) -> None:
    decisions(session, worker, ONE + TWO)
    again = decisions(session, worker, ONE + TWO)
    assert (again.imported, again.unchanged) == (0, 2)
    mended = decisions(session, worker, BAD.splitlines(keepends=True)[0].replace("NO", "SPORT"))
    assert mended.imported == 1
    assert decisions(session, worker, ONE + TWO).unchanged == 2


def test_a_rehearsal_grants_nothing(session: Session, worker: Actor) -> None:
    assert decisions(session, worker, ONE, dry_run=True).imported == 1
    assert session.scalar(select(func.count()).select_from(Funding)) == 0


def test_providers_with_their_approvals(session: Session, county: County, worker: Actor) -> None:
    def take_in() -> ImportReport:
        table = read_table(PROVIDERS.encode(), PROVIDER_LAYOUT)
        return import_providers(session, table, county_id=county.id, dry_run=False, actor=worker, now=NOW)

    report = take_in()
    assert report.imported == 1
    assert faults_by_row(report) == {3: {("services", "service_unknown")}}
    assert session.scalars(select(Provider.name)).one() == "Apu Oy"
    assert session.scalars(select(BankAccount.iban)).one() == "FI2112345600000785"
    assert session.scalars(select(ProviderUnit.municipality_code)).one() == "491"
    assert session.scalars(select(ApprovalState.state)).all() == ["approved", "approved"]
    again = take_in()
    assert (again.imported, again.unchanged, len(again.refused)) == (0, 1, 1)


def test_a_row_names_what_its_decision_replaces(session: Session, worker: Actor) -> None:
    decisions(session, worker, ONE)
    head = HEAD.replace("overrun\n", "overrun;replaces\n")
    row = ONE.replace(";a;voucher", ";b;voucher").replace(";cut\n", ";cut;{}\n")
    assert faults_by_row(decisions(session, worker, row.format("D-9"), head=head)) == {
        2: {("replaces", "replaced_unknown")}
    }
    assert decisions(session, worker, row.format("D-1"), head=head).imported == 1
    replaced = select(Funding.replaced_by).order_by(Funding.external_id)
    assert session.scalars(replaced).all() == ["D-1", None]
