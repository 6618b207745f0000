"""The form of a price says what it would do: live, by a button without a script, and nothing is stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from foundation.database.columns import days
from foundation.database.tables.counties import TimeClass
from foundation.database.tables.grants import FundingTerms
from foundation.database.tables.providers import Offering, Price
from foundation.database.tables.services import Service, ServiceValue
from tests.builders import TODAY
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

TYPED = {"time_class": "any", "unit_price_cents": "40,00", "first_day": f"{TODAY:%d.%m.%Y}"}
LATER = f"{TODAY + timedelta(days=10):%d.%m.%Y}"


@pytest.fixture
def client(provider_api: ProviderApi) -> StrictClient:
    """The owner, logged in; the county and the client's voucher pay 36 € an hour, the cap is 45 €."""
    session = provider_api.session
    offering = session.get_one(Offering, provider_api.offering_id)
    session.get_one(Service, offering.service_id).free_of_charge = False
    session.query(FundingTerms).update({"unit_values": {"PERSONAL_ASSISTANCE": {"any": 3600}}})
    session.query(ServiceValue).delete()
    for each in session.scalars(select(TimeClass)):
        session.add(
            ServiceValue(
                county_id=offering.county_id,
                service_id=offering.service_id,
                time_class_id=each.id,
                unit_value_cents=3600,
                price_cap_cents=4500,
                valid=days(TODAY - timedelta(days=300), None),
            )
        )
    session.commit()
    return logged_in(provider_api.web, session, provider_api.owner)


def typed(
    api: ProviderApi, client: StrictClient, lang: str = "en", **changes: Any
) -> tuple[StrictPage, dict[str, Any]]:
    page = client.page(f"/t/palvelut/{api.offering_id}", lang=lang)
    return page, TYPED | {"first_day": LATER} | changes


def check(api: ProviderApi, client: StrictClient, status: int = 200, **changes: Any) -> str:
    before = prices(api)
    page, values = typed(api, client, **changes)
    after = client.send(page, values, button="step=check", status=status)
    assert prices(api) == before
    assert after.one("input[@name='unit_price_cents']").get("value") == values["unit_price_cents"]
    return after.texts("main").replace("\xa0", " ")


def prices(api: ProviderApi) -> int:
    api.session.rollback()
    return api.session.scalar(select(func.count()).select_from(Price)) or 0


def test_what_the_client_would_pay_is_said_before_it_is_published(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    said = check(provider_api, client)
    assert "time any: the county pays €36.00, the client €4.00." in said
    assert "Clients pay more 1 of your clients would pay €4.00 more than now for each unit." in said
    assert "The county pays it all" in check(provider_api, client, unit_price_cents="36,00")
    assert "the price may be" in check(provider_api, client, unit_price_cents="45,01")


def test_times_and_days_without_a_price_are_said(provider_api: ProviderApi, client: StrictClient) -> None:
    provider_api.session.query(Price).delete()
    provider_api.session.commit()
    said = check(provider_api, client, time_class="weekday")
    assert "a visit then would have no price and could not be charged." in said
    assert "There is no price after" in check(provider_api, client, last_day=LATER)


def test_the_live_answer_is_a_part_of_the_page_and_stores_nothing(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    page, values = typed(provider_api, client)
    form = page.form()
    assert form.get("data-live") == f"/t/palvelut/{provider_api.offering_id}/hinnat?live=1"
    before = prices(provider_api)
    fields = dict(form.form_values()) | values
    answer = client.web.post(form.get("data-live"), data=fields)
    assert (answer.status_code, "<html" in answer.text, "the county pays" in answer.text) == (
        200,
        False,
        True,
    )
    wrong = client.web.post(form.get("data-live"), data=fields | {"unit_price_cents": "kallis"})
    assert (wrong.status_code, "the county pays" in wrong.text) == (422, False)
    past = client.web.post(form.get("data-live"), data=fields | {"first_day": "1.1.2026"})
    assert (past.status_code, "The price of a past day cannot change." in past.text) == (422, True)
    assert prices(provider_api) == before


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_check_is_right_in_every_language(
    provider_api: ProviderApi, client: StrictClient, language: str
) -> None:
    page, values = typed(provider_api, client, lang=language, unit_price_cents="50,00", last_day=LATER)
    client.send(page, values, button="step=check")


def test_the_price_is_published_after_it_was_checked(provider_api: ProviderApi, client: StrictClient) -> None:
    page, values = typed(provider_api, client)
    checked = client.send(page, values, button="step=check")
    before = prices(provider_api)
    client.send(checked)
    assert prices(provider_api) == before + 1
