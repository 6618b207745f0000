"""Price lists are taken in row by row: the real tables of ../shared/data, and small ones for each rule."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import County, TimeClass
from foundation.database.tables.providers import Offering, Price
from foundation.database.tables.services import CountyService, Service, ServiceValue
from foundation.tabular.import_report import ImportReport, write_refused_rows
from foundation.tabular.mapping_file import parse_mapping
from foundation.tabular.reading import read_table
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.import_provider_prices import import_provider_prices
from marketplace.actions.import_values import import_values
from marketplace.rules.price_rows import PRICE_LAYOUT, VALUE_LAYOUT
from tests.builders import NOW, a_county, a_person, a_provider

MAPPINGS = Path(__file__).parents[2] / "docs" / "mappings"
VALUES = "service;unit;time_class;unit_value;price_cap;from;to\n"
PRICES = "service;unit;time_class;unit_price;vat_rate;from;to\n"


@pytest.fixture
def county(session: Session) -> County:
    return a_county(session)


@pytest.fixture
def worker(session: Session, county: County) -> Actor:
    return a_person(session, Role.WORKER, county_id=county.id)


def offer(session: Session, county: County, *services: tuple[str, str]) -> None:
    """Put services into the county's catalogue."""
    first = (session.scalar(select(func.max(Service.id))) or 0) + 1
    for key, (code, unit) in enumerate(services, start=first):
        names = {"name_fi": code, "name_sv": code, "name_en": code}
        vat = {"vat_kind": "exempt", "vat_exemption": "social_welfare"}
        session.add(Service(id=key, code=code, unit=unit, **vat, **names))
        session.flush()
        session.add(CountyService(county_id=county.id, service_id=key))
    session.flush()


def values(
    session: Session, worker: Actor, data: bytes, mapping: str = "", *, dry_run: bool = False
) -> ImportReport:
    read = parse_mapping((MAPPINGS / mapping).read_text(encoding="utf-8")) if mapping else None
    table = read_table(data, VALUE_LAYOUT, mapping=read)
    return import_values(session, table, county_id=12, dry_run=dry_run, actor=worker, now=NOW)


def prices(session: Session, worker: Actor, rows: str, provider_id: int) -> ImportReport:
    table = read_table((PRICES + rows).encode(), PRICE_LAYOUT)
    return import_provider_prices(
        session, table, county_id=12, provider_id=provider_id, dry_run=False, actor=worker, now=NOW
    )


def faults_by_row(report: ImportReport) -> dict[int, set[tuple[str, str]]]:
    return {row.number: {(fault.field, fault.code) for fault in row.faults} for row in report.refused}


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ServiceValue)) or 0


def test_a_countys_table_by_time_and_its_hole(
    session: Session, county: County, worker: Actor, shared_data: Path
) -> None:
    offer(
        session,
        county,
        ("SUBSTITUTE_CARE", "hour"),
        ("ROUND_THE_CLOCK_HOUSING", "day"),
        ("COMMUNAL_HOUSING", "month"),
    )
    data = (shared_data / "fi_lapha_voucher_values_2023.csv").read_bytes()
    report = values(session, worker, data, "county_values_by_time.toml")
    assert (report.rows, report.imported, report.unchanged, len(report.refused)) == (18, 11, 2, 5)
    assert faults_by_row(report)[15] >= {("unit", "word_unknown"), ("service", "word_unknown")}
    holes = {
        (note.values["day_kind"], note.values["from"], note.values["to"])
        for note in report.notes
        if note.code == "no_value_at_times" and note.values["service"] == "HOME_CARE"
    }
    assert holes == {
        ("weekday", "00:00", "07:00"),
        ("weekday", "22:00", "24:00"),
        ("saturday", "00:00", "07:00"),
        ("saturday", "22:00", "24:00"),
        ("sunday_or_holiday", "00:00", "07:00"),
        ("sunday_or_holiday", "22:00", "24:00"),
    }
    classes = [note.values["time_class"] for note in report.notes if note.code == "no_value_for_class"]
    assert classes == ["night", "night"]
    again = values(session, worker, data, "county_values_by_time.toml")
    assert (again.imported, again.unchanged, len(again.refused)) == (0, 13, 5)


