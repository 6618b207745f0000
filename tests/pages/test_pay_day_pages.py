"""When money comes, on the provider's pages and in its API, and what the pay days leave to the officer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from foundation.database.tables.charges import Charge
from foundation.database.tables.counties import County
from tests.builders import NOW
from tests.builders.api import application_on, sessions_on
from tests.builders.pay_days import ends_paying_on_days, pays_monthly
from tests.builders.provider_api import ProviderApi
from tests.builders.settlement import SettlementScenario, a_settlement_scenario
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def paying(provider_api: ProviderApi) -> ProviderApi:
    """A provider whose county pays on the 15th and the last day of each month, with an accepted charge."""
    county_id = provider_api.session.scalars(select(County.id)).one()
    pays_monthly(provider_api.session, county_id, 15, 31)
    provider_api.session.commit()
    assert provider_api.post("/charges", provider_api.charge()).status_code == 201
    return provider_api


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_right_in_every_language(paying: ProviderApi, language: str) -> None:
    biller = logged_in(paying.web, paying.session, paying.biller)
    for path in ("/t", "/t/tilitykset"):
        biller.page(path, lang=language)


def test_a_provider_reads_when_it_is_paid(paying: ProviderApi) -> None:
    biller = logged_in(paying.web, paying.session, paying.biller)
    for path in ("/t", "/t/tilitykset"):
        text = biller.page(path, lang="en").texts("main")
        assert "On 30 Nov 2026, if the county approves the payment. 1 charge." in text
        assert "Charges that come in by 23 Nov 2026 are for the pay day 30 Nov 2026." in text
        assert "that the county has not put on hold" in text
        assert "next payment" not in text


def test_the_api_says_the_same(paying: ProviderApi) -> None:
    found = paying.read("/settlements/expected")
    assert found == {
        "items": [
            {
                "county": "12",
                "day": "2026-11-30",
                "late": False,
                "waiting": None,
                "charges": 1,
                "sum": "72.00",
            }
        ],
        "on_hold": [],
        "pay_days": [{"county": "12", "day": "2026-11-30", "cut_off": "2026-11-23"}],
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_charge_on_hold_has_its_day_when_it_is_decided(paying: ProviderApi, language: str) -> None:
    hold_disputed_charge(paying.session, paying.session.scalars(select(Charge.id)).one(), now=NOW)
    paying.session.commit()
    found = paying.read("/settlements/expected")
    assert (found["items"], found["on_hold"]) == ([], [{"county": "12", "charges": 1, "sum": "72.00"}])
    biller = logged_in(paying.web, paying.session, paying.biller)
    for path in ("/t", "/t/tilitykset"):
        text = biller.page(path, lang=language).texts("main")
        said = "On hold. You see the day when the county has decided. 1 charge."
        assert language != "en" or said in text


def test_a_day_that_has_passed_is_of_a_late_payment(paying: ProviderApi) -> None:
    paying.session.execute(update(Charge).values(received_at=NOW - timedelta(days=30)))
    paying.session.commit()
    [item] = paying.read("/settlements/expected")["items"]
    assert (item["day"], item["late"]) == ("2026-11-02", True)
    biller = logged_in(paying.web, paying.session, paying.biller)
    text = biller.page("/t", lang="en").texts("main")
    assert "The county's payment for 2 Nov 2026 is late." in text


def test_without_a_calendar_no_day_is_told(provider_api: ProviderApi) -> None:
    assert provider_api.post("/charges", provider_api.charge()).status_code == 201
    found = provider_api.read("/settlements/expected")
    assert [(each["day"], each["late"]) for each in found["items"]] == [(None, None)]
    assert found["pay_days"] == [{"county": "12", "day": None, "cut_off": None}]
    biller = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    text = biller.page("/t", lang="en").texts("main")
    assert "The county has not said when it pays." in text
    assert "1 charge. It is in the county's next payment." in text
    assert "A pay day holds" not in text


@dataclass
class RunPages:
    """The application on a county with two providers that are paid."""

    app: Flask
    session: Session
    scenario: SettlementScenario

    def pays(self, month_day: int, cut_off_days: int = 2) -> None:
        """Let the county pay on a day of the month, and each provider have a charge."""
        pays_monthly(self.session, self.scenario.county.id, month_day, cut_off_days=cut_off_days)
        for index in range(2):
            self.scenario.charge(self.session, index)
        self.session.commit()

    def officer(self) -> StrictClient:
        return logged_in(self.app.test_client(), self.session, self.scenario.officer)


@pytest.fixture
def run_pages(fresh_database: str, tmp_path: Path) -> Iterator[RunPages]:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = replace(a_settlement_scenario(session), _days=itertools.count(10))
        session.commit()
        yield RunPages(application_on(sessions, tmp_path), session, scenario)


def test_a_run_that_is_due_is_a_task_and_its_day_is_offered(run_pages: RunPages) -> None:
    """Today is Saturday 21 November: charges for Tuesday have come in by Friday."""
    pays_monthly(run_pages.session, run_pages.scenario.county.id, 24, cut_off_days=2)
    run_pages.scenario.charge(run_pages.session, 0, now=NOW.replace(day=20))
    run_pages.session.commit()
    officer = run_pages.officer()
    text = officer.page("/mt/ajot", lang="en").texts("main")
    assert "Prepare the run for the pay day 24 Nov 2026" in text
    assert "Charges that have come in by 20 Nov 2026 are paid in it." in text
    assert "Send it to the bank by 23 Nov 2026." in text
    form = officer.page("/mt/ajot/uusi", lang="en")
    assert form.form().fields["until"] == "20.11.2026"
    assert "The run is for the pay day 24 Nov 2026" in form.texts("main")
    preview = officer.send(form)
    assert "On or after 24 Nov 2026" in preview.texts("main")
    officer.send(preview)
    text = officer.page("/mt/ajot", lang="en").texts("main")
    assert "Prepare the run for the pay day" not in text
    assert "It is paid on 24 Nov 2026 if it is approved and sent by 23 Nov 2026." in text
    assert "The next pay day is Tuesday 24 November 2026" in text


def test_a_run_that_is_late_is_told_first(run_pages: RunPages) -> None:
    pays_monthly(run_pages.session, run_pages.scenario.county.id, 20, cut_off_days=2)
    run_pages.scenario.charge(run_pages.session, 0, now=NOW.replace(day=18))
    run_pages.session.commit()
    officer = run_pages.officer()
    text = officer.page("/mt/ajot", lang="en").texts("main")
    assert "A payment run is late" in text
    assert "No run can reach the pay day 20 Nov 2026 any more" in text
    preview = officer.send(officer.page("/mt/ajot/uusi", lang="en"))
    assert "On or after 23 Nov 2026" in preview.texts("main")


def test_a_run_that_is_late_is_told_after_the_end_too(run_pages: RunPages) -> None:
    county_id = run_pages.scenario.county.id
    pays_monthly(run_pages.session, county_id, 20, cut_off_days=2)
    ends_paying_on_days(run_pages.session, county_id, NOW.date().replace(day=19))
    run_pages.scenario.charge(run_pages.session, 0, now=NOW.replace(day=18))
    run_pages.session.commit()
    text = run_pages.officer().page("/mt/ajot", lang="en").texts("main")
    assert "No run can reach the pay day 20 Nov 2026 any more" in text
    assert "The next pay day" not in text


def test_a_run_between_pay_days_is_sent_in_time_for_the_next(run_pages: RunPages) -> None:
    """Its charges were told the 15th; it is paid as soon as it is sent."""
    run_pages.pays(15, 5)
    officer = run_pages.officer()
    form = officer.page("/mt/ajot/uusi", lang="en")
    preview = officer.send(form, {"until": "20.11.2026"})
    assert "On or after 23 Nov 2026" in preview.texts("main")
    officer.send(preview)
    text = officer.page("/mt/ajot", lang="en").texts("main")
    assert "Send it by 14 Dec 2026, so that the pay day 15 Dec 2026 holds." in text


def test_between_pay_days_the_next_one_is_shown(run_pages: RunPages) -> None:
    run_pages.pays(15, 5)
    officer = run_pages.officer()
    text = officer.page("/mt/ajot", lang="en").texts("main")
    assert "The next pay day is Tuesday 15 December 2026." in text
    assert "Charges that come in by 8 Dec 2026 are paid on it." in text
    assert officer.page("/mt/ajot/uusi", lang="en").form().fields["until"] == "31.10.2026"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("month_day", [20, 24])
def test_the_run_pages_are_right_in_every_language(
    run_pages: RunPages, language: str, month_day: int
) -> None:
    pays_monthly(run_pages.session, run_pages.scenario.county.id, month_day, cut_off_days=2)
    run_pages.scenario.charge(run_pages.session, 0, now=NOW.replace(day=18))
    run_pages.session.commit()
    officer = run_pages.officer()
    officer.page("/mt/ajot", lang=language)
    preview = officer.send(officer.page("/mt/ajot/uusi", lang=language))
    officer.send(preview)
    officer.page("/mt/ajot", lang=language)


def test_a_county_that_has_not_said_when_has_no_tasks_of_it(run_pages: RunPages) -> None:
    text = run_pages.officer().page("/mt/ajot", lang="en").texts("main")
    assert "pay day" not in text
