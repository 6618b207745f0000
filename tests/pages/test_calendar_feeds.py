"""A person's visits in a calendar program: who may read what, until when, and what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from clearing.disclosure.facts.purposes import Purpose
from clearing.plans.facts.plan import VisitId
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.calendar_feeds import CalendarFeed
from foundation.database.tables.clients import Client
from foundation.vocabulary.roles import Actor
from marketplace.actions.change_colleague import end_colleague
from marketplace.actions.change_visit import ChangedVisit, cancel_visit, restore_visit
from tests.builders import NOW
from tests.builders.client_api import ClientApi
from tests.builders.planned_visits import plan_by_the_week
from tests.journeys.axe import LOOKS, check_axe_at
from tests.pages.served import served
from tests.pages.strict import StrictClient
from tests.pages.test_own_visits import Company

PAGE = "/t/kalenteri"


@pytest.fixture
def company(client_api: ClientApi) -> Company:
    return Company(client_api)


def made(browser: StrictClient, *, names: str = "no", lang: str = "en") -> str:
    """Make the address on the page; return its path with the parameters."""
    page = browser.send(browser.page(PAGE, lang=lang), {"names": names})
    address = str(page.one("code").text_content())
    assert address.startswith("http://localhost/t/kalenteri/")
    return address.removeprefix("http://localhost")


def events(company: Company, path: str) -> dict[str, Any]:
    """Return what a calendar program, which is not logged in, reads: the events by their UID."""
    answer = company.api.web.application.test_client().get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def status(company: Company, path: str) -> int:
    answer: TestResponse = company.api.web.application.test_client().get(path)
    return answer.status_code


def key(company: Company, day: str, number: int = 1) -> str:
    return f"{company.own.id}-{day}-{number}@visits.omatori.invalid"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_right_in_every_language(company: Company, language: str) -> None:
    for person in (company.worker, company.owner):
        browser = company.browser(person)
        browser.page(PAGE, lang=language)
        made(browser, lang=language)
        browser.page(PAGE, lang=language)
        browser.page(f"{PAGE}/mitatoi", lang=language)


def test_a_calendar_has_the_visits_in_helsinki_time(company: Company) -> None:
    company.assign(company.own)
    found = events(company, made(company.browser(company.worker)))
    event = found[key(company, "20261119")]
    assert event.to_ical().count(b"DTSTART;TZID=Europe/Helsinki:20261119T080000") == 1
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=2)
    assert (event["status"], event["sequence"], event["class"]) == ("CONFIRMED", 0, "PRIVATE")
    assert str(event["url"]) == "http://localhost/t/omat?alkaen=2026-11-19"
    days = [event["dtstart"].dt.date() for event in found.values()]
    assert (min(days), max(days)) == (date(2026, 11, 19), date(2026, 12, 31))


def test_a_worker_has_own_visits_alone_and_an_owner_those_of_the_company(company: Company) -> None:
    company.assign(company.own)
    worker, owner = made(company.browser(company.worker)), made(company.browser(company.owner))
    assert {uid.split("-")[0] for uid in events(company, worker)} == {str(company.own.id)}
    both = {str(company.own.id), str(company.other.id)}
    assert {uid.split("-")[0] for uid in events(company, owner)} == both
    company.assign()
    assert events(company, worker) == {}


def test_names_are_shown_only_on_wish_and_never_of_protected_clients(company: Company) -> None:
    company.assign(company.own, company.other)
    browser = company.browser(company.worker)
    text = company.api.web.application.test_client().get(made(browser)).text
    assert "Asiakas" not in text
    assert "C-0" not in text
    browser.send(browser.page(f"{PAGE}/mitatoi"), {})
    path = made(browser, names="yes")
    assert "Aino Asiakas" in str(events(company, path)[key(company, "20261119")]["summary"])
    session = company.api.session
    hidden = {"protected_address": True, "latitude": None, "longitude": None}
    session.execute(update(Client).where(Client.id == company.api.client_id).values(hidden))
    session.commit()
    text = company.api.web.application.test_client().get(path).text.replace("\r\n ", "")
    assert "Aino" not in text
    assert "Toinen Asiakas" in text


def test_a_cancelled_visit_stays_as_cancelled_and_every_change_raises_its_sequence(company: Company) -> None:
    company.assign(company.own)
    path, uid = made(company.browser(company.worker)), key(company, "20261126")
    visit, session = VisitId(company.own.id, date(2026, 11, 26), 1), company.api.session
    seen = [events(company, path)[uid]]
    for change in (cancel_visit, restore_visit):
        done = change(session, visit=visit, actor=company.api.client_actor, now=NOW)
        assert isinstance(done, ChangedVisit)
        session.commit()
        seen.append(events(company, path)[uid])
    assert [str(event["status"]) for event in seen] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert str(seen[1]["summary"]).startswith("Cancelled: ")
    assert [event["sequence"] for event in seen] == [0, 1, 2]


def test_help_without_times_takes_whole_days(company: Company) -> None:
    plan_by_the_week(company.api.session, company.own, first_day=date(2026, 11, 15))
    company.api.session.commit()
    company.assign(company.own)
    first = min(
        events(company, made(company.browser(company.worker))).values(), key=lambda e: e["dtstart"].dt
    )
    assert (first["dtstart"].dt, first["dtend"].dt) == (date(2026, 11, 15), date(2026, 11, 22))
    assert str(first["transp"]) == "TRANSPARENT"


def test_long_lines_are_folded_and_letters_kept(company: Company) -> None:
    company.api.offering(company.api.near).title = "Kotiäiti, yö; " * 12
    company.api.session.commit()
    company.assign(company.own)
    path = made(company.browser(company.worker))
    data = company.api.web.application.test_client().get(path).data
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Helsinki" in data
    assert str(next(iter(events(company, path).values()))["summary"]) == "Kotiäiti, yö; " * 12


def test_only_the_right_address_in_use_answers(company: Company) -> None:
    company.assign(company.own)
    browser = company.browser(company.worker)
    path = made(browser)
    secret = path.split("/")[-1].split(".ics")[0]
    stored = company.api.session.scalars(select(CalendarFeed)).one()
    assert secret not in (stored.secret_sha256, "")
    assert status(company, path.replace(secret, secret[:-1] + ("A" if secret[-1] != "A" else "B"))) == 404
    page = browser.page(f"{PAGE}/mitatoi", lang="en")
    assert "loses the visits" in page.texts("main")
    assert status(company, path) == 200
    browser.send(page, {})
    assert status(company, path) == 404
    assert status(company, made(browser)) == 200
    assert browser.web.post(PAGE, data={"csrf_token": token(browser), "names": "no"}).status_code == 303
    assert len(company.api.session.scalars(select(CalendarFeed)).all()) == 2


def token(browser: StrictClient) -> str:
    return str(dict(browser.page(f"{PAGE}/mitatoi").form(0).form_values())["csrf_token"])


def test_an_address_ends_with_the_role(company: Company) -> None:
    path = made(company.browser(company.worker))
    assert status(company, path) == 200
    session = company.api.session
    end_colleague(session, company.provider_id, company.role_grant_id, actor=company.owner, now=NOW)
    session.commit()
    assert status(company, path) == 404


def test_guesses_are_limited_and_the_right_address_still_answers(company: Company) -> None:
    path = made(company.browser(company.worker))
    answers = [status(company, f"{PAGE}/{number}.ics") for number in range(61)]
    assert answers == [404] * 60 + [429]
    assert status(company, path) == 200


def looks(company: Company, person: Actor) -> int:
    query = select(AuditEvent).where(
        AuditEvent.actor_id == person.person_id, AuditEvent.why == Purpose.PROVIDER_CALENDAR
    )
    return len(company.api.session.scalars(query).all())


def test_a_look_is_recorded_once_a_day_for_each_client(company: Company) -> None:
    company.assign(company.own)
    path = made(company.browser(company.worker))
    for _ in range(3):
        events(company, path)
    assert looks(company, company.worker) == 1
    company.assign(company.own, company.other)
    events(company, path)
    assert looks(company, company.worker) == 2


def test_an_unchanged_calendar_is_not_sent_again(company: Company) -> None:
    company.assign(company.own)
    path = made(company.browser(company.worker))
    web = company.api.web.application.test_client()
    first = web.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in first.headers
    again = web.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.fixture
def address(company: Company) -> Iterator[str]:
    """The application, served."""
    with served(company.api.web.application) as address:
        yield address


@pytest.mark.browser
def test_the_pages_have_no_findings(company: Company, browser: Browser, address: str) -> None:
    reader = company.browser(company.worker)
    reader.page(PAGE)
    cookie = reader.web.get_cookie(reader.web.application.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    context = browser.new_context(locale="fi-FI")
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page = context.new_page()
    check_axe_at(page, address + PAGE, LOOKS)
    made(reader)
    check_axe_at(page, address + PAGE, LOOKS)
    check_axe_at(page, f"{address}{PAGE}/mitatoi", LOOKS)
    context.close()
