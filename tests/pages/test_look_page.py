"""/katsojat: who has used the client's data, by day and person; and asking why."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha512

import pytest
from lxml.html import HtmlElement
from sqlalchemy import func, select

from clearing.ledger.write.audit import record
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.vocabulary.roles import Role
from tests.builders import NOW, a_client, a_person
from tests.builders.client_api import BILLER, CLIENT, HELPER, WORKER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def acts(client_api: ClientApi, language: str, side: str = "") -> list[tuple[str, str]]:
    """Return who did what: each act of each person on the page, from the top."""
    browser = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    page = browser.page(f"/katsojat{side}", lang=language)
    return [
        (text_of(person.xpath("p[@class='om-lookers__who']")[0]), text_of(act))
        for person in page.root.xpath("//main//ul[@class='om-lookers']/li")
        for act in person.xpath("details//li")
    ]


def text_of(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_many_pages_of_a_helper_are_one_line(client_api: ClientApi) -> None:
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta", lang="en"), form=0)
    for path in ("/kulut", "/seuranta"):
        helper.page(path)
    found = [act for _who, act in acts(client_api, "en") if "Acts for the client" in act]
    assert len(found) == 1
    assert "times" in found[0]
    assert "the pages that you see too" in found[0]


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "Handles your matter"),
        ("fi", "Hoitaa asiaasi"),
        ("sv", "Sköter ditt ärende"),
        ("selko", "Hoitaa asiaasi"),
    ],
)
def test_a_workers_reason_is_said_to_the_client(client_api: ClientApi, language: str, why: str) -> None:
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    page = worker.page(f"/tt/asiakas/{client_api.client_id}", lang="sv")
    worker.send(page, {"reason": "handling"})
    ((_who, act),) = acts(client_api, language)
    assert f"{why}." in act


def test_a_workers_own_words_stay_as_they_are(client_api: ClientApi) -> None:
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    page = worker.page(f"/tt/asiakas/{client_api.client_id}", lang="fi")
    worker.send(page, {"reason": "charge", "other": "Soitto asiakkaalta"})
    ((_who, act),) = acts(client_api, "sv")
    assert "Varför: Soitto asiakkaalta." in act


@pytest.mark.parametrize(
    ("language", "who"),
    [
        ("en", "Testi Henkilö, The provider, Kotiapu Kaisla Oy"),
        ("fi", "Testi Henkilö, Palveluntuottaja, Kotiapu Kaisla Oy"),
        ("sv", "Testi Henkilö, Serviceproducenten, Kotiapu Kaisla Oy"),
        ("selko", "Testi Henkilö, Palveluntuottaja, Kotiapu Kaisla Oy"),
    ],
)
def test_a_providers_person_is_named_with_the_company(client_api: ClientApi, language: str, who: str) -> None:
    client_api.read("/charges", key=BILLER)
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    worker.send(worker.page(f"/tt/asiakas/{client_api.client_id}", lang="en"), {"reason": "handling"})
    found = [each for each, _act in acts(client_api, language)]
    assert who in found
    assert [each.count(",") for each in found if each.startswith("Tiina")] == [1], "a worker has no company"


def test_the_newest_time_comes_first_also_if_it_was_stored_first(client_api: ClientApi) -> None:
    county_id = client_api.session.get_one(Client, client_api.client_id).county_id
    worker = a_person(client_api.session, Role.WORKER, county_id=county_id)
    for day in (20, 18, 19):
        record(
            client_api.session,
            actor=worker,
            now=NOW.replace(day=day),
            act="look",
            subject=("client", client_api.client_id),
            county_id=county_id,
            client_id=client_api.client_id,
            why=f"day {day}",
        )
    client_api.session.commit()
    assert [re.findall(r"day \d+", act) for _who, act in acts(client_api, "en")] == [
        ["day 20"],
        ["day 19"],
        ["day 18"],
    ]


def test_what_clients_read_of_themselves_is_no_line(client_api: ClientApi, client: StrictClient) -> None:
    for path in ("/oma", "/kulut", "/katsojat"):
        client.page(path)
    client_api.read("/me/fundings")
    client_api.read(f"/fundings/{client_api.voucher}")
    assert acts(client_api, "en") == []


@pytest.mark.filterwarnings("error:The .* cookie is too large")
def test_a_worker_gives_many_long_reasons_in_a_day(client_api: ClientApi) -> None:
    """They were kept in a cookie, which browsers drop when it is over 4 KB."""
    session = client_api.session
    county = session.get_one(County, session.get_one(Client, client_api.client_id).county_id)
    clients = [a_client(session, county) for _ in range(25)]
    session.commit()
    worker = logged_in_by_key(client_api.web, session, WORKER)
    for client in clients:
        question = worker.page(f"/tt/asiakas/{client.id}", lang="en")
        digest = sha512(client.number.encode()).digest()
        worker.send(question, {"reason": "handling", "other": f"syy {b64encode(digest * 2).decode()}"})
    for client in clients:
        assert client.name in worker.page(f"/tt/asiakas/{client.id}", lang="en").texts("h1")
    looks = select(func.count()).where(AuditEvent.act == "client.look", AuditEvent.why.contains("syy"))
    session.rollback()
    assert session.scalar(looks) == 2 * len(clients)


def test_helpers_never_bury_the_worker(client_api: ClientApi) -> None:
    """The county's people come first on a day, and can be seen alone."""
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta", lang="en"), form=0)
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    worker.send(worker.page(f"/tt/asiakas/{client_api.client_id}", lang="en"), {"reason": "handling"})
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    for path in ("/kulut", "/seuranta", "/katsojat"):
        helper.page(path)
    who = [each.split(",")[0] for each, _act in acts(client_api, "en")]
    assert who == sorted(who, key=lambda name: not name.startswith("Tiina"))
    assert {each.split(",")[0] for each, _act in acts(client_api, "en", "?kuka=county")} == {
        "Tiina Työntekijä"
    }
    assert {each.split(",")[0] for each, _act in acts(client_api, "en", "?kuka=helper")} == {
        "Timo Tukihenkilö"
    }


