"""/t/rajapinta/ilmoitukset: what is reported to the company's own programs at once, and what became of it."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.webhooks.actions.keep_webhooks import (
    UNKNOWN,
    Keeper,
    add_webhook,
    edit_webhook,
    remove_webhook,
    resend,
    rotate_secret,
    send_test,
)
from clearing.webhooks.load.webhooks import OwnWebhook, deliveries_of, own_webhook, webhooks_of
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.api import read_page_number
from foundation.web.clock import now
from foundation.web.forms import Form
from foundation.web.identity import allow, current_actor, current_provider_id, fresh
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import shell
from foundation.web.transaction import db
from provider_portal.labels import WEBHOOK_REFUSALS
from provider_portal.pages.webhook_forms import (
    DELIVERY_STATES,
    ERROR_WORDS,
    EVENT_WORDS,
    WEBHOOK_STATES,
    SecretForm,
    WebhookForm,
)

blueprint = Blueprint("provider_webhooks", __name__, template_folder="../templates")
FormType = TypeVar("FormType", bound=Form)
PAGE_SIZE = 20
PLACE = "/t/rajapinta/ilmoitukset"
TURNED_ON = N_("Turned on again. What happened in between is not sent: your program reads it by the API.")


@blueprint.get(PLACE)
@allow(*PROVIDER_OWNERS)
def list_all() -> Page:
    """List the addresses and how they do."""
    return render_template(
        "provider_portal/webhooks.html",
        webhooks=webhooks_of(db(), current_provider_id()),
        states=WEBHOOK_STATES,
        event_words=EVENT_WORDS,
    )


@blueprint.route(f"{PLACE}/uusi", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
@fresh
def add() -> Result:
    """Add an address, and show its secret this once only."""
    form = _translated(WebhookForm(), "events")
    if form.validate_on_submit():
        made = add_webhook(db(), _keeper(), form.url.data or "", form.events.data)
        if not isinstance(made, Refusal):
            return _page(made.webhook, made.secret)
        _show(form, made)
    return render_template("provider_portal/webhook_form.html", form=form, webhook=None)


@blueprint.get(f"{PLACE}/<int:webhook_id>")
@allow(*PROVIDER_OWNERS)
def show(webhook_id: int) -> Page:
    """Show an address and what was sent to it."""
    return _page(_own(webhook_id))


@blueprint.route(f"{PLACE}/<int:webhook_id>/muuta", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
@fresh
def change(webhook_id: int) -> Result:
    """Change the address and what is reported to it."""
    own = _own(webhook_id)
    form = _translated(WebhookForm(data={"url": own.url, "events": own.events}), "events")
    if form.validate_on_submit():
        edited = edit_webhook(db(), _keeper(), webhook_id, url=form.url.data, events=form.events.data)
        if not isinstance(edited, Refusal):
            flash(_("The address is changed."), "success")
            return redirect(url_for(".show", webhook_id=webhook_id), 303)
        _show(form, edited)
    return render_template("provider_portal/webhook_form.html", form=form, webhook=own)


@blueprint.get(f"{PLACE}/<int:webhook_id>/tauko")
@allow(*PROVIDER_OWNERS)
def ask_to_pause(webhook_id: int) -> Result:
    """Say what a pause leaves out, before it begins."""
    own = _own(webhook_id)
    if own.state != "on":
        return redirect(url_for(".show", webhook_id=webhook_id))
    return render_template("provider_portal/webhook_pause.html", webhook=own)


@blueprint.post(f"{PLACE}/<int:webhook_id>/tila")
@allow(*PROVIDER_OWNERS)
def switch(webhook_id: int) -> Result:
    """Pause an address, or turn it on again."""
    state = "paused" if request.form.get("state") == "paused" else "on"
    said = _("Paused. Nothing is sent to this address.") if state == "paused" else _(TURNED_ON)
    return _after(webhook_id, edit_webhook(db(), _keeper(), webhook_id, state=state), said)


@blueprint.route(f"{PLACE}/<int:webhook_id>/salaisuus", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
@fresh
def rotate(webhook_id: int) -> Result:
    """Renew the secret, and show it this once only."""
    own, form = _own(webhook_id), _translated(SecretForm(), "overlap")
    if form.validate_on_submit():
        made = rotate_secret(db(), _keeper(), webhook_id, overlap_days=int(form.overlap.data))
        if not isinstance(made, Refusal):
            return _page(made.webhook, made.secret)
        not_found()
    return render_template("provider_portal/webhook_secret.html", form=form, webhook=own)


@blueprint.route(f"{PLACE}/<int:webhook_id>/poista", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
def remove(webhook_id: int) -> Result:
    """Say what ends with an address, and remove it."""
    own = _own(webhook_id)
    if request.method == "GET":
        return render_template("provider_portal/webhook_remove.html", webhook=own)
    remove_webhook(db(), _keeper(), webhook_id)
    flash(_("The address is removed. Nothing more is sent to it."), "success")
    return redirect(url_for(".list_all"), 303)


@blueprint.post(f"{PLACE}/<int:webhook_id>/kokeile")
@allow(*PROVIDER_OWNERS)
def try_out(webhook_id: int) -> Result:
    """Send a test event."""
    said = _("The test is on its way. Load the page again in a moment.")
    return _after(webhook_id, send_test(db(), _keeper(), webhook_id), said)


@blueprint.post(f"{PLACE}/<int:webhook_id>/lahetykset/<int:delivery_id>/uudelleen")
@allow(*PROVIDER_OWNERS)
def send_again(webhook_id: int, delivery_id: int) -> Result:
    """Send an event again."""
    said = _("It is sent again. Load the page again in a moment.")
    return _after(webhook_id, resend(db(), _keeper(), webhook_id, delivery_id), said)


def _keeper() -> Keeper:
    settings = shell().settings
    return Keeper(
        provider_id=current_provider_id(),
        actor=current_actor(),
        now=now(),
        keys=settings.keys(KeyPurpose.WEBHOOKS),
        allow_local=not settings.is_production,
    )


def _own(webhook_id: int) -> OwnWebhook:
    return own_webhook(db(), current_provider_id(), webhook_id) or not_found()


def _after(webhook_id: int, outcome: object, said: str) -> Result:
    if outcome == UNKNOWN:
        not_found()
    if isinstance(outcome, Refusal):
        flash(_(WEBHOOK_REFUSALS[outcome.code]), "error")
    else:
        flash(said, "success")
    return redirect(url_for(".show", webhook_id=webhook_id), 303)


def _show(form: WebhookForm, refusal: Refusal) -> None:
    if refusal.code not in WEBHOOK_REFUSALS:
        not_found()
    form.refuse(refusal.field, _(WEBHOOK_REFUSALS[refusal.code]))


def _translated(form: FormType, name: str) -> FormType:
    form[name].choices = [(value, _(text)) for value, text in form[name].choices]
    return form


def _page(webhook: OwnWebhook, secret: str | None = None) -> Page:
    paging = read_page_number(PAGE_SIZE)
    found, total = deliveries_of(db(), webhook.id, first=paging.offset, count=paging.page_size)
    return render_template(
        "provider_portal/webhook.html",
        webhook=webhook,
        secret=secret,
        deliveries=found,
        paging=paging.of(total),
        states=WEBHOOK_STATES,
        delivery_states=DELIVERY_STATES,
        event_words=EVENT_WORDS,
        error_words=ERROR_WORDS,
    )
