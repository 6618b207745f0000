"""/t/rajapinta: keys for the company's own programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, current_provider_id, fresh
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from provider_portal.actions.keep_api_keys import make_api_key, revoke_api_key
from provider_portal.load.api_keys import key_holders, keys_of_provider
from provider_portal.pages.labels import SHORT_ROLES

blueprint = Blueprint("provider_keys", __name__, template_folder="../templates")


class KeyForm(Form):
    """What the key is for, and as whom it acts."""

    holder = ChoiceField(
        N_("As whom does it act?"),
        [needed(N_("Choose a person"))],
        hint=N_("It may do what this person may do. To send charges, choose a biller."),
    )
    label = TextField(
        N_("Which program is it for?"),
        [needed(N_("Enter which program uses the key")), at_most(80, N_("At most %(length)s characters"))],
        hint=N_("For example: Domacare, every night"),
    )


@blueprint.get("/t/rajapinta")
@allow(*PROVIDER_OWNERS)
def show() -> Page:
    """Show the active keys."""
    return _page(_form())


@blueprint.post("/t/rajapinta")
@allow(*PROVIDER_OWNERS)
@fresh
def make() -> Result:
    """Create a key and show it, this once only."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form)
    key = make_api_key(
        db(),
        role_grant_id=int(form.holder.data),
        label=form.label.data or "",
        actor=current_actor(),
        now=now(),
    )
    return _page(_form(formdata=None), not_found() if isinstance(key, Refusal) else key)


@blueprint.route("/t/rajapinta/<int:key_id>/mitatoi", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
def revoke(key_id: int) -> Result:
    """Say what ends with a key of the company, and revoke it."""
    if request.method == "GET":
        return _ask_to_revoke(key_id)
    refusal = revoke_api_key(
        db(), provider_id=current_provider_id(), key_id=key_id, actor=current_actor(), now=now()
    )
    if refusal is not None:
        not_found()
    flash(_("The key no longer works."), "success")
    return redirect(url_for(".show"))


def _ask_to_revoke(key_id: int) -> Page:
    keys = keys_of_provider(db(), current_provider_id())
    key = next((key for key in keys if key.id == key_id), None) or not_found()
    return render_template("provider_portal/key_revoke.html", key=key, role_names=SHORT_ROLES)


@blueprint.app_template_global("is_owner")
def is_owner() -> bool:
    """Return whether the actor may change prices and keys of the company."""
    return current_actor().role in PROVIDER_OWNERS


def _form(**options: Any) -> KeyForm:
    form = KeyForm(**options)
    form.holder.choices = [
        (str(holder.role_grant_id), f"{holder.name} ({_(SHORT_ROLES[holder.role])})")
        for holder in key_holders(db(), current_provider_id(), today=today())
    ]
    return form


def _page(form: KeyForm, key: str | None = None) -> Page:
    keys = keys_of_provider(db(), current_provider_id())
    return render_template("provider_portal/keys.html", form=form, key=key, keys=keys, role_names=SHORT_ROLES)
