"""/katsojat: who has used the client's data, one line for a person, a reason and a day."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha512

import pytest
from sqlalchemy import func, select

from clearing.ledger.write.audit import record
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.vocabulary.roles import Role
from tests.builders import NOW, a_client, a_person
from tests.builders.client_api import BILLER, CLIENT, HELPER, WORKER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def rows(client_api: ClientApi, language: str) -> list[list[str]]:
    browser = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    page = browser.page("/katsojat", lang=language)
    return [
        [" ".join(cell.text_content().split()) for cell in row] for row in page.root.xpath("//main//tbody/tr")
    ]


def test_many_pages_of_a_helper_are_one_line(client_api: ClientApi) -> None:
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta", lang="en"), form=0)
    for path in ("/kulut", "/seuranta"):
        helper.page(path)
    found = [row for row in rows(client_api, "en") if "Acts for the client" in row[3]]
    assert len(found) == 1
    assert "times" in found[0][0]
    assert "the pages that you see too" in found[0][2]


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
    assert [row[3] for row in rows(client_api, language)] == [why]


def test_a_workers_own_words_stay_as_they_are(client_api: ClientApi) -> None:
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    page = worker.page(f"/tt/asiakas/{client_api.client_id}", lang="fi")
    worker.send(page, {"reason": "charge", "other": "Soitto asiakkaalta"})
    assert [row[3] for row in rows(client_api, "sv")] == ["Soitto asiakkaalta"]


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
    found = [row[1] for row in rows(client_api, language)]
    assert who in found
    assert [row.count(",") for row in found if row.startswith("Tiina")] == [1], "a worker has no company"


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
    assert [row[3] for row in rows(client_api, "en")] == ["day 20", "day 19", "day 18"]


def test_what_clients_read_of_themselves_is_no_line(client_api: ClientApi, client: StrictClient) -> None:
    for path in ("/oma", "/kulut", "/katsojat"):
        client.page(path)
    client_api.read("/me/fundings")
    client_api.read(f"/fundings/{client_api.voucher}")
    assert rows(client_api, "en") == []


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
