"""Schemas of webhooks and their deliveries."""

from __future__ import annotations

from marshmallow import fields, validate

from clearing.webhooks.facts.events import EventType
from foundation.web.api import ApiSchema, Day, Text

OVERLAPS = (0, 1, 7, 30)


class WebhookInSchema(ApiSchema):
    """An address, and the events that are reported to it."""

    url = Text(least=1, most=600, required=True)
    events = fields.List(fields.String(validate=validate.OneOf([*EventType])), required=True)


class WebhookPatchSchema(WebhookInSchema):
    """The fields that may change."""

    state = fields.String(validate=validate.OneOf(["on", "paused"]))


class WebhookSchema(ApiSchema):
    """A webhook. `stopped`: everything has failed since `failing_since` for three days."""

    id = fields.Integer()
    url = fields.String()
    events = fields.List(fields.String())
    state = fields.String(validate=validate.OneOf(["on", "paused", "stopped"]))
    made_at = fields.AwareDateTime()
    failing_since = fields.AwareDateTime(allow_none=True)
    stopped_at = fields.AwareDateTime(allow_none=True)
    previous_until = Day(allow_none=True)


class WebhooksSchema(ApiSchema):
    """The webhooks of a provider."""

    items = fields.List(fields.Nested(WebhookSchema))


class WebhookWithSecretSchema(WebhookSchema):
    """A webhook with its new secret."""

    secret = fields.String()


class RotationSchema(ApiSchema):
    """How many days more the old secret signs as well."""

    overlap_days = fields.Integer(strict=True, required=True, validate=validate.OneOf(OVERLAPS))


class QueuedSchema(ApiSchema):
    """The id of the delivery that will be sent."""

    delivery = fields.Integer()


class DeliverySchema(ApiSchema):
    """One event on its way to an address, and what came of the last attempt."""

    id = fields.Integer()
    event_id = fields.UUID()
    type = fields.String()
    subject_id = fields.Integer(allow_none=True)
    made_at = fields.AwareDateTime()
    state = fields.String(validate=validate.OneOf(["waiting", "delivered", "given_up", "cancelled"]))
    attempts = fields.Integer()
    due_at = fields.AwareDateTime(allow_none=True)
    tried_at = fields.AwareDateTime(allow_none=True)
    status = fields.Integer(allow_none=True)
    answer = fields.String(allow_none=True)
    error = fields.String(allow_none=True)
    duration_ms = fields.Integer(allow_none=True)
    delivered_at = fields.AwareDateTime(allow_none=True)
