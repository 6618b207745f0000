"""Feedback on a provider over the API: client, county, provider and everybody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from foundation.database.tables.charges import Charge
from foundation.database.tables.clients import Client
from foundation.database.tables.feedback import Feedback
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person
from foundation.database.tables.providers import Provider
from tests.builders.client_api import (
    BILLER,
    FAR_WORKER,
    HELPER,
    STRANGER,
    WATCHER,
    WORKER,
    ClientApi,
)
from tests.builders.used_visit import used_visit

WORDS, ANSWER, WHY = "Tuli aina ajoissa", "Kiitos sanoista", "Siinä on naapurin nimi"


class Talk:
    """The client, the provider of its used visit, and what they send."""

    def __init__(self, api: ClientApi) -> None:
        self.api = api
        charge = api.session.get_one(Charge, api.charge)
        self.provider = api.session.get_one(Provider, charge.provider_id)
        self.provider.email = "kaisla@example.com"
        self.person = api.session.get_one(Person, api.client_actor.person_id)
        self.person.email = "aino@example.com"
        api.session.commit()
        self.business_id = self.provider.business_id
        self.number = api.session.get_one(Client, api.client_id).number

    def give(self, key: str | None = None, **more: str) -> Any:
        sent = {"client": self.number, "provider": self.business_id, "face": "good", "words": WORDS}
        return self.api.post("/me/feedback", sent | more, key=key)

    def decide(self, decision: str, why: str = "", key: str = WORKER) -> Any:
        (entry,) = self.api.read("/feedback", key=WORKER)["items"]
        sent = {"decision": decision, "why": why, "revision": entry["revision"]}
        return self.api.post(f"/feedback/{entry['id']}/decision", sent, key=key)

    def answer(self, revision: int | None = None) -> Any:
        (entry,) = self.api.read("/my/feedback", key=BILLER)["items"]
        sent = {"answer": ANSWER, "revision": revision or entry["revision"]}
        return self.api.post(f"/my/feedback/{entry['id']}/answer", sent, key=BILLER)

    def public(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.api.read(f"/providers/{self.business_id}/feedback", key="")[
            "items"
        ]
        return listed

    def mails(self) -> list[str]:
        """Return who has got mail since the last time."""
        self.api.session.rollback()
        bodies = self.api.session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id)).all()
        assert not any(words in str(body) for body in bodies for words in (WORDS, ANSWER, WHY, "Aino", "Oy"))
        self.api.session.query(OutboxMessage).delete()
        self.api.session.commit()
        return [body["to"] for body in bodies]


@pytest.fixture
def talk(client_api: ClientApi) -> Talk:
    used_visit(client_api)
    return Talk(client_api)


def test_from_words_to_a_published_answer(talk: Talk) -> None:
    given = talk.give()
    assert (given.status_code, given.get_json()["state"]) == (201, "waiting")
    assert talk.public() == []
    assert talk.mails() == []
    assert talk.decide("publish").get_json()["state"] == "published"
    assert talk.mails() == ["aino@example.com"]
    (shown,) = talk.public()
    assert {name: shown[name] for name in ("face", "words", "month", "answer")} == {
        "face": "good",
        "words": WORDS,
        "month": "2026-11",
        "answer": None,
    }
    assert set(shown) == {"id", "face", "words", "month", "answer"}
    assert talk.answer().get_json()["answer_state"] == "waiting"
    assert talk.public()[0]["answer"] is None
    assert talk.decide("publish_answer").status_code == 200
    assert talk.mails() == ["aino@example.com", "kaisla@example.com"]
    assert talk.public()[0]["answer"] == ANSWER
    (own,) = talk.api.read("/me/feedback")["items"]
    assert (own["provider"], own["answer"]) == (talk.business_id, ANSWER)
    voices = talk.api.read(f"/providers/{talk.business_id}/voices", key="")
    assert voices == {"good": 1, "so_so": 0, "not_good": 0}


@pytest.mark.parametrize("decision", ["return", "hide"])
def test_the_writer_reads_the_reason(talk: Talk, decision: str) -> None:
    talk.give()
    missing = talk.decide(decision)
    assert (missing.status_code, missing.get_json()["errors"][0]["code"]) == (422, "why_missing")
    assert talk.decide(decision, WHY).status_code == 200
    assert talk.api.read("/me/feedback")["items"][0]["why"] == WHY
    assert talk.mails() == ["aino@example.com"]
    assert talk.public() == []


def test_an_answer_that_is_returned_is_written_again(talk: Talk) -> None:
    talk.give()
    talk.decide("publish")
    talk.answer()
    talk.mails()
    talk.decide("return_answer", WHY)
    assert talk.mails() == ["kaisla@example.com"]
    assert talk.api.read("/my/feedback", key=BILLER)["items"][0]["answer_why"] == WHY
    assert talk.answer().status_code == 200


def test_words_that_changed_meanwhile_are_not_decided_or_answered(talk: Talk) -> None:
    key = talk.give().get_json()["id"]
    talk.give(words="Muutettu")
    stale = talk.api.post(f"/feedback/{key}/decision", {"decision": "publish", "revision": 1}, key=WORKER)
    assert (stale.status_code, stale.get_json()["code"]) == (409, "feedback_changed")
    talk.decide("publish")
    assert talk.answer(revision=1).status_code == 409


def test_only_a_used_visit_gives_a_voice(client_api: ClientApi) -> None:
    talk = Talk(client_api)
    refused = talk.give()
    assert (refused.status_code, refused.get_json()["code"]) == (422, "visit_not_used")
    assert client_api.count(Feedback) == 0


def test_who_gives_for_the_client(talk: Talk) -> None:
    assert talk.give(WATCHER).status_code == 403
    assert talk.give(STRANGER).get_json()["errors"][0]["code"] == "client_unknown"
    assert talk.give(provider="7654321-9").get_json()["errors"][0]["code"] == "provider_unknown"
    assert talk.give(face="bad").get_json()["errors"][0]["field"] == "face"
    assert talk.give(HELPER).status_code == 201
    assert talk.give().get_json()["revision"] == 1, "the same words again are one feedback"
    assert talk.api.read("/me/feedback", key=STRANGER)["items"] == []


def test_others_read_and_decide_nothing(talk: Talk) -> None:
    talk.give()
    assert talk.api.read("/feedback", key=FAR_WORKER)["total"] == 0
    assert talk.decide("publish", key=FAR_WORKER).status_code == 404
    assert talk.api.read("/my/feedback", key=BILLER)["items"] == []
