"""/kirjautumistavat: the passkeys of a person, and the services at which the person logs in."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from foundation.vocabulary.roles import SECOND_FACTOR_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import Form, HiddenField, TextField, at_most, needed
from foundation.web.identity import passkeys, sessions
from foundation.web.identity.factor_forms import passkey_site
from foundation.web.identity.guards import allow, current_actor, fresh, open_session
from foundation.web.identity.second_factors import has_second_factor
from foundation.web.identity.sessions import OpenSession
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db

blueprint = Blueprint("identity_ways", __name__)
LONGEST_NAME = 60


class PasskeyForm(Form):
    """A new passkey: its name, and what the browser answers."""

    name = TextField(
        N_("Name of the passkey"),
        [
            needed(N_("Give the passkey a name")),
            at_most(LONGEST_NAME, N_("Enter at most %(length)s characters")),
        ],
        hint=N_("For example: phone, or key on the key ring"),
    )
    response = HiddenField("")


@blueprint.get("/kirjautumistavat")
@allow(*SECOND_FACTOR_ROLES)
@fresh
def show() -> Page:
    """Show the passkeys, with a form for another one."""
    return _page(PasskeyForm(formdata=None))


@blueprint.post("/kirjautumistavat/avaimet")
@allow(*SECOND_FACTOR_ROLES)
@fresh
def add() -> Result:
    """Store a passkey that the browser has made."""
    form, current = PasskeyForm(), _current()
    if not has_second_factor(db(), current.person_id) or not form.validate():
        return _page(form)
    name, response = (form.name.data or "").strip(), form.response.data or ""
    if not passkeys.register(db(), passkey_site(), current, name, response, now()):
        form.refuse(None, _(N_("The passkey could not be added. Try again.")))
        return _page(form)
    flash(_("The passkey is in use."), "success")
    return redirect(url_for(".show"), 303)


@blueprint.post("/kirjautumistavat/avaimet/<int:passkey_id>/poista")
@allow(*SECOND_FACTOR_ROLES)
@fresh
def remove(passkey_id: int) -> Result:
    """Remove a passkey, for example of a lost phone."""
    if not passkeys.remove(db(), current_actor(), passkey_id, now()):
        not_found()
    flash(_("The passkey is removed."), "success")
    return redirect(url_for(".show"), 303)


def _current() -> OpenSession:
    return open_session() or abort(401)


def _page(form: PasskeyForm) -> Page:
    current = _current()
    account = sessions.account_name(db(), current.person_id)
    return render_template(
        "shell/ways.html",
        form=form,
        has_app=has_second_factor(db(), current.person_id),
        passkeys=passkeys.passkeys_of(db(), current.person_id),
        options=passkeys.options_to_register(db(), passkey_site(), current, account, now()),
    )
