"""/t/rajapinta: keys for the company's own programs."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.clock import now, today
from foundation.web.forms import Form
from foundation.web.identity import allow, current_actor, current_provider_id, fresh
from foundation.web.key_forms import RotateForm
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.keep_api_keys import (
    KeyTerms,
    end_old_secret,
    make_api_key,
    revoke_api_key,
    rotate_api_key,
)
from marketplace.load.api_keys import OwnKey, key_holders, keys_of
from marketplace.rules.key_places import SCOPE_BEYOND_ROLE, KeyPlace
from provider_portal.pages.key_forms import SCOPE_WORDS, KeyForm
from provider_portal.pages.labels import SHORT_ROLES

blueprint = Blueprint("provider_keys", __name__, template_folder="../templates")
FormType = TypeVar("FormType", bound=Form)
BEYOND_ROLE = N_(
    "Only a key of an owner may see people and choose what is reported. Choose an owner, or take these off."
)


@blueprint.get("/t/rajapinta")
@allow(*PROVIDER_OWNERS)
def show() -> Page:
    """Show the keys."""
    return _page()


@blueprint.route("/t/rajapinta/uusi", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
@fresh
def make() -> Result:
    """Create a key and show it, this once only."""
    form = _form()
    if form.validate_on_submit():
        key = _made(form)
        if isinstance(key, str):
            return _page(key)
        if key.code != SCOPE_BEYOND_ROLE:
            not_found()
        form.refuse("scopes", _(BEYOND_ROLE))
    return render_template("shell/key_make.html", form=form)


@blueprint.route("/t/rajapinta/<int:key_id>/uusi-salaisuus", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
@fresh
def rotate(key_id: int) -> Result:
    """Give a key a new secret and show it, this once only."""
    own, form = _own(key_id), _translated(RotateForm(), "lasts", "overlap")
    if form.validate_on_submit():
        key = rotate_api_key(
            db(),
            place=_place(),
            key_id=key_id,
            overlap_days=int(form.overlap.data),
            last_day=form.last_day(today()),
            actor=current_actor(),
            now=now(),
        )
        return _page(not_found() if isinstance(key, Refusal) else key)
    return render_template("shell/key_rotate.html", key=own, form=form, role_names=SHORT_ROLES)


@blueprint.post("/t/rajapinta/<int:key_id>/vanha")
@allow(*PROVIDER_OWNERS)
def end_old(key_id: int) -> Result:
    """Stop the secret of before the last rotation."""
    refusal = end_old_secret(db(), place=_place(), key_id=key_id, actor=current_actor(), now=now())
    return _after(refusal, _("The old secret no longer works."))


@blueprint.route("/t/rajapinta/<int:key_id>/mitatoi", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
def revoke(key_id: int) -> Result:
    """Say what ends with a key of the company, and revoke it."""
    if request.method == "GET":
        own = _own(key_id)
        return render_template("provider_portal/key_revoke.html", key=own, role_names=SHORT_ROLES)
    refusal = revoke_api_key(db(), place=_place(), key_id=key_id, actor=current_actor(), now=now())
    return _after(refusal, _("The key no longer works."))


@blueprint.app_template_global("is_owner")
def is_owner() -> bool:
    """Return whether the actor may change prices and keys of the company."""
    return current_actor().role in PROVIDER_OWNERS


def _made(form: KeyForm) -> str | Refusal:
    return make_api_key(
        db(),
        place=_place(),
        role_grant_id=int(form.holder.data),
        terms=_terms(form),
        actor=current_actor(),
        now=now(),
    )


def _place() -> KeyPlace:
    return KeyPlace(provider_id=current_provider_id())


def _own(key_id: int) -> OwnKey:
    keys = keys_of(db(), _place())
    return next((key for key in keys if key.id == key_id), None) or not_found()


def _after(refusal: Refusal | None, said: str) -> Result:
    if refusal is not None:
        not_found()
    flash(said, "success")
    return redirect(url_for(".show"))


def _form() -> KeyForm:
    form = _translated(KeyForm(), "lasts", "scopes")
    form.holder.choices = [
        (str(holder.role_grant_id), f"{holder.name} ({_(SHORT_ROLES[holder.role])})")
        for holder in key_holders(db(), _place(), today=today())
    ]
    return form


def _translated(form: FormType, *names: str) -> FormType:
    """Put the texts of choices into the reader's language."""
    for name in names:
        form[name].choices = [(value, _(text)) for value, text in form[name].choices]
    return form


def _terms(form: KeyForm) -> KeyTerms:
    return KeyTerms(form.label.data or "", form.chosen_scopes(), form.last_day(today()))


def _page(key: str | None = None) -> Page:
    return render_template(
        "provider_portal/keys.html",
        key=key,
        keys=keys_of(db(), _place()),
        role_names=SHORT_ROLES,
        scope_words=SCOPE_WORDS,
    )