def worker_looks(client_api: ClientApi) -> None:
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    worker.send(worker.page(f"/tt/asiakas/{client_api.client_id}", lang="en"), {"reason": "handling"})


def ask(client_api: ClientApi, name: str, question: str, language: str = "en") -> StrictPage:
    """Ask why the person named looked, as the client."""
    browser = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    page = browser.page("/katsojat", lang=language)
    person = next(
        each for each in page.root.xpath("//ul[@class='om-lookers']/li") if name in each.text_content()
    )
    form = browser.page(person.xpath(".//a[contains(@href, '/kysy')]/@href")[0], lang=language)
    return browser.send(form, {"question": question})


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_a_client_asks_why_and_the_county_answers(client_api: ClientApi, language: str) -> None:
    worker_looks(client_api)
    sent = ask(client_api, "Tiina", "Miksi katsoit?", language)
    if language == "en":
        assert "You get the answer here by Wed 25 November" in sent.texts("main").replace("\xa0", " ")
        assert "You asked why" in sent.texts("main")
    assert not sent.root.xpath("//main//a[contains(@href, '/kysy')]")
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    work = worker.page("/tt", lang="en")
    (href,) = work.root.xpath("//main//a[contains(@href, '/tt/kysymys/')]/@href")
    page = worker.page(href, lang="en")
    assert "Miksi katsoit?" in page.texts("main")
    assert "The client reads your answer" in worker.send(page, {"answer": "Soitit minulle."}).texts("main")
    assert not worker.page("/tt", lang="en").root.xpath("//main//a[contains(@href, '/tt/kysymys/')]")
    browser = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    assert "Soitit minulle." in browser.page("/katsojat", lang=language).texts("main")


def test_a_question_about_a_provider_reaches_the_provider_alone(client_api: ClientApi) -> None:
    client_api.read("/charges", key=BILLER)
    ask(client_api, "Kotiapu Kaisla Oy", "")
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    assert not worker.page("/tt", lang="en").root.xpath("//a[contains(@href, '/kysymys/')]")
    biller = logged_in_by_key(client_api.web, client_api.session, BILLER)
    (href,) = biller.page("/t", lang="en").root.xpath("//main//a[contains(@href, '/t/kysymys/')]/@href")
    biller.send(biller.page(href, lang="en"), {"answer": "Laskutimme käynnin."})
    assert "Laskutimme käynnin." in biller.page(href, lang="en").texts("main")
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    assert client_api.web.get(href.replace("/t/", "/tt/")).status_code == 404


def test_one_question_waits_at_a_time(client_api: ClientApi) -> None:
    worker_looks(client_api)
    browser = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    path = browser.page("/katsojat", lang="en").root.xpath("//a[contains(@href, '/kysy')]/@href")[0]
    pages = [browser.page(path, lang="en") for _ in range(2)]
    assert "has been sent" in browser.send(pages[0]).texts("main")
    assert "You have already asked." in browser.send(pages[1]).texts("main")


@pytest.mark.parametrize(
    "path", ["/katsojat/2026-11-21/999999/kysy", "/katsojat/2026-11-20/1/kysy", "/katsojat/x/1/kysy"]
)
def test_nobody_asks_about_a_look_that_was_not(
    client_api: ClientApi, client: StrictClient, path: str
) -> None:
    client.page(path, status=404)