def test_the_table_of_personal_assistance_has_no_hole(
    session: Session, worker: Actor, shared_data: Path
) -> None:
    data = (shared_data / "fi_turku_personal_assistance_values.csv").read_bytes()
    report = values(session, worker, data, "personal_assistance_values.toml")
    assert (report.imported, report.refused) == (3, ())
    assert [note for note in report.notes if note.code == "no_value_at_times"] == []


def test_a_class_that_the_county_lacks_is_refused(session: Session, worker: Actor, shared_data: Path) -> None:
    data = (shared_data / "fi_ras_hourly_reimbursement_2021.csv").read_bytes()
    report = values(session, worker, data, "hourly_reimbursement.toml")
    assert (report.imported, faults_by_row(report)) == (4, {5: {("time_class", "time_class_unknown")}})
    names = {"name_fi": "lauantai-ilta", "name_sv": "lördagskväll", "name_en": "Saturday evening"}
    session.add(TimeClass(id=9, code="saturday_evening", **names))
    session.flush()
    mended = values(session, worker, data, "hourly_reimbursement.toml")
    assert (mended.imported, mended.unchanged, mended.refused) == (1, 4, ())


def test_housing_by_day_and_month(session: Session, county: County, worker: Actor, shared_data: Path) -> None:
    names = ("SERVICE_HOUSING", "ENHANCED_HOUSING")
    offer(session, county, *((f"{name}_{unit.upper()}", unit) for name in names for unit in ("day", "month")))
    data = (shared_data / "fi_essote_voucher_values_2020.csv").read_bytes()
    report = values(session, worker, data, "housing_values.toml")
    assert (report.imported, report.refused, report.notes) == (4, (), ())


