"""Rows of webhooks and of their deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from foundation.database.tables.webhooks import Webhook, WebhookDelivery


def store_webhook(session: Session, values: Mapping[str, Any]) -> int:
    """Store a new webhook; return its id."""
    return session.execute(insert(Webhook).values(**values).returning(Webhook.id)).scalar_one()


def change_webhook(session: Session, webhook_id: int, values: Mapping[str, Any]) -> None:
    """Change a webhook, with a new version."""
    changed = {**values, "version": Webhook.version + 1}
    session.execute(update(Webhook).where(Webhook.id == webhook_id).values(changed))


def note_health(session: Session, webhook_id: int, values: Mapping[str, Any]) -> bool:
    """Store how an address does; return whether it is on."""
    is_on = (Webhook.id == webhook_id) & (Webhook.state == "on")
    return session.scalar(update(Webhook).where(is_on).values(**values).returning(Webhook.id)) is not None


def cancel_waiting(session: Session, webhook_id: int) -> None:
    """Cancel what was not sent yet."""
    waiting = (WebhookDelivery.webhook_id == webhook_id) & (WebhookDelivery.state == "waiting")
    session.execute(update(WebhookDelivery).where(waiting).values(state="cancelled"))


def add_delivery(
    session: Session,
    *,
    webhook_id: int,
    provider_id: int,
    event: tuple[UUID, str, int | None, datetime],
    by: int | None,
) -> int:
    """Add a delivery that is due at once: a test, or an event sent again. Return its id."""
    event_id, kind, subject_id, made_at = event
    values = {
        "webhook_id": webhook_id,
        "provider_id": provider_id,
        "event_id": event_id,
        "type": kind,
        "subject_id": subject_id,
        "made_at": made_at,
        "state": "waiting",
        "attempts": 0,
        "resent_by": by,
    }
    return session.execute(
        insert(WebhookDelivery).values(**values).returning(WebhookDelivery.id)
    ).scalar_one()


def lease(session: Session, delivery_ids: Sequence[int], until: datetime) -> None:
    """Let nobody else send these deliveries until a moment."""
    session.execute(update(WebhookDelivery).where(WebhookDelivery.id.in_(delivery_ids)).values(due_at=until))


def change_delivery(session: Session, delivery_id: int, values: Mapping[str, Any]) -> None:
    """Store what came of an attempt, unless the delivery was cancelled meanwhile."""
    waiting = (WebhookDelivery.id == delivery_id) & (WebhookDelivery.state == "waiting")
    session.execute(update(WebhookDelivery).where(waiting).values(**values))
