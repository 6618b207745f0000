"""A client whose grant is in hours reads hours and no sums of the reserve."""

from typing import Any

import pytest

from foundation.database.tables.grants import Funding
from tests.builders.client_api import CLIENT, WORKER, ClientApi
from tests.builders.county import TODAY
from tests.builders.funding import grant_units
from tests.pages.logged_in import logged_in_by_key

READ = {
    "fi": "Sinulla on jäljellä 30 tuntia.",
    "sv": "Du har 30 timmar kvar.",
    "en": "You have 30 hours left.",
    "selko": "Sinulla on jäljellä 30 tuntia.",
}


def grant_in_hours(client_api: ClientApi, by_class: dict[str, int] | None = None) -> None:
    """Let the client's voucher be one of 30 hours, with values in cents by time class."""
    session = client_api.session
    values = {"PERSONAL_ASSISTANCE": by_class or {"any": 3000}}
    funding = session.get(Funding, client_api.funding_id)
    assert funding is not None
    grant_units(session, funding, 3_000, unit_values=values)
    session.commit()


@pytest.mark.parametrize("language", READ)
def test_the_money_pages_say_hours(client_api: ClientApi, language: str) -> None:
    grant_in_hours(client_api)
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    for path in ("/oma", f"/oma/seteli/{client_api.voucher}"):
        page = client.page(path, lang=language)
        money = page.root.xpath("//*[contains(@class, 'om-balance')]")[0].text_content()
        assert READ[language] in money.replace("\xa0", " ")
        assert "€" not in money
    details = client.page(f"/oma/seteli/{client_api.voucher}", lang="en").texts("main")
    assert "1,000" not in details


@pytest.mark.parametrize("language", READ)
def test_the_course_of_the_weeks_is_in_hours(client_api: ClientApi, language: str) -> None:
    grant_in_hours(client_api)
    sent = {"offering": client_api.near, "starts_on": TODAY.isoformat(), "quantity_per_week": "2.00"}
    assert client_api.post(f"/fundings/{client_api.voucher}/choices", sent).status_code == 201
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    page = client.page(f"/seuranta?seteli={client_api.funding_id}", lang=language)
    text = page.texts("main").replace("\xa0", " ")
    assert "€" not in text
    assert READ[language] in text
    if language == "en":
        assert "It lasts as long as the voucher. You use about 2 hours a week." in text
        assert "Left, hours" in text
        assert page.texts("h1") == "How long will it last?"
        assert page.texts("table//tr[1]/th[2]") == "Left, hours"


def test_a_worker_reads_hours_and_what_they_are_expected_to_cost(client_api: ClientApi) -> None:
    grant_in_hours(client_api, {"weekday": 3000, "sunday": 3300})
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    question = worker.page(f"/tt/asiakas/{client_api.client_id}", lang="en")
    card = worker.send(question, {"reason": "handling"}).texts("section[contains(@class, 'om-card')][1]")
    found = card.replace("\xa0", " ")
    for part in ("Granted30 hours", "Used0 hours", "Left30 hours", "Expected on weekdays€900.00"):
        assert part in found
    assert "Reserved in all€1,000.00" in found


SAID = {
    "fi": ("Palvelusetelistäsi kuluu 2 tuntia viikossa.", "Tähän on varattu"),
    "sv": ("Det går åt 2 timmar av din servicesedel i veckan.", "är reserverade för detta"),
    "en": ("Uses 2 hours of your voucher a week.", "are booked for this."),
    "selko": ("Palvelusetelistäsi kuluu 2 tuntia viikossa.", "Tähän on varattu"),
}


@pytest.mark.parametrize("language", SAID)
def test_choosing_and_ending_say_hours(client_api: ClientApi, language: str) -> None:
    grant_in_hours(client_api)
    uses, booked = SAID[language]
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    wish = f"offering={client_api.near}&how=week&amount=2&starts_on={TODAY.isoformat()}"
    check = client.page(f"/valitse/tarkista?{wish}", lang=language).texts("main").replace("\xa0", " ")
    assert uses in check
    sent = {"offering": client_api.near, "starts_on": TODAY.isoformat(), "quantity_per_week": "2.00"}
    made: Any = client_api.post(f"/fundings/{client_api.voucher}/choices", sent).json
    done = client.page(f"/valitse/valmis/{made['id']}", lang=language).texts("main").replace("\xa0", " ")
    end = client.page(f"/oma/valinta/{made['id']}/lopeta", lang=language).texts("main")
    assert booked in done
    assert "€" not in done + end


def test_the_api_has_the_units_of_the_balance(client_api: ClientApi) -> None:
    grant_in_hours(client_api)
    sent = {"offering": client_api.near, "starts_on": TODAY.isoformat(), "quantity_per_week": "2.00"}
    assert client_api.post(f"/fundings/{client_api.voucher}/choices", sent).status_code == 201
    funding: Any = client_api.get(f"/fundings/{client_api.voucher}").json
    units, (choice,) = funding["balance_quantity"], funding["choices"]
    assert (units["granted"], units["charged"], units["settled"]) == ("30.00", "0.00", "0.00")
    assert units["held"] == choice["held_quantity"] != "0.00"
    assert float(units["free"]) + float(units["held"]) == 30
