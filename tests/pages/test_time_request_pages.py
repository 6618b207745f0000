"""A free time: the client asks, the provider offers or says no, the client accepts one time once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.providers import Provider
from foundation.database.tables.time_requests import OfferedTime, TimeRequest
from marketplace.actions.ask_for_time import REQUEST_CLOSED, accept_time
from marketplace.load.mandates import clients
from tests.builders.client_api import BILLER, CLIENT, STRANGER, WATCHER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en", "selko")


def browser(api: ClientApi, key: str) -> StrictClient:
    return logged_in_by_key(api.web, api.session, key)


def ask(api: ClientApi, words: str = "Tuesday evenings", language: str = "en", status: int = 200) -> str:
    client = browser(api, CLIENT)
    page = client.page(f"/tarjonta/{api.near}/kysy-aikaa", lang=language)
    return client.send(page, {"words": words}, status=status).texts("main")


def the_request(api: ClientApi) -> TimeRequest:
    api.session.expire_all()
    return api.session.scalars(select(TimeRequest).order_by(TimeRequest.id.desc())).first() or pytest.fail(
        "none"
    )


def offer(api: ClientApi, *days: str, status: int = 200, language: str = "en") -> str:
    provider = browser(api, BILLER)
    page = provider.page(f"/t/aikapyynnot/{the_request(api).id}", lang=language)
    times = {f"day_{n}": day for n, day in enumerate(days, 1)} | {
        f"time_{n}": "17.00" for n in range(1, len(days) + 1)
    }
    return provider.send(page, {"what": "offer", **times}, status=status).texts("main")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_is_asked_for_offered_and_accepted(client_api: ClientApi, language: str) -> None:
    staff = language.replace("selko", "fi")
    link = f"/tarjonta/{client_api.near}/kysy-aikaa"
    assert link in browser(client_api, CLIENT).page(f"/tarjonta/{client_api.near}", lang=language).root.xpath(
        "//main//a/@href"
    )
    assert "Tuesday evenings" in ask(client_api, language=language)
    provider = browser(client_api, BILLER)
    assert "/t/aikapyynnot" in provider.page("/t", lang=staff).root.xpath("//main//a/@href")
    seen = provider.page("/t/aikapyynnot", lang=staff).texts("main")
    assert "Tuesday evenings" in seen
    assert "Aino Asiakas" not in seen
    assert "C-0" not in seen
    offer(client_api, "24.11.2026", "1.12.2026", language=staff)
    client = browser(client_api, CLIENT)
    page = client.page("/ajat", lang=language)
    accept = [form.get("action") for form in page.root.xpath("//main//form")]
    assert len(accept) == 3
    chosen = client.send(page, form=1)
    assert chosen.path == "/valitse"
    assert chosen.one("input[@name='starts_on']").get("value") == "1.12.2026"
    assert the_request(client_api).state == "accepted"
    assert client_api.session.query(Choice).count() == 0, "no money is held by a time"


def test_a_no_with_words_is_read_by_the_client(client_api: ClientApi) -> None:
    ask(client_api)
    provider = browser(client_api, BILLER)
    page = provider.page(f"/t/aikapyynnot/{the_request(client_api).id}", lang="en")
    assert "Say why" in provider.send(page, {"what": "no", "words": " "}, status=422).texts("main")
    provider.send(page, {"what": "no", "words": "We are full until spring."})
    assert "We are full until spring." in browser(client_api, CLIENT).page("/ajat", lang="en").texts("main")
    ask(client_api, "again")


@pytest.mark.parametrize(
    ("days", "words"), [((), "ahead"), (("20.11.2026",), "ahead"), (("1.5.2027",), "ahead")]
)
def test_times_must_be_ahead(client_api: ClientApi, days: tuple[str, ...], words: str) -> None:
    ask(client_api)
    assert words in offer(client_api, *days, status=422)
    assert client_api.session.query(OfferedTime).count() == 0


def test_at_most_five_times_are_offered(client_api: ClientApi) -> None:
    ask(client_api)
    offer(client_api, "24.11.2026", "25.11.2026", "26.11.2026")
    assert "five times" in offer(client_api, "27.11.2026", "28.11.2026", "29.11.2026", status=422)
    assert client_api.session.query(OfferedTime).count() == 3


def test_one_time_is_accepted_once(client_api: ClientApi) -> None:
    ask(client_api)
    offer(client_api, "24.11.2026", "25.11.2026")
    session, actor = client_api.session, client_api.client_actor
    first, second = session.scalars(select(OfferedTime.id).order_by(OfferedTime.id)).all()
    client = clients(session, [client_api.client_id])[client_api.client_id]
    assert accept_time(session, client, first, actor=actor, now=NOW) != REQUEST_CLOSED
    assert accept_time(session, client, second, actor=actor, now=NOW) == REQUEST_CLOSED
    session.commit()
    with pytest.raises(IntegrityError, match="ux_offered_time_accepted"):
        session.execute(update(OfferedTime).values(accepted_at=NOW))
    session.rollback()


def test_a_second_question_waits_and_an_expired_one_does_not(client_api: ClientApi) -> None:
    ask(client_api)
    assert "already asked" in ask(client_api, "second", status=422)
    old = {"asked_at": NOW - timedelta(days=20), "last_day": TODAY - timedelta(days=1)}
    client_api.session.execute(update(TimeRequest).values(old))
    client_api.session.commit()
    assert "The time to answer is over" in browser(client_api, CLIENT).page("/ajat", lang="en").texts("main")
    assert "/t/aikapyynnot" not in browser(client_api, BILLER).page("/t").root.xpath("//main//a/@href")
    assert client_api.web.get(f"/t/aikapyynnot/{the_request(client_api).id}").status_code == 404
    ask(client_api, "third")


def test_the_question_can_be_taken_back(client_api: ClientApi) -> None:
    ask(client_api)
    client = browser(client_api, CLIENT)
    client.send(client.page("/ajat", lang="en"))
    assert the_request(client_api).state == "withdrawn"


def test_others_see_and_do_nothing(client_api: ClientApi) -> None:
    ask(client_api, "secret words")
    offer(client_api, "24.11.2026")
    time_id = client_api.session.scalars(select(OfferedTime.id)).one()
    stranger = browser(client_api, STRANGER)
    assert "secret words" not in stranger.page("/ajat").texts("main")
    token = stranger.page("/asetukset").form().fields["csrf_token"]
    other_id = client_api.session.scalars(select(Client.id).where(Client.name == "Toinen Asiakas")).one()
    data = {"csrf_token": token, "for_client": other_id}
    client_api.web.post(f"/ajat/{time_id}/valitse", data=data)
    taken = client_api.web.post(f"/ajat/pyynto/{the_request(client_api).id}/peru", data=data)
    assert taken.status_code == 404
    assert the_request(client_api).state == "open"
    watcher = browser(client_api, WATCHER)
    watcher.send(watcher.page("/puolesta"), form=0)
    assert watcher.page("/ajat").root.xpath("//main//form") == []
    assert client_api.web.get(f"/tarjonta/{client_api.near}/kysy-aikaa").status_code == 404


def test_mails_name_nobody(client_api: ClientApi) -> None:
    session = client_api.session
    session.execute(update(Provider).values(email="toimisto@example.test"))
    person_id = session.scalars(
        select(RoleGrant.person_id).where(RoleGrant.client_id == client_api.client_id)
    ).first()
    session.execute(update(Person).where(Person.id == person_id).values(email="aino@example.test"))
    session.commit()
    ask(client_api, "secret words")
    offer(client_api, "24.11.2026")
    bodies = session.scalars(select(OutboxMessage.body).where(OutboxMessage.key.like("time_request:%"))).all()
    assert [body["to"] for body in bodies] == ["toimisto@example.test", "aino@example.test"]
    for body in bodies:
        shown = body["subject"] + body["text"]
        assert [word for word in ("Aino", "secret", "Kaisla", "24.11", "C-0") if word in shown] == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("state = 'accepted'", "ck_time_request_closed"),
        ("answer = 'x'", "ck_time_request_answer"),
        ("last_day = '2020-01-01'", "ck_time_request_last_day"),
        ("state = 'other', closed_at = now()", "ck_time_request_state"),
    ],
)
def test_the_database_keeps_the_shape(client_api: ClientApi, change: str, name: str) -> None:
    ask(client_api)
    with pytest.raises(IntegrityError, match=name):
        client_api.session.execute(text(f"UPDATE time_request SET {change}"))
    client_api.session.rollback()
