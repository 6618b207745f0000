"""Planned help without fixed times: its days in few words, and what has been charged of it."""

from __future__ import annotations

from datetime import date

import pytest

from foundation.database.tables.charges import Charge
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering
from foundation.vocabulary.languages import Language
from foundation.web.formats import days_text
from tests.builders import a_choice
from tests.builders.client_api import BILLER, CLIENT, ClientApi
from tests.builders.planned_visits import plan_by_the_week
from tests.pages.logged_in import logged_in_by_key

FIRST = date(2026, 11, 23)
WRITTEN = {
    (Language.FI, date(2026, 11, 29)): "23.–29. marraskuuta",
    (Language.SELKO, date(2026, 11, 29)): "23.–29. marraskuuta",
    (Language.SV, date(2026, 11, 29)): "23–29 november",
    (Language.EN, date(2026, 11, 29)): "23–29 November",
    (Language.FI, date(2026, 11, 23)): "23. marraskuuta",
    (Language.FI, date(2026, 12, 6)): "23. marraskuuta – 6. joulukuuta",
    (Language.EN, date(2027, 1, 3)): "23 November 2026 – 3 January 2027",
}


@pytest.mark.parametrize(("language", "last"), WRITTEN)
def test_days_say_month_and_year_once(language: Language, last: date) -> None:
    assert days_text(FIRST, last, language).replace("\xa0", " ") == WRITTEN[language, last]


@pytest.fixture
def plan(client_api: ClientApi) -> None:
    """Six hours a week, of which a visit has been charged."""
    funding = client_api.session.get_one(Funding, client_api.funding_id)
    offering = client_api.session.get_one(Offering, client_api.near)
    choice = a_choice(client_api.session, funding, offering, starts_on=date(2026, 11, 2))
    plan_by_the_week(client_api.session, choice)
    client_api.session.get_one(Charge, client_api.charge).choice_id = choice.id
    client_api.session.commit()


def week(api: ClientApi, key: str, path: str) -> str:
    browser = logged_in_by_key(api.web, api.session, key)
    return browser.page(path, lang="fi").texts("main").replace("\xa0", " ")


def test_the_clients_week_writes_the_days_in_few_words(client_api: ClientApi, plan: None) -> None:
    assert "23.–29. marraskuuta: 6 tuntia" in week(client_api, CLIENT, "/kaynnit?viikko=2026-11-23")


def test_the_providers_week_writes_the_days_in_few_words(client_api: ClientApi, plan: None) -> None:
    assert "23.–29. marraskuuta" in week(client_api, BILLER, "/t/kaynnit?viikko=2026-11-23")


def test_a_space_stands_before_the_link_to_the_charge(client_api: ClientApi, plan: None) -> None:
    text = week(client_api, CLIENT, "/kaynnit?viikko=2026-11-16")
    assert "Kirjattu tähän mennessä 2 tuntia. Oikein" in text
