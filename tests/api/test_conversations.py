"""Messages over the API: between a client and the workers, and between a client and a chosen provider."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from foundation.database.tables import people
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.messages import Conversation, Message
from foundation.database.tables.outbox import OutboxMessage
from tests.builders import a_choice
from tests.builders.client_api import (
    BILLER,
    FAR_WORKER,
    HELPER,
    STRANGER,
    WATCHER,
    WORKER,
    ClientApi,
)

WORDS, REPLY = "Voinko siirtää torstain käynnin?", "Kyllä voit"


@pytest.fixture
def county(client_api: ClientApi) -> str:
    """The path of the conversation with the workers."""
    return f"/conversations/{client_api.client_id}-county"


@pytest.fixture
def provider(client_api: ClientApi) -> str:
    """The path of the conversation with the provider that the client has chosen."""
    offering = client_api.offering(client_api.near)
    a_choice(client_api.session, client_api.session.get_one(Funding, client_api.funding_id), offering)
    client_api.session.commit()
    return f"/conversations/{client_api.client_id}-{offering.provider_id}"


def send(api: ClientApi, path: str, words: str = WORDS, **more: object) -> dict[str, object]:
    key = more.pop("key", None)
    answer = api.post(f"{path}/messages", {"words": words, **more}, key=key)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text
    sent: dict[str, object] = answer.get_json()
    return sent


def test_a_client_and_a_worker_write_to_each_other(client_api: ClientApi, county: str) -> None:
    sent = send(client_api, county)
    assert (sent["number"], sent["party"], sent["words"], sent["by"]) == (1, "client", WORDS, "Aino Asiakas")
    assert send(client_api, county, REPLY, key=WORKER)["number"] == 2
    read = client_api.read(f"{county}/messages")
    assert [(item["party"], item["words"]) for item in read["items"]] == [
        ("client", WORDS),
        ("county", REPLY),
    ]
    assert read["total"] == 2
    second = client_api.read(f"{county}/messages?page=2&page_size=1", key=WORKER)
    assert [item["words"] for item in second["items"]] == [REPLY]


def test_a_client_and_a_chosen_provider_write_to_each_other(client_api: ClientApi, provider: str) -> None:
    send(client_api, provider)
    send(client_api, provider, REPLY, key=BILLER)
    (listed,) = client_api.read("/conversations", key=BILLER)["items"]
    number = client_api.session.get_one(Client, client_api.client_id).number
    assert listed["id"] == provider.rpartition("/")[2]
    assert (listed["client"], listed["client_name"]) == (number, "Aino Asiakas")
    assert (listed["provider"], listed["messages"]) == ("1234567-1", 2)
    assert client_api.get(provider, key=WORKER).status_code == 404


def test_the_client_lists_also_those_to_whom_nobody_has_written(
    client_api: ClientApi, county: str, provider: str
) -> None:
    listed = client_api.read("/conversations?page_size=1&page=2")
    assert (listed["total"], listed["pages"]) == (2, 2)
    assert [(item["provider_name"], item["messages"]) for item in listed["items"]] == [
        ("Kotiapu Kaisla Oy", 0)
    ]
    assert client_api.read("/conversations", key=WORKER)["total"] == 0
    send(client_api, county)
    assert client_api.read("/conversations", key=WORKER)["total"] == 1
    assert client_api.read("/conversations", key=FAR_WORKER)["total"] == 0
    assert client_api.read("/conversations", key=BILLER)["total"] == 1


def test_a_message_is_read_when_the_program_says_so(client_api: ClientApi, county: str) -> None:
    send(client_api, county, REPLY, key=WORKER)
    client_api.read(f"{county}/messages")
    assert client_api.read(county)["read"] == 0
    read = client_api.post(f"{county}/read", {"number": 1}).get_json()
    assert (read["read"], read["read_by_other"]) == (1, 1)
    assert client_api.read(county, key=WORKER)["read_by_other"] == 1
    too_many = client_api.post(f"{county}/read", {"number": 2})
    assert (too_many.status_code, too_many.get_json()["errors"][0]["field"]) == (422, "number")


def test_the_same_words_after_the_same_message_are_one_message(client_api: ClientApi, county: str) -> None:
    send(client_api, county, after=0)
    send(client_api, county, REPLY, key=WORKER)
    again = client_api.post(f"{county}/messages", {"words": WORDS, "after": 0})
    assert (again.status_code, again.get_json()["number"]) == (200, 1)
    send(client_api, county)
    assert client_api.count(Message) == 3


def test_a_key_makes_a_message_once(client_api: ClientApi, county: str) -> None:
    headers = {"Idempotency-Key": "viesti-1"}
    for replayed in (None, "true"):
        answer = client_api.post(f"{county}/messages", {"words": WORDS}, **headers)
        assert (answer.status_code, answer.headers.get("Idempotent-Replay")) == (201, replayed)
    assert client_api.count(Message) == 1
    other = client_api.post(f"{county}/messages", {"words": "x"}, **headers)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    "body", [{}, {"words": ""}, {"words": "  "}, {"words": "x" * 4001}, {"words": "\x00"}]
)
def test_words_that_are_no_message(client_api: ClientApi, county: str, body: dict[str, str]) -> None:
    answer = client_api.post(f"{county}/messages", body)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "words")
    assert client_api.count(Message) == 0


def test_others_answers_come_before_the_body_is_read(client_api: ClientApi, county: str) -> None:
    path = f"/api/v1{county}/messages"
    read = {
        key: client_api.web.post(path, data="{", headers=client_api.headers(key)).status_code
        for key in ("", STRANGER, FAR_WORKER, BILLER, WATCHER)
    }
    assert read == {"": 401, STRANGER: 404, FAR_WORKER: 404, BILLER: 404, WATCHER: 404}
    unreadable = client_api.web.post(
        path, data="{", headers=client_api.headers(), content_type="application/json"
    )
    assert unreadable.status_code == 400


@pytest.mark.parametrize("key", ["county", "1-county-1", "x-county", "1-0x", "9" * 30 + "-county"])
def test_an_id_that_is_none(client_api: ClientApi, key: str) -> None:
    assert client_api.get(f"/conversations/{key}").status_code == 404


def test_a_helper_with_the_right_writes_and_reads_without_marking(client_api: ClientApi, county: str) -> None:
    assert client_api.read("/conversations", key=HELPER)["total"] == 0
    client_api.session.query(people.Mandate).filter_by(may_choose=True).update({"may_propose": True})
    client_api.session.commit()
    send(client_api, county, REPLY, key=WORKER)
    assert client_api.post(f"{county}/read", {"number": 1}, key=HELPER).get_json()["read"] == 0
    assert send(client_api, county, key=HELPER)["by"] == "Timo Tukihenkilö"
    assert client_api.count(Conversation) == 1
    assert client_api.read("/conversations", key=WATCHER)["total"] == 0


def test_every_side_but_the_client_leaves_a_look(client_api: ClientApi, county: str, provider: str) -> None:
    for key, path in ((WORKER, county), (BILLER, provider), (None, county)):
        client_api.read(f"{path}/messages", key=key)
    client_api.session.rollback()
    looks = select(AuditEvent.role, AuditEvent.subject_kind).where(AuditEvent.act == "client.look")
    assert sorted(map(tuple, client_api.session.execute(looks))) == [
        ("provider_biller", "message"),
        ("worker", "message"),
    ]


def test_the_mail_says_only_that_there_is_a_message(client_api: ClientApi, provider: str) -> None:
    send(client_api, provider)
    send(client_api, provider, REPLY, key=BILLER)
    client_api.session.rollback()
    mails = client_api.session.scalars(select(OutboxMessage.body).where(OutboxMessage.kind == "mail")).all()
    assert len(mails) == 2
    assert not any(words in str(mail) for mail in mails for words in ("torstai", REPLY, "Aino", "Kaisla"))
