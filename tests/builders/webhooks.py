"""A provider's webhook, a receiver on this machine, and a sender that only notes what it would send."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.webhooks.actions.keep_webhooks import Keeper, WithSecret, add_webhook, send_test
from clearing.webhooks.facts.events import Answer, EventType
from foundation.database.tables.webhooks import WebhookDelivery
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor
from tests.builders.county import NOW
from tests.signatures import KEYS

URL = "https://hooks.example.com/omatori"
ALL_EVENTS = [event.value for event in EventType]
TAKEN = Answer(204, "", 3)
FAILED = Answer(500, "we are down", 4)


def a_keeper(provider_id: int, actor: Actor, now: datetime = NOW) -> Keeper:
    """Return an owner of a provider who keeps its webhooks."""
    return Keeper(provider_id, actor, now, KEYS, allow_local=True)


def a_webhook(session: Session, provider_id: int, actor: Actor, *, url: str = URL) -> WithSecret:
    """Store a webhook that gets every event, and return it with its secret."""
    return not_refused(add_webhook(session, a_keeper(provider_id, actor), url, ALL_EVENTS))


def a_tested_webhook(session: Session, provider_id: int, actor: Actor) -> dict[str, int]:
    """Store a webhook with a test event, and return the ids of both."""
    webhook_id = a_webhook(session, provider_id, actor).webhook.id
    delivery = not_refused(send_test(session, a_keeper(provider_id, actor), webhook_id))
    return {"webhook": webhook_id, "delivery": delivery}


def events_of(session: Session) -> list[str]:
    """Return the types of all deliveries, oldest first."""
    return list(session.scalars(select(WebhookDelivery.type).order_by(WebhookDelivery.id)))


@dataclass
class NotingSender:
    """Notes each event; answers from `answers` by URL, else that it was taken."""

    answers: dict[str, Answer] = field(default_factory=dict)
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Note an event and return the answer."""
        self.sent.append((url, dict(headers), body))
        return self.answers.get(url, TAKEN)

    def bodies(self) -> list[dict[str, Any]]:
        """Return the events that were sent."""
        return [json.loads(body) for *_, body in self.sent]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Note the request and answer what the receiver was told to."""
        receiver: Receiver = self.server.receiver  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.requests.append((self.path, dict(self.headers), body))
        receiver.answer(self)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@dataclass
class Receiver:
    """An HTTP server on this machine that takes events."""

    url: str = ""
    status: int = 200
    text: bytes = b"thanks"
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a request."""
        handler.send_response(self.status)
        for name, value in {**self.headers, "Content-Length": str(len(self.text))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(self.text)


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    """Serve a receiver on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    server.receiver = receiver  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()