def test_a_large_foreign_price_list(
    session: Session, county: County, worker: Actor, shared_data: Path
) -> None:
    data = (shared_data / "ndis_support_catalogue_2023-24_current.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    units = {"H": "hour", "D": "day", "E": "piece", "MON": "month"}
    catalogue = {row["Support Item Number"]: units.get(row["Unit"], "piece") for row in rows}
    offer(session, county, *catalogue.items())
    report = values(session, worker, data, "ndis_support_catalogue.toml")
    assert report.rows == 634
    priced = sum(1 for row in rows if row["NSW"] and row["Unit"] in units)
    assert (report.imported, len(report.refused)) == (priced, 634 - priced)
    codes = {code for row in faults_by_row(report).values() for _, code in row}
    assert codes == {"field_missing", "word_unknown", "too_many_decimals"}
    artefact = select(ServiceValue.unit_value_cents).join(Service, Service.id == ServiceValue.service_id)
    assert session.scalar(artefact.where(Service.code == "01_002_0107_1_1_T")) == 7456
    assert values(session, worker, data, "ndis_support_catalogue.toml").imported == 0


def test_refused_rows_come_back_and_are_taken_when_mended(session: Session, worker: Actor) -> None:
    rows = "HOME_CARE;hour;any;36,00;;1.1.2026;\nNO;visit;dawn;0;x;2026-02-30;\n"
    report = values(session, worker, (VALUES + rows).encode())
    assert faults_by_row(report) == {
        3: {
            ("unit_value", "amount_not_positive"),
            ("price_cap", "field_malformed"),
            ("from", "field_malformed"),
        }
    }
    file = write_refused_rows(report, lambda words, **named: words % named).decode("utf-8-sig")
    head, row, _ = file.split("\r\n")
    assert head == "service;unit;time_class;unit_value;price_cap;from;to;file_row;reason_codes;reasons"
    assert row.startswith("NO;visit;dawn;0;x;2026-02-30;;3;")
    mended = file.replace("NO;visit;dawn;0;x;2026-02-30", "SPORT;visit;any;9;;2026-02-28")
    assert values(session, worker, mended.encode()).imported == 1


def test_a_rehearsal_changes_nothing(session: Session, worker: Actor) -> None:
    data = (VALUES + "HOME_CARE;hour;any;36.00;50.00;2026-01-01;\n").encode()
    report = values(session, worker, data, dry_run=True)
    assert (report.imported, stored(session)) == (1, 0)


def test_a_later_value_ends_the_earlier_value(session: Session, worker: Actor) -> None:
    rows = "HOME_CARE;hour;any;36;;2026-01-01;\nHOME_CARE;hour;any;38;45;2026-07-01;\n"
    values(session, worker, (VALUES + rows).encode())
    values(session, worker, (VALUES + "HOME_CARE;hour;any;40;;2027-01-01;\n").encode())
    found = session.scalars(select(ServiceValue).order_by(ServiceValue.valid)).all()
    assert [(row.unit_value_cents, row.valid.lower, row.valid.upper) for row in found] == [
        (3600, date(2026, 1, 1), date(2026, 7, 1)),
        (3800, date(2026, 7, 1), date(2027, 1, 1)),
        (4000, date(2027, 1, 1), None),
    ]
    other = values(session, worker, (VALUES + "HOME_CARE;hour;any;39;;2026-07-01;\n").encode())
    assert faults_by_row(other) == {2: {("from", "price_overlaps")}}


def test_a_providers_prices_make_its_offering(session: Session, county: County, worker: Actor) -> None:
    provider = a_provider(session, county)
    rows = (
        "HOME_CARE;hour;weekday;40.00;0;2026-01-01;\n"
        "HOME_CARE;hour;evening;46.00;;2026-01-01;\n"
        "TRANSPORT;km;any;0.90;14;2026-01-01;\n"
        "SPORT;hour;any;10;25.5;2026-01-01;\n"
    )
    report = prices(session, worker, rows, provider.id)
    assert report.imported == 2
    assert faults_by_row(report) == {4: {("vat_rate", "vat_rate_wrong")}, 5: {("unit", "unit_mismatch")}}
    offering = session.scalars(select(Offering)).one()
    assert (offering.provider_id, offering.unit) == (provider.id, "hour")
    assert prices(session, worker, rows, provider.id).unchanged == 2


def test_a_price_list_says_how_help_is_given(session: Session, county: County, worker: Actor) -> None:
    provider = a_provider(session, county)
    header = "service;unit;time_class;unit_price;from;communication;home_visits\n"
    rows = (
        "HOME_CARE;hour;weekday;40.00;2026-01-01;plain_language pictures;kyllä\n"
        "HOME_CARE;hour;evening;46.00;2026-01-01;pictures writing;\n"
    )

    def sent(rows: str) -> ImportReport:
        table = read_table((header + rows).encode(), PRICE_LAYOUT)
        return import_provider_prices(
            session, table, county_id=12, provider_id=provider.id, dry_run=False, actor=worker, now=NOW
        )

    assert sent(rows).imported == 2
    offering = session.scalars(select(Offering)).one()
    stated = (["plain_language", "pictures", "writing"], True)
    assert (offering.communication, offering.home_visits) == stated
    version = offering.version
    assert sent(rows).unchanged == 2
    assert sent("HOME_CARE;hour;weekday;40.00;2026-01-01;;\n").unchanged == 1
    session.refresh(offering)
    assert (offering.communication, offering.home_visits, offering.version) == (*stated, version)
    wrong = sent("HOME_CARE;hour;night;50.00;2026-01-01;telepathy;perhaps\n")
    faults = {("communication", "communication_unknown"), ("home_visits", "yes_or_no")}
    assert faults_by_row(wrong) == {2: faults}


def test_a_price_of_past_days_is_locked(session: Session, county: County, worker: Actor) -> None:
    provider = a_provider(session, county)
    prices(session, worker, "HOME_CARE;hour;any;40;;2026-01-01;\n", provider.id)
    past = prices(session, worker, "HOME_CARE;hour;any;41;;2026-11-20;\n", provider.id)
    assert faults_by_row(past) == {2: {("from", "price_locked")}}
    assert prices(session, worker, "HOME_CARE;hour;any;41;;2026-11-21;\n", provider.id).imported == 1
    found = session.scalars(select(Price).order_by(Price.valid)).all()
    assert [(row.unit_price_cents, row.valid.upper) for row in found] == [
        (4000, date(2026, 11, 21)),
        (4100, None),
    ]
