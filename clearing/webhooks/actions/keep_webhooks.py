"""Add, change and remove a provider's webhooks, renew their secrets, and send an event again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from uuid import uuid4

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.webhooks.facts.events import TEST, EventType, Salt
from clearing.webhooks.load.webhooks import OwnWebhook, count_webhooks, own_delivery, own_webhook
from clearing.webhooks.rules.addresses import address_fault
from clearing.webhooks.rules.signing import secret_of
from clearing.webhooks.write.webhooks import add_delivery, cancel_waiting, change_webhook, store_webhook
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.keys import KeyRing
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

SALT_BYTES = 16
MOST_WEBHOOKS = 10
TOO_MANY = Refusal("webhooks_too_many", "url")
NO_EVENT = Refusal("webhook_events_missing", "events")
EVENT_UNKNOWN = Refusal("webhook_event_unknown", "events")
UNKNOWN = Refusal("webhook_unknown")
"""The company has no such webhook, or the webhook no such delivery."""
NOT_ON = Refusal("webhook_not_on")


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps a provider's webhooks, and when. `allow_local`: see `address_fault`."""

    provider_id: int
    actor: Actor
    now: datetime
    keys: KeyRing
    allow_local: bool


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A webhook and its new secret, which is shown once."""

    webhook: OwnWebhook
    secret: str


def add_webhook(session: Session, keeper: Keeper, url: str, events: Sequence[str]) -> WithSecret | Refusal:
    """Add a webhook. Refused as `address_fault`, `webhooks_too_many`, and for no or unknown events."""
    fault = _fault(url, events, keeper)
    if fault is not None:
        return fault
    if count_webhooks(session, keeper.provider_id) >= MOST_WEBHOOKS:
        return TOO_MANY
    salt = _new_salt(keeper)
    values = {"url": url, "events": _ordered(events), "state": "on", "salt": salt.salt, "version": 1}
    values |= {"key_version": salt.key_version, "made_at": keeper.now, "made_by": keeper.actor.person_id}
    webhook_id = store_webhook(session, {"provider_id": keeper.provider_id, **values})
    _note(session, keeper, "webhook.add", webhook_id, url=url, events=_ordered(events))
    return WithSecret(_found(session, keeper, webhook_id), secret_of(keeper.keys, salt))


def edit_webhook(
    session: Session,
    keeper: Keeper,
    webhook_id: int,
    *,
    url: str | None = None,
    events: Sequence[str] | None = None,
    state: str | None = None,
) -> OwnWebhook | Refusal:
    """Change the address, the events, or whether it is `on` or `paused`.

    What waits goes to the new address. Turned on again, an address that was stopped begins afresh.
    """
    own = own_webhook(session, keeper.provider_id, webhook_id, lock=True)
    if own is None:
        return UNKNOWN
    fault = _fault(url or own.url, own.events if events is None else events, keeper)
    if fault is not None:
        return fault
    values: dict[str, object] = {"url": url or own.url}
    values["events"] = _ordered(own.events if events is None else events)
    if state is not None:
        values |= {"state": state, "stopped_at": None, "failing_since": None}
    change_webhook(session, webhook_id, values)
    _note(session, keeper, "webhook.change", webhook_id, **values)
    return _found(session, keeper, webhook_id)


def rotate_secret(
    session: Session, keeper: Keeper, webhook_id: int, *, overlap_days: int
) -> WithSecret | Refusal:
    """Give a webhook a new secret; that of before signs too for `overlap_days` more days."""
    own = own_webhook(session, keeper.provider_id, webhook_id, lock=True)
    if own is None:
        return UNKNOWN
    salt = _new_salt(keeper)
    until = helsinki_day(keeper.now) + timedelta(days=overlap_days) if overlap_days else None
    before = {"previous_salt": own.salt.salt, "previous_key_version": own.salt.key_version}
    kept = {**before, "previous_until": until} if until else dict.fromkeys([*before, "previous_until"])
    change_webhook(session, webhook_id, {"salt": salt.salt, "key_version": salt.key_version, **kept})
    _note(session, keeper, "webhook.rotate", webhook_id, previous_until=until and until.isoformat())
    return WithSecret(_found(session, keeper, webhook_id), secret_of(keeper.keys, salt))


def remove_webhook(session: Session, keeper: Keeper, webhook_id: int) -> Refusal | None:
    """Remove a webhook; what waits is not sent. Its history stays until its time is over."""
    if own_webhook(session, keeper.provider_id, webhook_id, lock=True) is None:
        return UNKNOWN
    change_webhook(session, webhook_id, {"state": "removed", "stopped_at": None})
    cancel_waiting(session, webhook_id)
    _note(session, keeper, "webhook.remove", webhook_id)
    return None


def send_test(session: Session, keeper: Keeper, webhook_id: int) -> int | Refusal:
    """Leave a test event for a webhook; return the id of the delivery. Refused with `webhook_not_on`."""
    own = own_webhook(session, keeper.provider_id, webhook_id)
    if own is None:
        return UNKNOWN
    if own.state != "on":
        return NOT_ON
    return _add(session, keeper, webhook_id, (uuid4(), TEST, None, keeper.now))


def resend(session: Session, keeper: Keeper, webhook_id: int, delivery_id: int) -> int | Refusal:
    """Send an event once more, with the same event id; return the id of the new delivery."""
    own = own_webhook(session, keeper.provider_id, webhook_id)
    found = None if own is None else own_delivery(session, webhook_id, delivery_id)
    if own is None or found is None:
        return UNKNOWN
    if own.state != "on":
        return NOT_ON
    event = (found.event_id, found.type, found.subject_id, found.made_at)
    _note(session, keeper, "webhook.resend", webhook_id, delivery=delivery_id)
    return _add(session, keeper, webhook_id, event)


def _add(session: Session, keeper: Keeper, webhook_id: int, event: tuple) -> int:  # type: ignore[type-arg]
    by = keeper.actor.person_id
    return add_delivery(session, webhook_id=webhook_id, provider_id=keeper.provider_id, event=event, by=by)


def _fault(url: str, events: Sequence[str], keeper: Keeper) -> Refusal | None:
    if not events:
        return NO_EVENT
    if set(events) - set(EventType):
        return EVENT_UNKNOWN
    return address_fault(url, allow_local=keeper.allow_local)


def _ordered(events: Sequence[str]) -> list[str]:
    return [event.value for event in EventType if event.value in events]


def _new_salt(keeper: Keeper) -> Salt:
    return Salt(token_bytes(SALT_BYTES), keeper.keys.newest)


def _found(session: Session, keeper: Keeper, webhook_id: int) -> OwnWebhook:
    found = own_webhook(session, keeper.provider_id, webhook_id)
    assert found is not None
    return found


def _note(session: Session, keeper: Keeper, act: str, webhook_id: int, **detail: object) -> None:
    detail = {name: value for name, value in detail.items() if name not in ("stopped_at", "failing_since")}
    record(
        session, actor=keeper.actor, now=keeper.now, act=act, subject=("webhook", webhook_id), detail=detail
    )
