"""Deliveries that are due, by address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from clearing.webhooks.facts.events import Batch, DueDelivery, Salt
from foundation.database.tables.webhooks import Webhook, WebhookDelivery
from foundation.vocabulary.dates import helsinki_day


def due_batches(
    session: Session, now: datetime, *, without: Collection[int], webhooks: int, deliveries: int
) -> list[Batch]:
    """Lock and return deliveries that are due, of at most this many addresses and for each at most so many.

    Addresses that have not failed come first, so that they do not wait for those that do.
    """
    query = (
        select(Webhook)
        .where(Webhook.state == "on", Webhook.id.not_in(without))
        .where(
            select(WebhookDelivery.id).where(WebhookDelivery.webhook_id == Webhook.id, *_due(now)).exists()
        )
        .order_by(Webhook.failing_since.asc().nulls_first(), Webhook.id)
        .limit(webhooks)
    )
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    return [_batch(session, webhook, now, deliveries) for webhook in found]


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_due = or_(WebhookDelivery.due_at.is_(None), WebhookDelivery.due_at <= now)
    return (WebhookDelivery.state == "waiting", is_due)


def _batch(session: Session, webhook: Webhook, now: datetime, most: int) -> Batch:
    columns = (
        WebhookDelivery.id,
        WebhookDelivery.event_id,
        WebhookDelivery.type,
        WebhookDelivery.subject_id,
        WebhookDelivery.made_at,
        WebhookDelivery.due_at,
        WebhookDelivery.attempts,
    )
    query = select(*columns).where(WebhookDelivery.webhook_id == webhook.id, *_due(now))
    rows = session.execute(
        query.order_by(WebhookDelivery.id).limit(most).with_for_update(skip_locked=True)
    ).all()
    return Batch(
        webhook.id,
        webhook.provider_id,
        webhook.url,
        webhook.failing_since,
        _salts(webhook, now),
        tuple(DueDelivery(*row) for row in rows),
    )


def _salts(webhook: Webhook, now: datetime) -> tuple[Salt, ...]:
    newest = Salt(webhook.salt, webhook.key_version)
    until, salt, version = webhook.previous_until, webhook.previous_salt, webhook.previous_key_version
    if until is None or salt is None or version is None or until < helsinki_day(now):
        return (newest,)
    return (newest, Salt(salt, version))
