"""/hallinta/alue: an administrator sees what a change of the county's settings does, and then stores it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from county_desk.load.county_setup import newest_setup
from county_desk.rules.county_setup import AddressSetup, CountySetup
from foundation.database.tables.audit import AuditEvent
from foundation.vocabulary.roles import Actor, Role
from marketplace.load.catalogue import service_names
from tests.builders import a_client, a_county, a_funding, a_person
from tests.builders.api import application_on
from tests.builders.county import TODAY
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

OVERVIEW = "/hallinta/alue"
DETAILS, LATE, CALENDAR, ADDRESS = (
    f"{OVERVIEW}/{name}" for name in ("tiedot", "myohassa", "kalenteri", "osoite")
)
CENTRES, SERVICES = f"{OVERVIEW}/kustannuspaikat", f"{OVERVIEW}/palvelut"
STORE = {"store": "1"}
NAMES = {"name_fi": "Uusi", "name_sv": "Ny", "name_en": "New"}
NEXT_YEAR = "1.1.2027"


@dataclass
class Desk:
    """The application, two administrators of county 12, and one of another county."""

    app: Flask
    sessions: sessionmaker[Session]
    people: dict[str, Actor]

    def browser(self, name: str = "admin") -> StrictClient:
        with self.sessions.begin() as session:
            return logged_in(self.app.test_client(), session, self.people[name])

    def setup(self, code: str = "12") -> CountySetup:
        with self.sessions() as session:
            found = newest_setup(session, code)
        assert found is not None
        return found

    def audited(self) -> list[tuple[int | None, object]]:
        with self.sessions() as session:
            rows = session.scalars(
                select(AuditEvent).where(AuditEvent.act.like("county.%")).order_by(AuditEvent.id)
            )
            return [(row.actor_id, row.detail) for row in rows]


@pytest.fixture
def desk(sessions: sessionmaker[Session], var_dir: Path) -> Desk:
    """County 12 with an open voucher and two administrators, and county 13 with one."""
    with sessions.begin() as session:
        county, other = a_county(session), a_county(session, "13")
        county.business_id = other.business_id = "1234567-1"
        a_funding(session, county, a_client(session, county))
        people = {
            "admin": a_person(session, Role.ADMIN, name="Anna Hallinta", county_id=county.id),
            "second": a_person(session, Role.ADMIN, name="Bo Hallinta", county_id=county.id),
            "far": a_person(session, Role.ADMIN, name="Kauko Kaukainen", county_id=other.id),
        }
    return Desk(application_on(sessions, var_dir), sessions, people)


def changed(web: StrictClient, path: str, values: dict[str, str]) -> StrictPage:
    """Fill the form, look at what would change, and store it."""
    shown = web.send(web.page(path, lang="en"), values)
    assert "What would change" in shown.texts("main")
    return web.send(shown, STORE)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_right_in_every_language(desk: Desk, language: str) -> None:
    admin = desk.browser()
    admin.page(OVERVIEW, lang=language)
    for path, wrong in (
        (DETAILS, {"name_fi": "", "business_id": "1234567-2", "message_months": "0"}),
        (LATE, {"late_days": "9999", "from_day": "x"}),
        (CALENDAR, {"weekday_0_at": "1.00", "from_day": ""}),
        (ADDRESS, {"street": "", "postcode": "501", "town": "x" * 101, "from_day": ""}),
        (f"{CENTRES}/uusi", {"code": "a b", "appropriation": "x"}),
        (SERVICES, {"services": []}),
    ):
        admin.send(admin.page(path, lang=language), wrong, status=422)
    assert admin.send(admin.page(LATE, lang=language), {"late_days": "30"}).path == LATE
    centre = desk.setup().cost_centres[0].code
    admin.page(f"{CENTRES}/{centre}", lang=language)
    admin.page(f"{CENTRES}/{centre}/poista", lang=language)


def test_details_are_shown_then_stored_and_logged(desk: Desk) -> None:
    admin = desk.browser()
    shown = admin.send(admin.page(DETAILS, lang="en"), {**NAMES, "phone": "040 123"})
    assert desk.setup().phone != "040 123"
    assert "040 123" in shown.texts("main")
    assert admin.send(shown, STORE).path == OVERVIEW
    setup = desk.setup()
    assert (setup.phone, setup.name.sv) == ("040 123", "Ny")
    (event,) = desk.audited()
    assert event[0] == desk.people["admin"].person_id
    assert "040 123" in str(event[1])
    again = admin.send(admin.page(DETAILS, lang="en"), {})
    assert "Nothing would change" in again.texts("main")


def test_what_was_typed_after_the_preview_is_shown_again(desk: Desk) -> None:
    admin = desk.browser()
    shown = admin.send(admin.page(DETAILS, lang="en"), {"phone": "040 123"})
    other = admin.send(shown, {"phone": "040 999", **STORE})
    assert (other.path, "040 999" in other.texts("main")) == (DETAILS, True)
    assert desk.audited() == []
    admin.send(other, STORE)
    assert desk.setup().phone == "040 999"


def test_two_administrators_at_once_get_a_clear_conflict(desk: Desk) -> None:
    """The second one keeps what was typed, and may store it after seeing the other's change."""
    admin, second = desk.browser(), desk.browser("second")
    opened = second.send(second.page(DETAILS, lang="en"), {"name_en": "Second"})
    changed(admin, DETAILS, {"phone": "040 123"})
    refused = second.send(opened, STORE, status=422)
    assert "Somebody else changed these settings" in refused.texts("main")
    assert "040 123" in refused.texts("main")
    assert desk.setup().name.en != "Second"
    second.send(refused, {"phone": "040 123"} | STORE)
    shown = second.send(refused, {"phone": "040 123"})
    second.send(shown, STORE)
    assert (desk.setup().name.en, desk.setup().phone) == ("Second", "040 123")


