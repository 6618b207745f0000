"""Send the events that are due: claim, call, store. No lock of the database is held during a call.

An event whose result was not stored, as after a crash, is due again after its lease, with the same event id:
it arrives at least once. Each address has its own thread, and after a failure the rest of its events wait for
the next round. So one address neither stops the others nor gets a hundred calls while it is down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from sqlalchemy.orm import Session, sessionmaker

from clearing.ledger.write.outbox import leave_mail
from clearing.webhooks.facts.events import Answer, Batch, DueDelivery
from clearing.webhooks.load.due import due_batches
from clearing.webhooks.load.webhooks import addresses_of_owners
from clearing.webhooks.rules.back_off import is_over, next_attempt
from clearing.webhooks.rules.mails import STOPPED_SUBJECT, stopped_text
from clearing.webhooks.rules.signing import body_of, secret_of, signature
from clearing.webhooks.write.webhooks import change_delivery, lease, note_health
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.keys import KeyRing

WEBHOOKS_AT_ONCE = 32
DELIVERIES_AT_ONCE = 20
THREADS = 8
MOST_WAVES = 20
LEASE = timedelta(minutes=5)
SECONDS_FOR_ONE = 15.0
"""How long an address may take in one wave; the others wait for it."""


class Post(Protocol):
    """`clearing.webhooks.gateways.sender.Sender`."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST a body and return the answer."""


@dataclass(frozen=True, slots=True)
class WebhookSending:
    """With what events are sent: the keys of the secrets, the network, and the address of the service."""

    keys: KeyRing
    sender: Post
    public_url: str = ""


Results = list[tuple[DueDelivery, Answer | None]]
"""Each delivery of an address with its answer; None: it was not tried."""


def send_webhooks(
    sessions: sessionmaker[Session], sending: WebhookSending, clock: Callable[[], datetime]
) -> int:
    """Send what is due, in waves; return how many events were taken."""
    taken = 0
    failed: set[int] = set()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks") as threads:
        for _ in range(MOST_WAVES):
            batches = _claim(sessions, clock(), failed)
            if not batches:
                break
            futures = {threads.submit(_send, sending, batch, clock): batch for batch in batches}
            for future in as_completed(futures):
                batch, results = futures[future], future.result()
                failpoint("webhook.before_store")
                taken += _store(sessions, sending, batch, results, clock())
                if any(answer is None or not answer.is_taken for _, answer in results):
                    failed.add(batch.webhook_id)
    return taken


def _claim(sessions: sessionmaker[Session], now: datetime, without: set[int]) -> list[Batch]:
    with sessions.begin() as session:
        most = {"webhooks": WEBHOOKS_AT_ONCE, "deliveries": DELIVERIES_AT_ONCE}
        batches = [batch for batch in due_batches(session, now, without=without, **most) if batch.deliveries]
        lease(session, [each.id for batch in batches for each in batch.deliveries], now + LEASE)
    return batches


def _send(sending: WebhookSending, batch: Batch, clock: Callable[[], datetime]) -> Results:
    """Send the events of one address, one after the other, up to the first failure."""
    secrets = [secret_of(sending.keys, salt) for salt in batch.salts]
    begun, results, goes_on = monotonic(), Results(), True
    for delivery in batch.deliveries:
        answer = None
        if goes_on and monotonic() - begun < SECONDS_FOR_ONE:
            body = body_of(delivery)
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "Omatori",
                "Omatori-Event": delivery.type,
                "Omatori-Event-Id": str(delivery.event_id),
                "Omatori-Signature": signature(secrets, body, clock()),
            }
            answer = sending.sender.post(batch.url, headers, body)
            goes_on = answer.is_taken
        results.append((delivery, answer))
    return results


def _store(
    sessions: sessionmaker[Session], sending: WebhookSending, batch: Batch, results: Results, now: datetime
) -> int:
    """Store what came of each event, and how the address does; return how many were taken."""
    with sessions.begin() as session:
        for delivery, answer in results:
            values = {"due_at": delivery.due_at} if answer is None else _result(delivery, answer, now)
            change_delivery(session, delivery.id, values)
        taken = sum(answer is not None and answer.is_taken for _, answer in results)
        _note_health(session, sending, batch, taken > 0, now)
    return taken


def _result(delivery: DueDelivery, answer: Answer, now: datetime) -> dict[str, object]:
    attempts = delivery.attempts + 1
    values: dict[str, object] = {
        "attempts": attempts,
        "tried_at": now,
        "status": answer.status,
        "answer": answer.text,
        "error": answer.error,
        "duration_ms": answer.duration_ms,
    }
    if answer.is_taken:
        return values | {"state": "delivered", "delivered_at": now, "due_at": None}
    again = next_attempt(attempts, now)
    return values | ({"state": "given_up"} if again is None else {"due_at": again})


def _note_health(
    session: Session, sending: WebhookSending, batch: Batch, is_well: bool, now: datetime
) -> None:
    """Note whether the address takes anything; after days of failures, stop it and mail the owners."""
    if is_well:
        if batch.failing_since is not None:
            note_health(session, batch.webhook_id, {"failing_since": None})
        return
    since = batch.failing_since or now
    if not is_over(since, now):
        note_health(session, batch.webhook_id, {"failing_since": since})
        return
    values = {"failing_since": since, "state": "stopped", "stopped_at": now}
    if not note_health(session, batch.webhook_id, values):
        return
    text = stopped_text(sending.public_url)
    for to in addresses_of_owners(session, batch.provider_id, helsinki_day(now)):
        key = f"webhook_stopped:{batch.webhook_id}:{now.isoformat()}:{to}"
        leave_mail(session, key, to=to, subject=STOPPED_SUBJECT, text=text, now=now)
