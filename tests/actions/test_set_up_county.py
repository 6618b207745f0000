"""A county by its file: created, repeated, changed, and refused without a trace."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.charges.load.counties import county_settings
from clearing.eligibility.facts.calendar import CalendarRange as CalendarFact
from clearing.eligibility.facts.calendar import DayKind
from clearing.eligibility.load.calendars import calendars
from clearing.eligibility.rules.time_classes import calendar_on
from clearing.grants.facts.funding import ANY_CLASS
from county_desk.actions.set_up_county import SetupReport, set_up_county
from county_desk.load.county_setup import newest_setup
from county_desk.reading.county_file import read_county_file
from county_desk.rules.county_setup import AddressSetup, CountySetup, SetupCode, SharedSetup
from county_desk.rules.texts import Texts
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.counties import CalendarRange, Municipality
from foundation.database.tables.services import SearchWord
from foundation.vocabulary.dates import ONE_DAY
from foundation.vocabulary.roles import Actor, Role
from marketplace.load.county_addresses import county_address
from tests.builders import NOW, TODAY, a_client, a_county, a_funding

EXAMPLE = Path(__file__).parents[2] / "docs" / "counties" / "example.yaml"
NEW_YEAR = date(2027, 1, 1)
OPERATOR = Actor(None, Role.ADMIN, "operator")


@pytest.fixture
def example() -> CountySetup:
    setup = read_county_file(EXAMPLE.read_text(encoding="utf-8"))
    assert isinstance(setup, CountySetup)
    return setup


def carry_out(session: Session, setup: CountySetup, *, dry_run: bool = False) -> SetupReport:
    return set_up_county(session, setup, actor=OPERATOR, now=NOW, dry_run=dry_run)


def audited(session: Session) -> int:
    return session.scalars(
        select(func.count()).select_from(AuditEvent).where(AuditEvent.act == "county.set_up")
    ).one()


def test_an_empty_database_gets_the_county_of_the_file(session: Session, example: CountySetup) -> None:
    tried = carry_out(session, example, dry_run=True)
    assert newest_setup(session, "98") is None
    done = carry_out(session, example)
    assert done.changes == tried.changes
    assert all(change.before is None for change in done.changes)
    assert newest_setup(session, "98") == replace(example, calendar=tuple(sorted(example.calendar)))
    assert session.scalars(select(func.count()).select_from(SearchWord)).one() > 100
    assert audited(session) == 1


def test_the_same_file_again_changes_nothing(session: Session, example: CountySetup) -> None:
    carry_out(session, example)
    assert carry_out(session, example) == SetupReport()
    assert audited(session) == 1


def test_a_changed_file_changes_what_it_says(session: Session, example: CountySetup) -> None:
    carry_out(session, example)
    changed = replace(
        example, late_days=30, municipalities=example.municipalities[:1], services=example.services[:1]
    )
    report = carry_out(session, changed)
    assert [(change.path, change.before, change.after) for change in report.changes] == [
        ("late_days", "60", "30"),
        ("municipalities.902.name.fi", "Mallila", None),
        ("municipalities.902.name.sv", "Modellby", None),
        ("municipalities.902.centre", "61.70000, 25.40000", None),
        ("services.HOME_CARE", "offered", None),
    ]
    stored = newest_setup(session, "98")
    assert stored is not None
    assert (stored.late_days, stored.services) == (30, ("PERSONAL_ASSISTANCE",))
    assert session.scalars(select(Municipality.code)).all() == ["901"]


def test_what_is_in_use_is_not_removed_and_nothing_else_is_changed(
    session: Session, example: CountySetup
) -> None:
    place = a_county(session)
    a_funding(session, place, a_client(session, place))
    stored = newest_setup(session, "12")
    assert stored is not None
    used = replace(stored, late_days=5, municipalities=example.municipalities)
    report = carry_out(session, used)
    assert [fault.code for fault in report.faults] == [SetupCode.MUNICIPALITY_IN_USE]
    assert (report.faults[0].field, report.faults[0].values["clients"]) == ("municipalities.491", 1)
    assert newest_setup(session, "12") == stored


def test_a_second_county_cannot_change_what_the_first_uses(session: Session, example: CountySetup) -> None:
    carry_out(session, example)
    home_care = replace(example.shared.definitions[1], unit="visit", name=Texts("Muu", "Annan", "Other"))
    other = replace(
        example,
        code="97",
        municipalities=(replace(example.municipalities[0], code="903"),),
        shared=SharedSetup((home_care,), example.shared.time_classes),
    )
    report = carry_out(session, other)
    assert {(fault.code, fault.field) for fault in report.faults} == {
        (SetupCode.SHARED_DIFFERS, "service_definitions.HOME_CARE.unit"),
        (SetupCode.SHARED_DIFFERS, "service_definitions.HOME_CARE.name.fi"),
        (SetupCode.SHARED_DIFFERS, "service_definitions.HOME_CARE.name.sv"),
        (SetupCode.SHARED_DIFFERS, "service_definitions.HOME_CARE.name.en"),
    }
    assert newest_setup(session, "97") is None


def test_the_reason_of_exemption_changes_until_the_service_is_granted(
    session: Session, example: CountySetup
) -> None:
    carry_out(session, example)
    assistance, home_care = example.shared.definitions
    nursing = replace(home_care, vat_exemption="health_care")
    changed = replace(example, shared=SharedSetup((assistance, nursing), example.shared.time_classes))
    report = carry_out(session, changed)
    path = "service_definitions.HOME_CARE.vat_exemption"
    assert [(each.path, each.before, each.after) for each in report.changes] == [
        (path, "social_welfare", "health_care")
    ]
    stored = newest_setup(session, "98")
    assert stored is not None
    assert [each.vat_exemption for each in stored.shared.definitions] == ["social_welfare", "health_care"]


def test_a_granted_service_keeps_its_reason_of_exemption(session: Session) -> None:
    place = a_county(session)
    a_funding(session, place, a_client(session, place))
    stored = newest_setup(session, "12")
    assert stored is not None
    granted = [replace(each, vat_exemption="health_care") for each in stored.shared.definitions[:1]]
    report = carry_out(session, replace(stored, shared=SharedSetup(tuple(granted), ())))
    path = f"service_definitions.{granted[0].code}.vat_exemption"
    assert [(fault.code, fault.field) for fault in report.faults] == [(SetupCode.SHARED_DIFFERS, path)]


def test_anothers_municipality_an_unknown_service_and_a_hole_are_reported_at_once(
    session: Session, example: CountySetup
) -> None:
    carry_out(session, example)
    wrong = replace(
        example,
        code="97",
        services=("DANCE",),
        calendar=(*example.calendar[1:], example.calendar[-1]._replace(time_class="dawn")),
    )
    report = carry_out(session, wrong)
    codes = {fault.code for fault in report.faults}
    assert codes == {
        SetupCode.OTHER_COUNTY,
        SetupCode.SERVICE_UNKNOWN,
        SetupCode.DAY_COVERED_TWICE,
        SetupCode.DAY_NOT_COVERED,
        SetupCode.TIME_CLASS_UNKNOWN,
    }
    assert session.scalars(select(func.count()).select_from(CalendarRange)).one() == len(example.calendar)


def test_a_calendar_names_the_class_and_never_any_of_them(session: Session, example: CountySetup) -> None:
    carry_out(session, example)
    any_time = example.calendar[-1]._replace(time_class=ANY_CLASS)
    report = carry_out(session, replace(example, calendar=(*example.calendar[:-1], any_time)))
    assert [fault.code for fault in report.faults] == [SetupCode.TIME_CLASS_UNKNOWN]


NIGHTS = tuple(CalendarFact(kind, 0, 1440, "night") for kind in DayKind)


@pytest.fixture
def in_use(session: Session, example: CountySetup) -> CountySetup:
    """County 12 with a voucher, and time classes of a file."""
    place = a_county(session)
    a_funding(session, place, a_client(session, place))
    stored = newest_setup(session, "12")
    assert stored is not None
    return replace(stored, shared=SharedSetup((), example.shared.time_classes))


@pytest.mark.parametrize(
    ("asked", "first"), [(None, TODAY + ONE_DAY), (TODAY + ONE_DAY, TODAY + ONE_DAY), (NEW_YEAR, NEW_YEAR)]
)
def test_a_calendar_and_late_days_in_use_change_from_a_day(
    session: Session, in_use: CountySetup, asked: date | None, first: date
) -> None:
    """Before it, what was in force stays; the same file again changes nothing, also after the day."""
    before = calendars(session, [12])[12]
    changed = replace(in_use, calendar=NIGHTS, calendar_from=asked, late_days=5, late_days_from=asked)
    report = carry_out(session, changed)
    assert {change.path for change in report.changes} >= {"calendar_from", "late_days", "late_days_from"}
    assert calendar_on(calendars(session, [12])[12], first - ONE_DAY) == tuple(before)
    assert {each.time_class for each in calendar_on(calendars(session, [12])[12], first)} == {"night"}
    settings = county_settings(session, [12])[12]
    assert (settings.late_days_on(first - ONE_DAY), settings.late_days_on(first)) == (60, 5)
    assert set_up_county(session, changed, actor=OPERATOR, now=NOW) == SetupReport()
    later = NOW + timedelta(days=400)
    assert set_up_county(session, changed, actor=OPERATOR, now=later) == SetupReport()
    newest = newest_setup(session, "12")
    assert newest is not None
    assert (newest.late_days, newest.late_days_from, newest.calendar_from) == (5, first, first)


def test_an_address_begins_tomorrow_and_a_file_without_one_keeps_it(
    session: Session, in_use: CountySetup
) -> None:
    address = AddressSetup("Asematie 2", "50100", "Mikkeli")
    report = carry_out(session, replace(in_use, address=address))
    own = [(each.path, each.after) for each in report.changes if each.path.startswith("address")]
    assert own == [
        ("address.street", "Asematie 2"),
        ("address.postcode", "50100"),
        ("address.town", "Mikkeli"),
        ("address_from", (TODAY + ONE_DAY).isoformat()),
    ]
    assert county_address(session, 12, TODAY) is None
    assert carry_out(session, in_use) == SetupReport()
    newest = newest_setup(session, "12")
    assert newest is not None
    assert (newest.address, newest.address_from) == (address, TODAY + ONE_DAY)
    faults = carry_out(
        session, replace(in_use, address=replace(address, town="X"), address_from=TODAY)
    ).faults
    assert [(fault.code, fault.field) for fault in faults] == [(SetupCode.PAST_LOCKED, "address_from")]


def test_the_past_is_locked(session: Session, in_use: CountySetup) -> None:
    stored = newest_setup(session, "12")
    for day in (TODAY, date(2026, 1, 1)):
        changed = replace(in_use, calendar=NIGHTS, calendar_from=day, late_days=5, late_days_from=day)
        faults = carry_out(session, changed).faults
        assert [(fault.code, fault.field) for fault in faults] == [
            (SetupCode.PAST_LOCKED, "calendar_from"),
            (SetupCode.PAST_LOCKED, "late_days_from"),
        ]
    assert newest_setup(session, "12") == stored