def test_another_section_is_no_conflict(desk: Desk) -> None:
    admin, second = desk.browser(), desk.browser("second")
    opened = second.send(second.page(LATE, lang="en"), {"late_days": "30", "from_day": NEXT_YEAR})
    changed(admin, DETAILS, {"phone": "040 123"})
    assert second.send(opened, STORE).path == OVERVIEW
    assert (desk.setup().late_days, desk.setup().phone) == (30, "040 123")


def test_late_days_change_from_a_day_and_are_withdrawn(desk: Desk) -> None:
    admin = desk.browser()
    locked = {"late_days": "30", "from_day": f"{TODAY.day}.{TODAY.month}.{TODAY.year}"}
    refused = admin.send(admin.page(LATE, lang="en"), locked, status=422)
    assert "A day that has begun is locked" in refused.texts("main")
    shown = admin.send(admin.page(LATE, lang="en"), {"late_days": "30", "from_day": "1.12.2026"})
    assert "1 voucher is open on that day." in shown.texts("main")
    overview = admin.send(shown, STORE)
    assert "From 1 Dec 2026: 30 days." in overview.texts("main")
    admin.send(overview, form=0)
    assert (desk.setup().late_days, desk.setup().late_days_from) == (60, None)


def test_a_number_outside_says_the_limits(desk: Desk) -> None:
    admin = desk.browser()
    refused = admin.send(admin.page(LATE, lang="en"), {"late_days": "731"}, status=422)
    assert "Enter a number from 0 to 730" in refused.texts("main")


def test_an_address_begins_on_its_day_and_is_withdrawn(desk: Desk) -> None:
    admin = desk.browser()
    assert "There is none yet" in admin.page(OVERVIEW, lang="en").texts("main")
    typed = {"street": "Asematie 2", "postcode": "50100", "town": "Mikkeli"}
    locked = {**typed, "from_day": f"{TODAY.day}.{TODAY.month}.{TODAY.year}"}
    refused = admin.send(admin.page(ADDRESS, lang="en"), locked, status=422)
    assert "A day that has begun is locked" in refused.texts("main")
    wrong = admin.send(admin.page(ADDRESS, lang="en"), {**typed, "postcode": "5010"}, status=422)
    assert "it has 5 digits" in wrong.texts("main")
    assert wrong.form().fields["postcode"] == "5010"
    overview = changed(admin, ADDRESS, {**typed, "from_day": NEXT_YEAR})
    assert "From 1 Jan 2027: Asematie 2, 50100 Mikkeli." in overview.texts("main")
    assert desk.setup().address == AddressSetup("Asematie 2", "50100", "Mikkeli")
    changed(admin, DETAILS, {"phone": "040 123"})
    assert str(desk.setup().address_from) == "2027-01-01"
    admin.send(admin.page(OVERVIEW, lang="en"), form=0)
    assert desk.setup().address is None


