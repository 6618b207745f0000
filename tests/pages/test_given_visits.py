"""A worker records a visit that was given otherwise than planned: it is charged once, at the list's price."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from foundation.database.tables.charges import Charge
from foundation.database.tables.providers import ApprovalState, Offering
from foundation.vocabulary.roles import Role
from tests.builders.client_api import ClientApi
from tests.builders.planned_visits import plan_by_the_week
from tests.journeys.axe import check_axe
from tests.pages.strict import StrictClient, StrictPage
from tests.pages.test_charges_without_connection import QUEUE, STORED
from tests.pages.test_own_visits import WEEK, Company, main
from tests.pages.test_planned_without_connection import Phone, phone

__all__ = ["phone"]
LONGER = {"start": "8.00", "end": "11.00", "why": "Asiakas pyysi tunnin lisää"}


@pytest.fixture
def company(client_api: ClientApi) -> Company:
    """A company whose worker visits one of its two clients."""
    company = Company(client_api)
    assert company.assign(company.own) is None
    return company


@pytest.fixture
def worker(company: Company) -> StrictClient:
    return company.browser(company.worker)


def address(company: Company, day: str = "20261119", ending: str = "") -> str:
    return f"/t/omat/{company.own.id}-{day}-1/toisin{ending}"


def charges(company: Company) -> list[Charge]:
    session = company.api.session
    session.rollback()
    return session.query(Charge).filter(Charge.reference.like("V-%")).order_by(Charge.id).all()


def value(page: StrictPage, name: str) -> str:
    return str(page.root.xpath(f"//*[@name='{name}']/@value")[0])


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_is_filled_in_with_the_plan_and_has_no_price(
    company: Company, worker: StrictClient, language: str
) -> None:
    page = worker.page(address(company), lang=language)
    assert [value(page, name) for name in ("service_day", "start", "end")] == ["2026-11-19", "08:00", "10:00"]
    assert "€" not in page.texts()
    assert not page.root.xpath("//*[contains(@name, 'price')]")


def test_what_was_given_is_charged_once_with_its_reason(company: Company, worker: StrictClient) -> None:
    after = worker.send(worker.page(address(company), lang="en"), LONGER)
    assert after.path == "/t/omat"
    assert "The charge was accepted." in after.texts("main")
    (charge,) = charges(company)
    assert (charge.state, charge.quantity_hundredths, charge.sent["note"]) == ("accepted", 300, LONGER["why"])
    assert charge.sent["visit"] == f"{company.own.id}-20261119-1"
    assert "unit_price" not in charge.sent
    offering = company.api.session.get_one(Offering, company.own.offering_id)
    assert charge.provider_id == offering.provider_id
    page = worker.page(WEEK, lang="en")
    assert "Charge sent" in main(page)
    assert "€" not in page.texts()


def test_the_same_form_again_is_the_same_charge_and_another_says_so(
    company: Company, worker: StrictClient
) -> None:
    first, other = (worker.page(address(company), lang="en") for _ in range(2))
    worker.send(first, LONGER)
    again = worker.send(first, LONGER)
    assert "You have already sent this charge." in again.texts("main")
    changed = worker.send(other, LONGER | {"end": "12.00"})
    assert "The visit has been charged" in changed.texts("main")
    assert [charge.quantity_hundredths for charge in charges(company)] == [300]


def test_a_charged_visit_is_not_recorded_again(company: Company, worker: StrictClient) -> None:
    form = worker.page(WEEK).root.xpath("//form[contains(@action, '20261119')]")[0]
    worker.web.post(form.action, data=dict(form.form_values()))
    page = worker.page(address(company), lang="en")
    changed = worker.send(page, LONGER)
    assert "The visit has been charged" in changed.texts("main")
    assert [charge.quantity_hundredths for charge in charges(company)] == [200]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"why": ""}, "why", "Write shortly what was different"),
        ({"why": "x" * 301}, "why", "At most 300 characters"),
        ({"start": ""}, "start", "Enter when the visit started"),
        ({"end": ""}, "end", "Enter when the visit ended"),
        ({"end": "kello"}, "end", "Enter a time of day"),
        ({"end": "8.00"}, "end", "The visit cannot end when it starts"),
        ({"service_day": ""}, "service_day", "Enter the day of the visit"),
        ({"service_day": "2026-11-22"}, "service_day", "This day has not come yet"),
        ({"service_day": "2026-10-01"}, "service_day", "Choose a day near the planned one"),
        ({"service_day": "2026-11-21", "end": "23.00"}, "end", "The visit has not ended yet"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_stays_typed(
    company: Company, worker: StrictClient, typed: dict[str, str], field: str, said: str
) -> None:
    page = worker.send(worker.page(address(company), lang="en"), LONGER | typed, status=422)
    assert said in page.texts(f"*[@id='{field}-error']")
    assert page.root.xpath("//textarea[@name='why']")[0].text_content().strip() == (LONGER | typed)["why"]
    assert charges(company) == []


def test_another_workers_visit_is_not_there(company: Company, worker: StrictClient) -> None:
    token = worker.web.get(f"{QUEUE}/tila").get_json()
    foreign = f"/t/omat/{company.other.id}-20261119-1/toisin"
    assert worker.web.get(foreign).status_code == 404
    for path in (foreign, f"{foreign}/jono"):
        assert worker.web.post(path, data=LONGER | token).status_code == 404
    owner = company.browser(company.owner)
    assert owner.web.get(address(company)).status_code == 403
    assert charges(company) == []


def test_a_visit_to_come_is_not_recorded(company: Company, worker: StrictClient) -> None:
    page = worker.page("/t/omat?alkaen=2026-11-21", lang="en")
    shown = page.root.xpath("//a[contains(@href, '/toisin')]/@href")
    assert shown == [address(company, "20261121")]
    after = worker.web.get(address(company, "20261126") + "?lang=en", follow_redirects=True)
    assert "The visit is still to come" in after.text


def test_a_refusal_sends_the_worker_to_a_biller_without_a_price(
    company: Company, worker: StrictClient
) -> None:
    """The county has suspended the company."""
    company.api.session.execute(update(ApprovalState).values(state="suspended"))
    company.api.session.commit()
    after = worker.send(worker.page(address(company), lang="en"), LONGER)
    assert "The charge was refused. Tell a biller of your company." in after.texts("main")
    assert "€" not in after.texts()
    assert [charge.state for charge in charges(company)] == ["refused"]


def test_help_without_times_is_recorded_in_parts(company: Company, worker: StrictClient) -> None:
    plan_by_the_week(company.api.session, company.own)
    company.api.session.commit()
    (path,) = worker.page(WEEK).root.xpath("//a[contains(@href, '/toisin')]/@href")
    refused = worker.send(worker.page(path, lang="en"), {"why": "Kotiin asti"}, status=422)
    assert "Enter the times, or how many hours" in refused.texts("main")
    worker.send(worker.page(path), {"quantity": "1,5", "why": "Kotiin asti", "service_day": "2026-11-18"})
    worker.send(worker.page(path), {"start": "9.00", "end": "11.00", "why": "Kauppaan"})
    found = charges(company)
    assert [(charge.state, charge.quantity_hundredths) for charge in found] == [
        ("accepted", 150),
        ("accepted", 200),
    ]
    assert len({charge.reference for charge in found}) == 2


def test_help_without_times_that_is_charged_whole_is_not_recorded_again(
    company: Company, worker: StrictClient
) -> None:
    """A colleague taps *done as planned* while the form is open."""
    plan_by_the_week(company.api.session, company.own)
    company.api.session.commit()
    (path,) = worker.page(WEEK).root.xpath("//a[contains(@href, '/toisin')]/@href")
    page = worker.page(path, lang="en")
    form = worker.page(WEEK).root.xpath("//form[contains(@action, '/tehty')]")[0]
    worker.web.post(form.action, data=dict(form.form_values()))
    after = worker.send(page, {"quantity": "6", "why": "Kaupassa"})
    assert "The visit has been charged" in after.texts("main")
    assert "The visit has been charged" in worker.web.get(f"{path}?lang=en", follow_redirects=True).text
    assert [charge.quantity_hundredths for charge in charges(company)] == [600]


def test_the_part_that_makes_it_whole_may_come_twice(company: Company, worker: StrictClient) -> None:
    plan_by_the_week(company.api.session, company.own)
    company.api.session.commit()
    (path,) = worker.page(WEEK).root.xpath("//a[contains(@href, '/toisin')]/@href")
    page = worker.page(path, lang="en")
    for said in ("The charge was accepted.", "You have already sent this charge."):
        after = worker.send(page, {"quantity": "6", "why": "Kaupassa"})
        assert said in after.texts("main")
    assert [charge.quantity_hundredths for charge in charges(company)] == [600]


@pytest.mark.browser
def test_without_a_connection_it_waits_on_the_phone_and_is_sent_once(phone: Phone) -> None:
    page = phone.log_in(Role.PROVIDER_WORKER)
    phone.open(page, address(phone.company, "20261121"))
    check_axe(page)
    page.locator("[name=end]").fill("11:00")
    page.locator("[name=why]").fill(LONGER["why"])
    phone.context.set_offline(True)
    page.get_by_role("button", name="Lähetä").click()
    expect(page.locator("#visit-waits")).to_be_visible()
    (kept,) = page.evaluate(STORED)
    assert "Asiakas" not in str(kept).replace(LONGER["why"], "")
    assert kept["label"]["service"]
    phone.context.set_offline(False)
    phone.open(page, QUEUE)
    expect(page.locator("#charge-queue-list li")).to_contain_text("Veloitus hyväksyttiin.")
    (charge,) = charges(phone.company)
    assert (charge.quantity_hundredths, charge.sent["note"]) == (300, LONGER["why"])
