"""Webhooks of a provider: addresses of its own programs to which changes are reported."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from flask_smorest import Blueprint

from clearing.webhooks.actions.keep_webhooks import (
    UNKNOWN,
    Keeper,
    WithSecret,
    add_webhook,
    edit_webhook,
    remove_webhook,
    resend,
    rotate_secret,
    send_test,
)
from clearing.webhooks.load.webhooks import OwnWebhook, deliveries_of, own_delivery, own_webhook, webhooks_of
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.api import (
    Answer,
    FieldError,
    Problem,
    check_if_match,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    takes_body,
    takes_header,
    takes_paging,
    with_etag,
)
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.state import shell
from foundation.web.transaction import db
from provider_portal.api.webhook_schemas import (
    DeliverySchema,
    QueuedSchema,
    RotationSchema,
    WebhookInSchema,
    WebhookPatchSchema,
    WebhookSchema,
    WebhooksSchema,
    WebhookWithSecretSchema,
)
from provider_portal.labels import WEBHOOK_REFUSALS

blueprint = Blueprint(
    "provider_webhooks_api", __name__, url_prefix="/api/v1", description="Webhooks: changes reported at once"
)
owners = allow(*PROVIDER_OWNERS, scope=KeyScope.WEBHOOKS_MANAGE)
IF_MATCH = takes_header("If-Match", "The ETag of the version that is edited")
Done = TypeVar("Done")


def keeper() -> Keeper:
    """Return who keeps the webhooks in this request."""
    settings = shell().settings
    return Keeper(
        provider_id=current_provider_id(),
        actor=current_actor(),
        now=now(),
        keys=settings.keys(KeyPurpose.WEBHOOKS),
        allow_local=not settings.is_production,
    )


@blueprint.get("/my/webhooks")
@owners
@blueprint.response(200, WebhooksSchema)
def list_webhooks() -> Answer:
    """List my webhooks."""
    return {"items": webhooks_of(db(), current_provider_id())}


@blueprint.post("/my/webhooks")
@owners
@idempotent
@takes_body(WebhookInSchema)
@blueprint.response(201, WebhookWithSecretSchema)
def post_webhook() -> Answer:
    """Add an address. The secret that signs what is sent to it is answered this once only."""
    body = read_body(WebhookInSchema)
    return _with_secret(_done(add_webhook(db(), keeper(), body["url"], body["events"])), 201)


@blueprint.get("/my/webhooks/<int:webhook_id>")
@owners
@blueprint.response(200, WebhookSchema)
def get_webhook(webhook_id: int) -> Answer:
    """Read one of my webhooks."""
    own = _own(webhook_id)
    return with_etag(own, own.version)


@blueprint.patch("/my/webhooks/<int:webhook_id>")
@owners
@IF_MATCH
@takes_body(WebhookPatchSchema)
@blueprint.response(200, WebhookSchema)
def patch_webhook(webhook_id: int) -> Answer:
    """Change the address or the events, pause, or turn on again; fields that are left out stay."""
    check_if_match(_own(webhook_id, lock=True).version)
    values = read_body(WebhookPatchSchema, partial=True)
    edited = _done(edit_webhook(db(), keeper(), webhook_id, **values))
    return with_etag(edited, edited.version)


@blueprint.delete("/my/webhooks/<int:webhook_id>")
@owners
@blueprint.response(204)
def delete_webhook(webhook_id: int) -> None:
    """Remove a webhook. What waits is not sent."""
    _done(remove_webhook(db(), keeper(), webhook_id))


@blueprint.post("/my/webhooks/<int:webhook_id>/secret")
@owners
@idempotent
@takes_body(RotationSchema)
@blueprint.response(200, WebhookWithSecretSchema)
def post_secret(webhook_id: int) -> Answer:
    """Renew the secret. For some days events are signed with the old one too."""
    _own(webhook_id)
    days = read_body(RotationSchema)["overlap_days"]
    return _with_secret(_done(rotate_secret(db(), keeper(), webhook_id, overlap_days=days)), 200)


@blueprint.post("/my/webhooks/<int:webhook_id>/test")
@owners
@idempotent
@blueprint.response(202, QueuedSchema)
def post_test(webhook_id: int) -> Answer:
    """Send an event of the type `test`."""
    return {"delivery": _done(send_test(db(), keeper(), webhook_id))}


@blueprint.get("/my/webhooks/<int:webhook_id>/deliveries")
@owners
@takes_paging
@blueprint.response(200, paged_schema(DeliverySchema))
def list_deliveries(webhook_id: int) -> Answer:
    """List what was sent to an address in the last 30 days, newest first."""
    _own(webhook_id)
    paging = read_paging()
    found, total = deliveries_of(db(), webhook_id, first=paging.offset, count=paging.page_size)
    return paged(found, paging, total)


@blueprint.get("/my/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>")
@owners
@blueprint.response(200, DeliverySchema)
def get_delivery(webhook_id: int, delivery_id: int) -> Answer:
    """Read one delivery."""
    _own(webhook_id)
    return own_delivery(db(), webhook_id, delivery_id) or not_there()


@blueprint.post("/my/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/resend")
@owners
@idempotent
@blueprint.response(202, QueuedSchema)
def post_resend(webhook_id: int, delivery_id: int) -> Answer:
    """Send an event again, with the same event id."""
    return {"delivery": _done(resend(db(), keeper(), webhook_id, delivery_id))}


def _own(webhook_id: int, *, lock: bool = False) -> OwnWebhook:
    return own_webhook(db(), current_provider_id(), webhook_id, lock=lock) or not_there()


def _with_secret(made: WithSecret, status: int) -> Any:
    webhook = made.webhook
    shown = {name: getattr(webhook, name) for name in WebhookSchema().fields}
    return with_etag({**shown, "secret": made.secret}, webhook.version, status)


def _done(outcome: Done | Refusal) -> Done:
    return _refuse(outcome) if isinstance(outcome, Refusal) else outcome


def _refuse(refusal: Refusal) -> NoReturn:
    """Answer 404 for what is not there, 409 for what is not on, and 422 with the field that is wrong."""
    if refusal == UNKNOWN:
        not_there()
    title = WEBHOOK_REFUSALS[refusal.code]
    if not refusal.field:
        raise Problem(409, refusal.code, title)
    raise Problem(422, errors=[FieldError(refusal.field, refusal.code, title)])
