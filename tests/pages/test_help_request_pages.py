"""What a client asks of the county: no voucher, or help with choosing; the worker's list and answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.help_requests import HelpRequest
from foundation.database.tables.people import Mandate
from tests.builders.client_api import CLIENT, FAR_WORKER, HELPER, STRANGER, WATCHER, WORKER, ClientApi
from tests.builders.county import NOW
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en", "selko")
REFUSE, CHOOSE = "/valitse/en-halua-setelia", "/valitse/auta-valitsemaan"


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def requests(api: ClientApi) -> list[HelpRequest]:
    api.session.expire_all()
    return list(api.session.scalars(select(HelpRequest).order_by(HelpRequest.id)))


def as_worker(api: ClientApi, key: str = WORKER) -> StrictClient:
    return logged_in_by_key(api.web, api.session, key)


def ask(client: StrictClient, path: str, words: str, language: str = "en") -> StrictPage:
    return client.send(client.page(path, lang=language), {"words": words})


@pytest.mark.parametrize("path", [REFUSE, CHOOSE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worker_answers_and_the_client_reads_it(
    client_api: ClientApi, client: StrictClient, path: str, language: str
) -> None:
    voucher = client.page(f"/oma/seteli/{client_api.voucher}", lang=language)
    assert path in voucher.root.xpath("//main//a/@href")
    sent = ask(client, path, "Mieluummin oma hoitaja", language)
    assert "Mieluummin oma hoitaja" in sent.texts("main")
    (request,) = requests(client_api)
    assert (request.client_id, request.answered_at) == (client_api.client_id, None)
    assert request.funding_id == (client_api.funding_id if path == REFUSE else None)
    worker, staff_language = as_worker(client_api), language.replace("selko", "fi")
    link = f"/tt/pyynto/{request.id}"
    assert link in worker.page("/tt", lang=staff_language).root.xpath("//main//a/@href")
    page = worker.page(link, lang=staff_language)
    assert "Mieluummin oma hoitaja" in page.texts("main")
    worker.send(page, {"answer": "Soitan sinulle huomenna."})
    assert link not in worker.page("/tt").root.xpath("//main//a/@href")
    again = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    for shown in ("/oma", path):
        assert "Soitan sinulle huomenna." in again.page(shown, lang=language).texts("main")


def test_the_day_of_the_answer_is_three_working_days_ahead(
    client_api: ClientApi, client: StrictClient
) -> None:
    """Saturday 21 November 2026: Monday, Tuesday, Wednesday."""
    assert "25 November" in client.page(REFUSE, lang="en").texts("main")
    assert "25 November" in ask(client, REFUSE, "").texts("main")
    client_api.session.execute(update(HelpRequest).values(asked_at=NOW.replace(month=10)))
    client_api.session.commit()
    assert "Late" in as_worker(client_api).page("/tt", lang="en").texts("main")


def test_the_voucher_stays_as_it_is_and_the_page_says_so(client_api: ClientApi, client: StrictClient) -> None:
    before = client.page(f"/oma/seteli/{client_api.voucher}", lang="en").texts("main//dl")
    assert "You do not lose your right to the service." in ask(client, REFUSE, "").texts("main")
    assert client.page(f"/oma/seteli/{client_api.voucher}", lang="en").texts("main//dl") == before


def test_a_second_message_of_the_same_kind_waits_for_the_first(
    client_api: ClientApi, client: StrictClient
) -> None:
    page = client.page(REFUSE, lang="en")
    client.send(page, {"words": "first"})
    refused = client.send(page, {"words": "second"}, status=422)
    assert "already has this message" in refused.texts("main")
    assert [each.words for each in requests(client_api)] == ["first"]
    ask(client, CHOOSE, "another kind")
    assert len(requests(client_api)) == 2


def test_a_message_can_be_taken_back(client_api: ClientApi, client: StrictClient) -> None:
    page = client.send(ask(client, CHOOSE, "help"))
    assert "taken your message back" in page.texts("main")
    (request,) = requests(client_api)
    worker = as_worker(client_api)
    assert f"/tt/pyynto/{request.id}" not in worker.page("/tt").root.xpath("//main//a/@href")
    token = worker.page("/asetukset").form().fields["csrf_token"]
    late = client_api.web.post(f"/tt/pyynto/{request.id}", data={"csrf_token": token, "answer": "x"})
    assert late.status_code == 422
    assert requests(client_api)[0].answer == ""
    ask(logged_in_by_key(client_api.web, client_api.session, CLIENT), CHOOSE, "again")


def test_only_who_may_choose_sends(client_api: ClientApi) -> None:
    for key, status, count in ((WATCHER, 0, 0), (HELPER, 1, 1)):
        helper = as_worker(client_api, key)
        helper.send(helper.page("/puolesta"), form=0)
        page = helper.page(REFUSE, lang="en")
        assert len(page.root.xpath("//main//form")) == status
        if status:
            helper.send(page, {"words": "for the client"})
        assert len(requests(client_api)) == count
    client_api.session.execute(update(Mandate).values(may_choose=False))
    client_api.session.commit()
    helper = as_worker(client_api, HELPER)
    helper.send(helper.page("/puolesta"), form=0)
    assert helper.page(REFUSE).root.xpath("//main//form") == []


def test_others_see_nothing_of_it(client_api: ClientApi, client: StrictClient) -> None:
    ask(client, REFUSE, "secret words")
    (request,) = requests(client_api)
    far = as_worker(client_api, FAR_WORKER)
    assert f"/tt/pyynto/{request.id}" not in far.page("/tt").root.xpath("//main//a/@href")
    assert client_api.web.get(f"/tt/pyynto/{request.id}").status_code == 404
    stranger = as_worker(client_api, STRANGER)
    assert "secret words" not in stranger.page(REFUSE).texts("main")
    token = stranger.page("/asetukset").form().fields["csrf_token"]
    other_id = client_api.session.scalars(select(Client.id).where(Client.name == "Toinen Asiakas")).one()
    data = {"csrf_token": token, "for_client": other_id}
    taken = client_api.web.post(f"/valitse/pyynto/{request.id}/peru", data=data)
    assert taken.status_code == 404


def test_each_act_and_look_is_in_the_log(client_api: ClientApi, client: StrictClient) -> None:
    ask(client, REFUSE, "no thanks")
    (request,) = requests(client_api)
    worker = as_worker(client_api)
    worker.send(worker.page(f"/tt/pyynto/{request.id}", lang="en"), {"answer": "We call you."})
    events = select(AuditEvent.act).where(AuditEvent.subject_kind == "help_request").order_by(AuditEvent.id)
    acts = client_api.session.scalars(events).all()
    assert [act for act in acts if act != "client.look"] == ["help_request.ask", "help_request.answer"]
    assert "client.look" in acts
    browser = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    assert "what you asked of the county" in browser.page("/katsojat", lang="en").texts("main")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("answer = 'yes'", "ck_help_request_answer"),
        ("answered_at = now()", "ck_help_request_answer"),
        ("answer = 'yes', answered_at = now(), withdrawn_at = now()", "ck_help_request_one_end"),
        ("funding_id = NULL", "ck_help_request_funding"),
        ("kind = 'other'", "ck_help_request_kind"),
    ],
)
def test_the_database_keeps_the_shape(client_api: ClientApi, change: str, name: str) -> None:
    client = client_api.session.get_one(Client, client_api.client_id)
    values = {"county_id": client.county_id, "client_id": client.id, "funding_id": client_api.funding_id}
    client_api.session.add(HelpRequest(kind="no_voucher", words="", answer="", asked_at=NOW, **values))
    client_api.session.commit()
    with pytest.raises(IntegrityError, match=name):
        client_api.session.execute(text(f"UPDATE help_request SET {change}"))
    client_api.session.rollback()
    with pytest.raises(IntegrityError, match="ux_help_request_open"):
        client_api.session.execute(
            text(
                "INSERT INTO help_request (county_id, client_id, kind, funding_id, words, answer, asked_at)"
                " SELECT county_id, client_id, kind, funding_id, words, answer, asked_at FROM help_request"
            )
        )
    client_api.session.rollback()