def test_a_calendar_begins_on_its_day(desk: Desk) -> None:
    admin, before = desk.browser(), desk.setup().calendar
    night = {"weekday_0_class": "night", "weekday_1_at": "", "weekday_1_class": "", "from_day": NEXT_YEAR}
    for number in range(2, 6):
        night |= {f"weekday_{number}_at": "", f"weekday_{number}_class": ""}
    overview = changed(admin, CALENDAR, night)
    assert "The calendar from 1 Jan 2027" in overview.texts("main")
    weekday = [each for each in desk.setup().calendar if each.day_kind == "weekday"]
    assert [(each.from_minute, each.to_minute, each.time_class) for each in weekday] == [(0, 1440, "night")]
    admin.send(overview, form=0)
    assert desk.setup().calendar == before


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"weekday_0_at": "1.00"}, "The first time is 0.00"),
        ({"weekday_1_at": "0.00", "weekday_1_class": "night"}, "Each time must be later"),
        ({"weekday_7_at": "23.30", "weekday_7_class": ""}, "Give both the time and the time class"),
        ({"weekday_0_at": "25"}, "Enter a time of day"),
    ],
)
def test_a_wrong_calendar_says_what_is_wrong(desk: Desk, typed: dict[str, str], message: str) -> None:
    admin = desk.browser()
    refused = admin.send(admin.page(CALENDAR, lang="en"), typed, status=422)
    assert all(refused.root.xpath(f"//*[@name='{name}']") for name in typed)
    assert message in refused.texts("main")


def test_cost_centres_are_added_changed_and_removed(desk: Desk) -> None:
    admin = desk.browser()
    changed(admin, f"{CENTRES}/uusi", {"code": "9900", **NAMES, "appropriation": "1 000,50"})
    assert {each.code: each.appropriation_cents for each in desk.setup().cost_centres}["9900"] == 100_050
    taken = admin.send(
        admin.page(f"{CENTRES}/uusi", lang="en"), {"code": "9900", **NAMES, "appropriation": "1"}, status=422
    )
    assert "has a cost centre with this code" in taken.texts("main")
    changed(admin, f"{CENTRES}/9900", {"appropriation": "2 000"})
    admin.send(admin.page(f"{CENTRES}/9900/poista", lang="en"), {})
    assert "9900" not in [each.code for each in desk.setup().cost_centres]


def test_a_cost_centre_in_use_or_the_last_one_stays(desk: Desk) -> None:
    admin = desk.browser()
    (used,) = desk.setup().cost_centres
    last = admin.send(admin.page(f"{CENTRES}/{used.code}/poista", lang="en"), {}, status=422)
    assert "needs a cost centre" in last.texts("main")
    changed(admin, f"{CENTRES}/uusi", {"code": "9900", **NAMES, "appropriation": "1"})
    refused = admin.send(admin.page(f"{CENTRES}/{used.code}/poista", lang="en"), {}, status=422)
    assert "A voucher is paid from this cost centre" in refused.texts("main")


def test_services_are_granted_and_taken_off(desk: Desk) -> None:
    admin, former = desk.browser(), desk.setup().services
    with desk.sessions() as session:
        names = {code: name.en for code, name in service_names(session).items()}
    off, kept = former[0], list(former[1:])
    shown = admin.send(admin.page(SERVICES, lang="en"), {"services": kept})
    assert f"{names[off]} Is granted Is not granted" in " ".join(shown.texts("main").split())
    admin.send(shown, STORE)
    assert desk.setup().services == (*kept,)
    assert desk.audited()[-1][0] == desk.people["admin"].person_id
    admin.send(admin.send(admin.page(SERVICES, lang="en"), {"services": [*kept, off]}), STORE)
    assert set(desk.setup().services) == set(former)
    assert names[off] in admin.page(OVERVIEW, lang="en").texts("main")
    none = admin.send(admin.page(SERVICES, lang="en"), {"services": []}, status=422)
    assert "Choose at least one service" in none.texts("main")
    assert set(desk.setup().services) == set(former)


def test_another_county_changes_only_its_own(desk: Desk) -> None:
    admin, far = desk.browser(), desk.browser("far")
    changed(far, DETAILS, {"phone": "040 777"})
    assert (desk.setup("13").phone, desk.setup("12").phone) == ("040 777", "015 123 4567")
    changed(admin, f"{CENTRES}/uusi", {"code": "9900", **NAMES, "appropriation": "1"})
    assert far.web.get(f"{CENTRES}/9900").status_code == 404
    overview = changed(admin, LATE, {"late_days": "30", "from_day": NEXT_YEAR})
    token = overview.form(0).fields["csrf_token"]
    assert far.web.post(f"{LATE}/2027-01-01/peru", data={"csrf_token": token}).status_code in (400, 404)
    assert desk.setup().late_days == 30
