"""Feedback on a provider, on the pages of the client, the county, the provider and the public."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.database.tables.charges import Charge
from foundation.database.tables.feedback import Feedback
from foundation.database.tables.providers import Provider
from tests.builders.client_api import BILLER, CLIENT, FAR_WORKER, HELPER, STRANGER, WATCHER, WORKER, ClientApi
from tests.builders.used_visit import used_visit
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

WORDS, ANSWER, WHY = "Tuli aina ajoissa", "Kiitos sanoista", "Siinä on naapurin nimi"
As = Callable[[str], StrictClient]


@pytest.fixture
def logged_in(client_api: ClientApi) -> As:
    return lambda key: logged_in_by_key(client_api.web, client_api.session, key)


@pytest.fixture
def business_id(client_api: ClientApi) -> str:
    charge = client_api.session.get_one(Charge, client_api.charge)
    return client_api.session.get_one(Provider, charge.provider_id).business_id


def give(client: StrictClient, business_id: str, face: str = "good", words: str = WORDS) -> None:
    client.send(client.page(f"/palaute/{business_id}"), {"face": face, "words": words})


def decide(api: ClientApi, worker: StrictClient, decision: str, why: str = "") -> None:
    worker.send(worker.page(f"/tt/palaute/{row(api).id}"), {"decision": decision, "why": why})


def row(api: ClientApi) -> Feedback:
    api.session.expire_all()
    return api.session.query(Feedback).one()


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_from_a_used_visit_to_an_answer(
    client_api: ClientApi, logged_in: As, business_id: str, language: str
) -> None:
    used_visit(client_api)
    client, shown = logged_in(CLIENT), "fi" if language == "selko" else language
    assert f"/palaute/{business_id}" in client.page("/kulut", lang=language).answer.text
    assert f"/palaute/{business_id}" in client.page(f"/tuottaja/{business_id}", lang=language).answer.text
    client.page(f"/palaute/{business_id}", lang=language)
    give(client, business_id)
    assert WORDS not in client.page(f"/tuottaja/{business_id}", lang=language).texts("main")
    client.page(f"/palaute/{business_id}", lang=language)
    worker = logged_in(WORKER)
    worker.page("/tt", lang=shown)
    assert WORDS in worker.page("/tt/palaute", lang=shown).texts("main")
    worker.page(f"/tt/palaute/{row(client_api).id}", lang=shown)
    decide(client_api, worker, "publish")
    provider = logged_in(BILLER)
    assert WORDS in provider.page("/t/palaute", lang=shown).texts("main")
    provider.send(provider.page(f"/t/palaute/{row(client_api).id}", lang=shown), {"answer": ANSWER})
    provider.page("/t/palaute", lang=shown)
    assert ANSWER not in logged_in(CLIENT).page(f"/tuottaja/{business_id}", lang=language).texts("main")
    decide(client_api, logged_in(WORKER), "publish_answer")
    client = logged_in(CLIENT)
    page = client.page(f"/tuottaja/{business_id}", lang=language).texts("main")
    assert WORDS in page
    assert ANSWER in page
    assert "%" not in page
    assert language != "en" or "1 client has given feedback" in page
    assert ANSWER in client.page(f"/palaute/{business_id}", lang=language).texts("main")


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
@pytest.mark.parametrize("decision", ["return", "hide"])
def test_the_writer_reads_the_reason(
    client_api: ClientApi, logged_in: As, business_id: str, decision: str, language: str
) -> None:
    used_visit(client_api)
    give(logged_in(CLIENT), business_id)
    worker, path = logged_in(WORKER), f"/tt/palaute/{row(client_api).id}"
    worker.send(worker.page(path), {"decision": decision}, status=422)
    decide(client_api, worker, decision, WHY)
    client = logged_in(CLIENT)
    assert client.page("/kulut", lang=language).answer.text.count(f"/palaute/{business_id}") == 2
    assert WHY in client.page(f"/palaute/{business_id}", lang=language).texts("main")
    logged_in(BILLER).page(f"/t/palaute/{row(client_api).id}", status=404)


def test_nobody_gives_feedback_before_a_used_visit(
    client_api: ClientApi, logged_in: As, business_id: str
) -> None:
    client = logged_in(CLIENT)
    client.page(f"/palaute/{business_id}", status=404)
    assert "/palaute/" not in client.page(f"/tuottaja/{business_id}").answer.text
    used_visit(client_api)
    for key in (STRANGER, WATCHER):
        logged_in(key).page(f"/palaute/{business_id}", status=404)
    logged_in(HELPER).page(f"/palaute/{business_id}")


def test_a_face_is_needed(client_api: ClientApi, logged_in: As, business_id: str) -> None:
    used_visit(client_api)
    client = logged_in(CLIENT)
    page = client.page(f"/palaute/{business_id}")
    client.send(page, {"words": WORDS}, status=422)
    client.send(page, {"face": "good", "words": "x" * 501}, status=422)
    assert client_api.count(Feedback) == 0


def test_others_decide_and_answer_nothing(client_api: ClientApi, logged_in: As, business_id: str) -> None:
    used_visit(client_api)
    give(logged_in(CLIENT), business_id)
    logged_in(FAR_WORKER).page(f"/tt/palaute/{row(client_api).id}", status=404)
    assert WORDS not in logged_in(FAR_WORKER).page("/tt/palaute").texts("main")
    assert WORDS not in logged_in(BILLER).page("/t/palaute").texts("main")


def test_the_client_reads_that_the_worker_looked(
    client_api: ClientApi, logged_in: As, business_id: str
) -> None:
    used_visit(client_api)
    give(logged_in(CLIENT), business_id)
    logged_in(WORKER).page("/tt/palaute")
    assert "your feedback on a provider" in logged_in(CLIENT).page("/katsojat", lang="en").texts("main")
