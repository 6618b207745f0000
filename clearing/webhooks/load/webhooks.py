"""A provider's webhooks, and their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.webhooks.facts.events import Salt
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.providers import Provider
from foundation.database.tables.webhooks import Webhook, WebhookDelivery
from foundation.vocabulary.roles import Role


@dataclass(frozen=True, slots=True)
class OwnWebhook:
    """A webhook as its provider sees it."""

    id: int
    url: str
    events: tuple[str, ...]
    state: str
    version: int
    made_at: datetime
    failing_since: datetime | None
    stopped_at: datetime | None
    previous_until: date | None
    salt: Salt


def webhooks_of(session: Session, provider_id: int) -> list[OwnWebhook]:
    """Return the webhooks that are not removed, oldest first."""
    own = (Webhook.provider_id == provider_id) & (Webhook.state != "removed")
    return [_own(row) for row in session.scalars(select(Webhook).where(own).order_by(Webhook.id))]


def own_webhook(
    session: Session, provider_id: int, webhook_id: int, *, lock: bool = False
) -> OwnWebhook | None:
    """Return a webhook of the provider, and lock it if asked to; None if there is none."""
    own = (Webhook.provider_id == provider_id) & (Webhook.state != "removed") & (Webhook.id == webhook_id)
    query = select(Webhook).where(own).execution_options(populate_existing=True)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    return None if found is None else _own(found)


def count_webhooks(session: Session, provider_id: int) -> int:
    """Return how many webhooks a provider has, and lock its row: two that are added wait for each other."""
    session.execute(select(Provider.id).where(Provider.id == provider_id).with_for_update(key_share=True))
    own = (Webhook.provider_id == provider_id) & (Webhook.state != "removed")
    return session.scalar(select(func.count()).select_from(Webhook).where(own)) or 0


def deliveries_of(
    session: Session, webhook_id: int, *, first: int, count: int
) -> tuple[Sequence[WebhookDelivery], int]:
    """Return deliveries of a webhook, newest first, and how many there are."""
    own = WebhookDelivery.webhook_id == webhook_id
    query = select(WebhookDelivery).where(own).order_by(WebhookDelivery.id.desc()).offset(first).limit(count)
    total = session.scalar(select(func.count()).select_from(WebhookDelivery).where(own)) or 0
    return session.scalars(query).all(), total


def own_delivery(session: Session, webhook_id: int, delivery_id: int) -> WebhookDelivery | None:
    """Return a delivery of a webhook."""
    own = (WebhookDelivery.webhook_id == webhook_id) & (WebhookDelivery.id == delivery_id)
    return session.scalars(select(WebhookDelivery).where(own)).one_or_none()


def addresses_of_owners(session: Session, provider_id: int, today: date) -> list[str]:
    """Return the mail addresses of a provider's owners, in order."""
    owns = (RoleGrant.provider_id == provider_id) & (RoleGrant.role == Role.PROVIDER_OWNER)
    query = select(Person.email).join(RoleGrant, RoleGrant.person_id == Person.id).where(owns)
    found = session.scalars(query.where(RoleGrant.valid.contains(today), Person.email.is_not(None)))
    return sorted({email for email in found if email})


def _own(row: Webhook) -> OwnWebhook:
    return OwnWebhook(
        id=row.id,
        url=row.url,
        events=tuple(row.events),
        state=row.state,
        version=row.version,
        made_at=row.made_at,
        failing_since=row.failing_since,
        stopped_at=row.stopped_at,
        previous_until=row.previous_until,
        salt=Salt(row.salt, row.key_version),
    )
