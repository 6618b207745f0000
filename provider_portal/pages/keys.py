"""/t/rajapinta: keys for the company's own programs."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES, Role
from foundation.web.clock import now
from foundation.web.forms import Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from provider_portal.actions.keep_api_keys import make_api_key, revoke_api_key
from provider_portal.load.api_keys import keys_of_provider

blueprint = Blueprint("provider_keys", __name__, template_folder="../templates")


class KeyForm(Form):
    """What the key is for."""

    label = TextField(
        N_("Which program is it for?"),
        [needed(N_("Enter which program uses the key")), at_most(80, N_("At most %(length)s characters"))],
        hint=N_("For example: Domacare, every night"),
    )


@blueprint.get("/t/rajapinta")
@allow(*PROVIDER_ROLES)
def show() -> Page:
    """Show the active keys."""
    return _page(KeyForm())


@blueprint.post("/t/rajapinta")
@allow(*PROVIDER_ROLES)
def make() -> Result:
    """Create a key and show it, this once only."""
    form = KeyForm()
    if not form.validate_on_submit():
        return _page(form)
    key = make_api_key(db(), label=form.label.data or "", actor=current_actor(), now=now())
    return _page(KeyForm(formdata=None), not_found() if isinstance(key, Refusal) else key)


@blueprint.post("/t/rajapinta/<int:key_id>/mitatoi")
@allow(*PROVIDER_ROLES)
def revoke(key_id: int) -> Result:
    """Revoke a key."""
    refusal = revoke_api_key(
        db(), provider_id=current_provider_id(), key_id=key_id, actor=current_actor(), now=now()
    )
    if refusal is not None:
        not_found()
    flash(_("The key no longer works."), "success")
    return redirect(url_for(".show"))


def _page(form: KeyForm, key: str | None = None) -> Page:
    actor = current_actor()
    return render_template(
        "provider_portal/keys.html",
        form=form,
        key=key,
        keys=keys_of_provider(db(), current_provider_id()),
        may_revoke=lambda own: actor.role is Role.PROVIDER_OWNER or own.person_id == actor.person_id,
    )
