"""Sending webhooks: once, signed, later and later, and nothing is lost when it is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from clearing.webhooks.actions.keep_webhooks import (
    edit_webhook,
    remove_webhook,
    resend,
    rotate_secret,
    send_test,
)
from clearing.webhooks.actions.send_webhooks import LEASE, WebhookSending, send_webhooks
from clearing.webhooks.facts.events import Answer
from clearing.webhooks.rules.back_off import STOPS_AFTER, WAITS
from foundation.database import failpoints
from foundation.database.session import make_sessions
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person
from foundation.database.tables.webhooks import Webhook, WebhookDelivery
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Role
from tests.builders import NOW, a_person
from tests.builders.correction import a_correction_scenario
from tests.builders.engines import engine_on, release
from tests.builders.webhooks import FAILED, URL, NotingSender, a_keeper, a_webhook
from tests.signatures import KEYS, is_signed

OTHER = "https://other.example.com/hook"


class World:
    """A committed world with a webhook, and a clock."""

    def __init__(self, database_url: str) -> None:
        self.engine = engine_on(database_url)
        self.sessions: sessionmaker[Session] = make_sessions(self.engine)
        self.now: datetime = NOW + timedelta(seconds=1)
        self.sender = NotingSender()
        with self.sessions.begin() as session:
            scenario = a_correction_scenario(session)
            self.provider_id = scenario.provider_id
            self.owner = a_person(session, Role.PROVIDER_OWNER, provider_id=self.provider_id)
            session.get_one(Person, self.owner.person_id).email = "olli@example.fi"
            made = a_webhook(session, self.provider_id, self.owner)
            self.webhook_id, self.secret = made.webhook.id, made.secret
            self.charge = scenario.charge()

    def send(self) -> int:
        sending = WebhookSending(KEYS, self.sender, "https://omatori.example.fi")
        return send_webhooks(self.sessions, sending, lambda: self.now)

    def delivery(self) -> WebhookDelivery:
        with self.sessions() as session:
            return session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()[-1]

    def webhook(self) -> Webhook:
        with self.sessions() as session:
            return session.get_one(Webhook, self.webhook_id)

    def act(self, action: Callable[..., Any], *args: object, **how: object) -> Any:
        with self.sessions.begin() as session:
            keeper = a_keeper(self.provider_id, self.owner, self.now)
            return not_refused(action(session, keeper, self.webhook_id, *args, **how))


class WrittenDown(dict[str, Answer]):
    """Answers that write the id of the last event into a pipe: the process is killed after that."""

    def __init__(self, pipe: int, sender: NotingSender) -> None:
        super().__init__()
        self.pipe, self.sender = pipe, sender

    def get(self, _url: object, default: object = None) -> Any:
        """Write the id, and return the default."""
        os.write(self.pipe, self.sender.bodies()[-1]["id"].encode())
        return default


@pytest.fixture
def world(fresh_database: str) -> Iterator[World]:
    world = World(fresh_database)
    yield world
    release(world.engine)


def test_an_event_is_sent_once_signed_and_without_data_of_the_client(world: World) -> None:
    assert world.send() == 1
    assert world.send() == 0
    [(url, headers, body)] = world.sender.sent
    assert url == URL
    assert is_signed(headers["Omatori-Signature"], body, world.secret)
    [event] = world.sender.bodies()
    assert event["type"] == headers["Omatori-Event"] == "charge.accepted"
    assert event["id"] == headers["Omatori-Event-Id"]
    assert event["data"] == {
        "object": "charge",
        "id": world.charge,
        "href": f"/api/v1/charges/{world.charge}",
    }
    assert set(event) == {"id", "type", "created_at", "data"}
    sent = world.delivery()
    assert (sent.state, sent.attempts, sent.status, sent.duration_ms) == ("delivered", 1, 204, 3)


def test_a_failure_is_tried_again_later_and_later_and_then_given_up(world: World) -> None:
    world.sender.answers[URL] = FAILED
    with world.sessions.begin() as session:  # so that the address is not stopped before
        session.execute(update(Webhook).values(failing_since=None))
    for failures, wait in enumerate(WAITS, 1):
        world.send()
        waiting = world.delivery()
        assert (waiting.state, waiting.attempts, waiting.due_at) == ("waiting", failures, world.now + wait)
        assert (waiting.status, waiting.answer) == (500, "we are down")
        world.now += wait - timedelta(seconds=1)
        assert world.send() == 0
        assert world.delivery().attempts == failures
        world.now += timedelta(seconds=1)
        with world.sessions.begin() as session:
            session.execute(update(Webhook).values(failing_since=None))
    world.send()
    assert world.delivery().state == "given_up"
    assert len({event["id"] for event in world.sender.bodies()}) == 1


def test_after_a_failure_the_rest_of_an_address_waits_and_other_addresses_do_not(world: World) -> None:
    world.sender.answers[URL] = FAILED
    with world.sessions.begin() as session:
        other = a_webhook(session, world.provider_id, world.owner, url=OTHER)
        other_id = other.webhook.id
    for _ in range(3):
        world.act(send_test)
    with world.sessions.begin() as session:
        send_test(session, a_keeper(world.provider_id, world.owner, world.now), other_id)
    assert world.send() == 1
    assert [url for url, *_ in world.sender.sent].count(URL) == 1
    with world.sessions() as session:
        left = session.scalars(select(WebhookDelivery).where(WebhookDelivery.webhook_id == world.webhook_id))
        attempts = [(row.attempts, row.due_at is None) for row in left]
    assert sorted(attempts) == [(0, True), (0, True), (0, True), (1, False)]


def test_an_address_that_fails_for_days_is_stopped_and_its_owners_get_one_mail(world: World) -> None:
    world.sender.answers[URL] = FAILED
    world.send()
    assert world.webhook().failing_since == world.now
    world.now += STOPS_AFTER
    world.send()
    assert (world.webhook().state, world.webhook().stopped_at) == ("stopped", world.now)
    with world.sessions() as session:
        [mail] = session.scalars(select(OutboxMessage))
        assert mail.body["to"] == "olli@example.fi"
        assert "https://omatori.example.fi/t/rajapinta/ilmoitukset" in mail.body["text"]
    before = len(world.sender.sent)
    world.now += timedelta(days=2)
    assert world.send() == 0
    assert len(world.sender.sent) == before
    world.sender.answers.clear()
    world.act(edit_webhook, state="on")
    assert world.send() == 1
    assert world.webhook().failing_since is None


def test_one_success_ends_the_days_of_failure(world: World) -> None:
    world.sender.answers[URL] = FAILED
    world.send()
    world.sender.answers.clear()
    world.now += STOPS_AFTER
    assert world.send() == 1
    assert (world.webhook().state, world.webhook().failing_since) == ("on", None)


def test_killed_between_sending_and_storing_it_is_sent_again_with_the_same_id(world: World) -> None:
    world.engine.dispose()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        failpoints.arm("webhook.before_store:kill", production=False)
        world.sender.answers = WrittenDown(writer, world.sender)
        world.send()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    first_id = os.read(reader, 100).decode()
    assert world.delivery().state == "waiting"
    assert world.send() == 0
    world.now += LEASE
    assert world.send() == 1
    assert [event["id"] for event in world.sender.bodies()] == [first_id]
    assert world.delivery().state == "delivered"


def test_during_the_overlap_both_secrets_sign(world: World) -> None:
    made = world.act(rotate_secret, overlap_days=7)
    world.send()
    [(_, headers, body)] = world.sender.sent
    assert is_signed(headers["Omatori-Signature"], body, world.secret)
    assert is_signed(headers["Omatori-Signature"], body, made.secret)
    world.now += timedelta(days=8)
    world.act(send_test)
    world.send()
    _, headers, body = world.sender.sent[-1]
    assert not is_signed(headers["Omatori-Signature"], body, world.secret)
    assert is_signed(headers["Omatori-Signature"], body, made.secret)


def test_an_event_is_sent_again_with_its_id_and_a_removed_address_gets_nothing(world: World) -> None:
    world.send()
    world.act(resend, world.delivery().id)
    assert world.send() == 1
    first, second = world.sender.bodies()
    assert first == second
    world.act(send_test)
    with world.sessions.begin() as session:
        assert remove_webhook(session, a_keeper(world.provider_id, world.owner), world.webhook_id) is None
    assert world.send() == 0
    assert world.delivery().state == "cancelled"
