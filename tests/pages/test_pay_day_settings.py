"""/hallinta/alue/maksupaivat: the next pay days are shown, and then the change is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from county_desk.load.county_setup import newest_setup
from county_desk.rules.county_setup import CountySetup
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_client, a_county, a_funding, a_person
from tests.builders.api import application_on
from tests.builders.county import TODAY
from tests.builders.pay_days import pays_monthly
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

OVERVIEW, PAY_DAYS = "/hallinta/alue", "/hallinta/alue/maksupaivat"
STORE = {"store": "1"}
NEW_YEAR = "1.1.2027"
TWICE = {"how": "monthly", "month_day": "15", "second_month_day": "31", "cut_off_days": "5"}
WEEKLY = {"how": "weekly", "weekday": "tuesday", "cut_off_days": "3"}


@dataclass
class Desk:
    """The application and the administrator of county 12."""

    app: Flask
    sessions: sessionmaker[Session]
    admin: Actor

    def browser(self) -> StrictClient:
        with self.sessions.begin() as session:
            return logged_in(self.app.test_client(), session, self.admin)

    def setup(self) -> CountySetup:
        with self.sessions() as session:
            found = newest_setup(session, "12")
        assert found is not None
        return found


@pytest.fixture
def desk(sessions: sessionmaker[Session], var_dir: Path) -> Desk:
    """County 12 with an open voucher and an administrator; it has not said when it pays."""
    with sessions.begin() as session:
        county = a_county(session)
        county.business_id = "1234567-1"
        a_funding(session, county, a_client(session, county))
        admin = a_person(session, Role.ADMIN, name="Anna Hallinta", county_id=county.id)
    return Desk(application_on(sessions, var_dir), sessions, admin)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_right_in_every_language(desk: Desk, language: str) -> None:
    admin = desk.browser()
    admin.page(OVERVIEW, lang=language)
    opened = admin.page(PAY_DAYS, lang=language)
    admin.send(opened, {"cut_off_days": "1", "from_day": "x"}, status=422)
    shown = admin.send(opened, {**TWICE, "from_day": NEW_YEAR})
    admin.send(shown, STORE)
    assert str(desk.setup().settlement_calendar_from) == "2027-01-01"


def test_the_next_pay_days_are_shown_before_they_are_stored(desk: Desk) -> None:
    admin = desk.browser()
    assert "The county has not said when it pays" in admin.page(OVERVIEW, lang="en").texts("main")
    shown = admin.send(admin.page(PAY_DAYS, lang="en"), {**TWICE, "from_day": "1.12.2026"})
    text = shown.texts("main")
    assert "The next pay days would be" in text
    assert "Tuesday 15 December 2026 Tuesday 8 December 2026" in text
    assert "Thursday 31 December 2026 Wednesday 23 December 2026" in text
    assert text.count("2027") == 8  # four of the six pay days
    assert desk.setup().settlement_calendar is None
    overview = admin.send(shown, STORE)
    assert overview.path == OVERVIEW
    assert "From 1 Dec 2026: Every month: days 15 and 31." in overview.texts("main")
    admin.send(overview, form=0)
    assert desk.setup().settlement_calendar is None
    assert "The county has not said when it pays" in admin.page(OVERVIEW, lang="en").texts("main")


def test_a_week_is_stored_and_the_form_opens_with_it(desk: Desk) -> None:
    admin = desk.browser()
    admin.send(admin.send(admin.page(PAY_DAYS, lang="en"), {**WEEKLY, "from_day": NEW_YEAR}), STORE)
    calendar = desk.setup().settlement_calendar
    assert calendar is not None
    assert (calendar.weekday, calendar.month_days, calendar.cut_off_days) == (1, (), 3)
    opened = admin.page(PAY_DAYS, lang="en")
    assert opened.form().fields["weekday"] == "tuesday"
    shown = admin.send(opened, {"cut_off_days": "4", "from_day": "2.1.2027"})
    assert "Bank days for the county's work 3 4" in shown.texts("main")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"how": ""}, "Choose one"),
        ({"how": "weekly", "weekday": ""}, "Choose the day of the week"),
        ({"how": "monthly", "month_day": ""}, "Enter the day of the month"),
        ({"month_day": "32"}, "Enter a number from 1 to 31"),
        ({"month_day": "a"}, "Enter a whole number"),
        ({"second_month_day": "15"}, "Enter another day than the first one"),
        ({"cut_off_days": "1"}, "Enter a number from 2 to 20"),
        ({"from_day": ""}, "Enter the first day"),
        ({"from_day": f"{TODAY.day}.{TODAY.month}.{TODAY.year}"}, "A day that has begun is locked"),
    ],
)
def test_a_fault_has_its_field_and_what_was_typed_stays(
    desk: Desk, typed: dict[str, str], message: str
) -> None:
    admin = desk.browser()
    values = {**TWICE, "from_day": NEW_YEAR, **typed}
    refused = admin.send(admin.page(PAY_DAYS, lang="en"), values, status=422)
    assert message in refused.texts("main")
    assert "The next pay days would be" not in refused.texts("main")
    kept = refused.form().fields
    assert kept["cut_off_days"] == values["cut_off_days"]
    assert desk.setup().settlement_calendar is None


def pays_since_november(desk: Desk) -> None:
    """The county pays on the 15th and the last day of each month, since the first of this month."""
    with desk.sessions.begin() as session:
        pays_monthly(session, 12, 15, 31, from_day=TODAY.replace(day=1))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_pay_days_end_and_the_end_is_withdrawn(desk: Desk, language: str) -> None:
    pays_since_november(desk)
    admin = desk.browser()
    opened = admin.page(PAY_DAYS, lang=language)
    shown = admin.send(opened, {"how": "never", "cut_off_days": "", "from_day": "27.11.2026"})
    text = shown.texts("main")
    if language == "en":
        assert "From 27 Nov 2026 on the county has no pay days." in text
        assert "The last pay day is 15 Dec 2026: prepare its run as before." in text
        assert "The last pay days would be" in text
        assert "Tuesday 15 December 2026 Thursday 26 November 2026" in text
        assert "The next pay days would be" not in text
    overview = admin.send(shown, STORE)
    assert overview.path == OVERVIEW
    calendar = desk.setup().settlement_calendar
    assert calendar is not None
    assert calendar.is_end
    assert admin.page(PAY_DAYS, lang=language).form().fields["cut_off_days"] == "5"
    overview = admin.page(OVERVIEW, lang=language)
    if language == "en":
        assert "From 27 Nov 2026: The county has no pay days any more." in overview.texts("main")
        assert "Withdraw the end on 27 Nov 2026" in overview.texts("main")
    admin.send(overview, form=0)
    calendar = desk.setup().settlement_calendar
    assert calendar is not None
    assert not calendar.is_end


def test_only_pay_days_that_were_said_can_end(desk: Desk) -> None:
    admin = desk.browser()
    opened = admin.page(PAY_DAYS, lang="en")
    assert "No pay days any more" not in opened.texts("main")
    admin.send(opened, {"how": "never", "from_day": NEW_YEAR}, status=422)


def test_an_end_before_later_pay_days_is_refused_at_its_day(desk: Desk) -> None:
    pays_since_november(desk)
    admin = desk.browser()
    admin.send(admin.send(admin.page(PAY_DAYS, lang="en"), {**WEEKLY, "from_day": NEW_YEAR}), STORE)
    refused = admin.send(
        admin.page(PAY_DAYS, lang="en"), {"how": "never", "from_day": "1.12.2026"}, status=422
    )
    assert "Pay days that are not in force yet begin on this day or later." in refused.texts("main")
    assert refused.form().fields["from_day"] == "1.12.2026"
    assert "has no pay days" not in refused.texts("main")
