"""/hallinta/avaimet: an administrator keeps the keys of the county's own programs (docs/decisions/0210)."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for

from county_desk.pages.key_forms import OTHER_SCOPES, SCOPE_WORDS, KeyForm
from foundation.vocabulary.labels import ROLES
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.clock import now, today
from foundation.web.forms import Form
from foundation.web.identity import allow, current_actor, fresh
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
from marketplace.rules.key_places import KEY_TOO_WIDE, OWN_KEY, SCOPE_BEYOND_ROLE, KeyPlace

blueprint = Blueprint("county_keys", __name__, template_folder="../templates")
FormType = TypeVar("FormType", bound=Form)
REFUSALS = {
    SCOPE_BEYOND_ROLE: N_(
        "This person's role may not do all of it. Choose another person, or take some off."
    ),
    OWN_KEY.code: N_("You cannot make or renew a key that acts as yourself. Ask another administrator."),
    KEY_TOO_WIDE.code: N_(
        "This key may do more than a new one. Revoke it, and create a key with what it needs."
    ),
    "role_ended": N_("This person's role has ended. Choose another person."),
}


@blueprint.get("/hallinta/avaimet")
@allow(Role.ADMIN)
def show() -> Page:
    """Show the keys of the county's programs."""
    return _page()


@blueprint.route("/hallinta/avaimet/uusi", methods=["GET", "POST"])
@allow(Role.ADMIN)
@fresh
def make() -> Result:
    """Create a key and show it, this once only."""
    form = _form()
    if form.validate_on_submit():
        key = _made(form)
        if isinstance(key, str):
            return _page(key)
        form.refuse(key.field or None, _(REFUSALS[key.code]))
    return render_template("shell/key_make.html", form=form)


@blueprint.route("/hallinta/avaimet/<int:key_id>/uusi-salaisuus", methods=["GET", "POST"])
@allow(Role.ADMIN)
@fresh
def rotate(key_id: int) -> Result:
    """Give a key a new secret and show it, this once only."""
    own, form = _own(key_id), _translated(RotateForm(), "lasts", "overlap")
    if form.validate_on_submit():
        key = _rotated(key_id, form)
        if isinstance(key, str):
            return _page(key)
        form.refuse(None, _(REFUSALS[key.code]))
    return render_template("shell/key_rotate.html", key=own, form=form, role_names=ROLES)


@blueprint.post("/hallinta/avaimet/<int:key_id>/vanha")
@allow(Role.ADMIN)
def end_old(key_id: int) -> Result:
    """Stop the secret of before the last rotation."""
    refusal = end_old_secret(db(), place=_place(), key_id=key_id, actor=current_actor(), now=now())
    return _after(refusal, _("The old secret no longer works."))


@blueprint.route("/hallinta/avaimet/<int:key_id>/mitatoi", methods=["GET", "POST"])
@allow(Role.ADMIN)
def revoke(key_id: int) -> Result:
    """Say what ends with a key of the county, and revoke it."""
    if request.method == "GET":
        return render_template("county_desk/key_revoke.html", key=_own(key_id), role_names=ROLES)
    refusal = revoke_api_key(db(), place=_place(), key_id=key_id, actor=current_actor(), now=now())
    return _after(refusal, _("The key no longer works."))


def _made(form: KeyForm) -> str | Refusal:
    return make_api_key(
        db(),
        place=_place(),
        role_grant_id=int(form.holder.data),
        terms=KeyTerms(form.label.data or "", form.chosen_scopes(), form.last_day(today())),
        actor=current_actor(),
        now=now(),
    )


def _rotated(key_id: int, form: RotateForm) -> str | Refusal:
    return rotate_api_key(
        db(),
        place=_place(),
        key_id=key_id,
        overlap_days=int(form.overlap.data),
        last_day=form.last_day(today()),
        actor=current_actor(),
        now=now(),
    )


def _place() -> KeyPlace:
    return KeyPlace(county_id=current_actor().county_id or not_found())


def _own(key_id: int) -> OwnKey:
    return next((key for key in keys_of(db(), _place()) if key.id == key_id), None) or not_found()


def _after(refusal: Refusal | None, said: str) -> Result:
    if refusal is not None:
        not_found()
    flash(said, "success")
    return redirect(url_for(".show"))


def _form() -> KeyForm:
    form = _translated(KeyForm(), "lasts", "scopes")
    form.holder.choices = [
        (str(holder.role_grant_id), f"{holder.name} ({_(ROLES[holder.role])})")
        for holder in key_holders(db(), _place(), today=today())
        if holder.person_id != current_actor().person_id
    ]
    return form


def _translated(form: FormType, *names: str) -> FormType:
    for name in names:
        form[name].choices = [(value, _(text)) for value, text in form[name].choices]
    return form


def _page(key: str | None = None) -> Page:
    keys = keys_of(db(), _place())
    return render_template(
        "county_desk/keys.html",
        key=key,
        keys=keys,
        renewable=[own for own in keys if _may_renew(own)],
        role_names=ROLES,
        scope_words=SCOPE_WORDS,
        other_scopes=OTHER_SCOPES,
        may_renew=_may_renew,
    )


def _may_renew(own: OwnKey) -> bool:
    is_own = own.person_id == current_actor().person_id
    return _place().why_not_renewed(own.scopes, own.role, is_own=is_own) is None
