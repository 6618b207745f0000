"""A refused charge is a task until its visit is charged or nothing is to be charged, not by time alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from tests.builders import NOW
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

PAGE = "/t/korjattavat"
TIMES = {"start": "08:00", "end": "10:00"}


@pytest.fixture
def biller(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


def refuse(api: ProviderApi, **fields: str) -> int:
    """Send a charge over the price list; return its id."""
    answer = api.post("/charges", api.charge(**{"unit_price": "99.00", **TIMES, **fields}))
    assert answer.status_code == 422, answer.text
    return int(answer.get_json()["id"])


def accept(api: ProviderApi, **fields: str) -> int:
    answer = api.post("/charges", api.charge(**{**TIMES, **fields}))
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["id"])


def tasks(reader: StrictClient) -> list[int]:
    links = reader.page(PAGE, lang="en").root.xpath("//main//h2/a/@href")
    return [int(str(link).rsplit("/", 1)[1]) for link in links]


def said_on_start_page(reader: StrictClient) -> str:
    return reader.page("/t", lang="en").texts("main").replace("\xa0", " ")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_right_in_every_language(
    provider_api: ProviderApi, biller: StrictClient, language: str
) -> None:
    biller.page(PAGE, lang=language)
    charge = refuse(provider_api)
    biller.page(PAGE, lang=language)
    biller.send(biller.page(PAGE, lang=language), {}, form=0)
    biller.page(f"/t/kirjaukset/{charge}", lang=language)
    biller.page("/t", lang=language)


def test_it_stays_however_old_it_is(provider_api: ProviderApi, biller: StrictClient) -> None:
    charge = refuse(provider_api)
    provider_api.session.execute(update(Charge).values(received_at=NOW - timedelta(days=400)))
    provider_api.session.commit()
    assert tasks(biller) == [charge]
    assert "1 charge was refused" in said_on_start_page(biller)


@pytest.mark.parametrize(
    ("refused", "charged"),
    [
        ({}, {}),
        ({"reference": "A"}, {"reference": "B"}),
        ({"reference": "A"}, {"reference": "B", "start": "09:30", "end": "11:30"}),
        ({"reference": "A", "service_day": "2026-11-15"}, {"reference": "A"}),
    ],
    ids=["same", "another reference", "overlapping", "another day with the reference"],
)
def test_it_clears_itself_when_the_visit_is_charged(
    provider_api: ProviderApi, biller: StrictClient, refused: dict[str, str], charged: dict[str, str]
) -> None:
    charge = refuse(provider_api, **refused)
    assert tasks(biller) == [charge]
    sent = accept(provider_api, **charged)
    assert tasks(biller) == []
    assert "was refused" not in said_on_start_page(biller)
    provider_api.post(f"/charges/{sent}/withdraw", {"why": "x"})
    assert tasks(biller) == [charge]


@pytest.mark.parametrize(
    "charged", [{"start": "10:00", "end": "12:00"}, {"service_day": "2026-11-17"}], ids=["later", "next day"]
)
def test_another_visit_clears_nothing(
    provider_api: ProviderApi, biller: StrictClient, charged: dict[str, str]
) -> None:
    charge = refuse(provider_api, reference="A")
    accept(provider_api, reference="B", **charged)
    assert tasks(biller) == [charge]


def test_one_visit_refused_twice_is_one_task(provider_api: ProviderApi, biller: StrictClient) -> None:
    refuse(provider_api)
    again = refuse(provider_api, unit_price="98.00")
    assert tasks(biller) == [again]


def test_nothing_to_charge_takes_it_off_and_can_be_taken_back(
    provider_api: ProviderApi, biller: StrictClient
) -> None:
    charge = refuse(provider_api)
    biller.send(biller.page(PAGE), {}, form=0)
    assert tasks(biller) == []
    page = biller.page(f"/t/kirjaukset/{charge}", lang="en")
    assert "nothing is to be charged" in page.texts("main")
    form = page.root.xpath("//form[contains(@action, 'palauta')]")[0]
    assert biller.web.post(form.action, data=dict(form.form_values())).status_code == 303
    assert tasks(biller) == [charge]
    acts = provider_api.session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("refusal.%"))).all()
    assert sorted(acts) == ["refusal.close", "refusal.reopen"]


def test_only_an_own_refused_charge_is_closed(provider_api: ProviderApi, biller: StrictClient) -> None:
    refuse(provider_api, reference="A")
    accepted = accept(provider_api, reference="B", start="12:00", end="14:00")
    form = biller.page(PAGE).form(0)
    for key in (accepted, 999_999):
        path = f"{PAGE}/{key}/ei-veloiteta"
        assert biller.web.post(path, data=dict(form.form_values())).status_code == 404


def test_what_is_ready_held_and_approved_is_told_apart(
    provider_api: ProviderApi, biller: StrictClient
) -> None:
    accept(provider_api)
    (ready, held, approved) = biller.page("/t", lang="en").root.xpath(
        "//dl[contains(@class, 'om-split')]/div"
    )
    assert [" ".join(part.itertext()).replace("\xa0", " ") for part in (ready, held, approved)] == [
        "Ready €72.00 1 charge. It is in the county's next payment.",
        "On hold €0.00 No charges.",
        "Approved €0.00 No payments.",
    ]
    provider_api.session.execute(update(Charge).values(state="on_hold"))
    provider_api.session.commit()
    (ready, held, _) = biller.page("/t", lang="en").root.xpath("//dl[contains(@class, 'om-split')]/div")
    assert "No charges." in ready.text_content()
    assert "The county checks it first." in held.text_content()
