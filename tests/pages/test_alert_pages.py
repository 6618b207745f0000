"""Early warnings: the worker's list and page, the client's own words, and the API."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from foundation.database.tables.alerts import Alert
from foundation.database.tables.charges import Charge
from tests.builders.client_api import BILLER, CLIENT, FAR_WORKER, WORKER, ClientApi
from tests.pages.test_finding_another import browser_of, stopped
from tests.pages.test_stopped_providers import CHOICE, LANGUAGES

FIGURES = {
    "day": "2026-11-19", "in_units": 0, "granted": 100_000, "charged": 10_000, "held": 0, "planned": 54_000,
    "visits": 9, "sigma": 18_000, "per_week": 7_000, "used_up_on": "2027-06-30", "last_day": "2026-12-31",
    "days_left": 40, "unused": 0, "left": 5_000, "stage": 60, "since": "2026-10-01", "was_used": 0,
    "days_since": 43, "choice": 0, "own_then": 400, "own_now": 480, "used_percent": 97, "time_percent": 40,
}  # fmt: skip
RULES = (
    "goes_too_fast", "ends_soon", "level", "cannot_use", "stopped", "not_started", "own_share_grew", "ending",
    "unused",
)  # fmt: skip


def an_alert(api: ClientApi, rule: str, **more: Any) -> int:
    """Store an open alert about the client; return its id."""
    charge = api.session.get_one(Charge, api.charge)
    day = date(2026, 11, 20)
    figures = {"day": "2026-11-19", "choice": 0, "is_timetabled": 1, "gap_days": 3, "days_since": 40}
    values = {"figures": figures if rule == "stopped" else FIGURES, "opened_on": day, "is_uncertain": False}
    alert = Alert(
        county_id=charge.county_id,
        client_id=api.client_id,
        funding_id=api.funding_id,
        rule=rule,
        first_day=day,
        judged_on=day,
        weeks=2,
        **values | more,
    )
    api.session.add(alert)
    api.session.commit()
    return alert.id


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_worker_reads_numbers_and_formula_and_says_if_it_was_useful(
    client_api: ClientApi, language: str
) -> None:
    ids = {rule: an_alert(client_api, rule) for rule in RULES}
    browser = browser_of(client_api, WORKER)
    work = browser.page("/tt", lang=language)
    links = [href for href in work.root.xpath("//main//a/@href") if "/tt/halytys/" in href]
    ranked = (
        "stopped",
        "cannot_use",
        "goes_too_fast",
        "ends_soon",
        "ending",
        "not_started",
        "own_share_grew",
    )
    assert links[:7] == [f"/tt/halytys/{ids[rule]}" for rule in ranked]
    for alert_id in ids.values():
        browser.page(f"/tt/halytys/{alert_id}", lang=language)
    page = browser.page(f"/tt/halytys/{ids['cannot_use']}", lang=language)
    if language == "en":
        assert "Planned so far €540.00 Used so far €100.00" in page.texts()
        assert "Used is under 60 % of planned" in page.texts()
    browser.send(page, {"verdict": "not_useful"})
    client_api.session.rollback()
    assert client_api.session.get_one(Alert, ids["cannot_use"]).verdict == "not_useful"
    left = browser.page("/tt", lang=language).root.xpath("//main//a/@href")
    assert f"/tt/halytys/{ids['cannot_use']}" not in left


def test_another_county_has_no_such_page(client_api: ClientApi) -> None:
    key = an_alert(client_api, "stopped")
    browser_of(client_api, FAR_WORKER).page(f"/tt/halytys/{key}", status=404)
    assert client_api.read("/alerts", key=FAR_WORKER)["items"] == []


def test_what_waits_for_a_second_week_or_is_closed_is_shown_to_nobody(client_api: ClientApi) -> None:
    an_alert(client_api, "cannot_use", opened_on=None)
    an_alert(client_api, "stopped", closed_on=date(2026, 11, 20))
    assert client_api.read("/alerts", key=WORKER)["items"] == []
    assert "What we have noticed" not in browser_of(client_api, CLIENT).page("/oma", lang="en").texts()


def test_a_worker_hears_of_the_level_from_95_percent(client_api: ClientApi) -> None:
    an_alert(client_api, "level", figures=FIGURES | {"used_percent": 94, "for_worker": 0})
    assert client_api.read("/alerts", key=WORKER)["items"] == []
    assert (
        "You have used most of your help." in browser_of(client_api, CLIENT).page("/oma", lang="en").texts()
    )


def test_the_api_lists_the_alerts(client_api: ClientApi) -> None:
    key = an_alert(client_api, "cannot_use", is_uncertain=True)
    [alert] = client_api.read("/alerts", key=WORKER)["items"]
    assert (alert["id"], alert["rule"], alert["uncertain"], alert["verdict"]) == (
        key,
        "cannot_use",
        True,
        None,
    )
    assert alert["figures"]["planned"] == 54_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_client_reads_every_alert_as_a_question_and_no_threat(
    client_api: ClientApi, language: str
) -> None:
    for rule in RULES:
        an_alert(client_api, rule)
    said = browser_of(client_api, CLIENT).page("/oma", lang=language).texts("main")
    if language == "en":
        assert "You have used less help than you planned." in said
        noticed = said.replace("\xa0", " ").partition("What we have noticed")[2]
        assert "Planned until Thu 19 November: €540. Used: €100. Do you" in noticed
        assert "June" not in noticed  # how long it lasts is the forecast's: `used_up_on` is another day
        assert said.count("Do you need help with something? You do not lose anything.") == 3


def choose_near(api: ClientApi) -> None:
    """Let the client choose the provider that is near."""
    answer = api.post(f"/fundings/{api.voucher}/choices", CHOICE | {"offering": api.near})
    assert answer.status_code == 201, answer.text


def a_provider_alert(api: ClientApi, rule: str, **figures: object) -> int:
    """Store an open warning about the provider that is near; return its id."""
    charge = api.session.get_one(Charge, api.charge)
    day = date(2026, 11, 20)
    numbers = {"clients": 1, "unreported": 2, "recent": 60, "near_cut_off": 0, "disputed": 4, "reasons": ""}
    alert = Alert(
        county_id=charge.county_id,
        provider_id=charge.provider_id,
        rule=rule,
        first_day=day,
        judged_on=day,
        opened_on=day,
        weeks=1,
        figures={"day": "2026-11-20", **numbers, **figures},
    )
    api.session.add(alert)
    api.session.commit()
    return alert.id


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_worker_reads_of_a_provider_at_risk_with_its_clients(client_api: ClientApi, language: str) -> None:
    key = a_provider_alert(client_api, "provider_at_risk", reasons="papers disputed", papers_end="2026-12-10")
    choose_near(client_api)
    worker = browser_of(client_api, WORKER)
    assert f"/tt/halytys/tuottaja/{key}" in worker.page("/tt", lang=language).root.xpath("//main//a/@href")
    page = worker.page(f"/tt/halytys/tuottaja/{key}", lang=language)
    assert f"/tt/asiakas/{client_api.client_id}" in page.root.xpath("//main//a/@href")
    if language == "en":
        assert "Many charges are disputed" in page.texts()
    worker.send(page, {"verdict": "useful"})
    links = worker.page("/tt", lang=language).root.xpath("//main//a/@href")
    assert f"/tt/halytys/tuottaja/{key}" not in links
    browser_of(client_api, FAR_WORKER).page(f"/tt/halytys/tuottaja/{key}", status=404)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_provider_reads_that_it_reports_late_and_what_to_do(client_api: ClientApi, language: str) -> None:
    key = a_provider_alert(client_api, "reports_late", delay_days=16, oldest="2026-11-02")
    biller = browser_of(client_api, BILLER)
    assert f"/t/halytys/{key}" in biller.page("/t", lang=language).root.xpath("//main//a/@href")
    page = biller.page(f"/t/halytys/{key}", lang=language)
    assert "/t/kaynnit/kirjaamatta" in page.root.xpath("//main//a/@href")
    biller.send(page, {"verdict": "not_useful"})
    assert f"/t/halytys/{key}" not in biller.page("/t", lang=language).root.xpath("//main//a/@href")
    assert client_api.read("/alerts", key=WORKER)["items"] == []


def test_the_api_pages_through_tasks_providers_and_clients(client_api: ClientApi) -> None:
    risk = a_provider_alert(client_api, "provider_at_risk", reasons="suspended")
    alert = an_alert(client_api, "stopped")
    choose_near(client_api)
    stopped(client_api)
    items = client_api.read("/alerts", key=WORKER)["items"]
    rules = [item["rule"] for item in items]
    assert rules == ["find_another", "provider_at_risk", "stopped"]
    assert [item["client"] is None for item in items] == [False, True, False]
    assert [item["id"] for item in items[-2:]] == [risk, alert]
    pages = [
        client_api.read(f"/alerts?page={number}&page_size=1", key=WORKER)
        for number in range(1, len(items) + 1)
    ]
    assert [page["items"][0] for page in pages] == items
