"""/kirjaudu/vahvistus and /kirjaudu/kayttoonotto: the second factor, and its first use."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for

from foundation.documents.qr import qr_modules, qr_path
from foundation.vocabulary.keys import KeyPurpose, KeyRing
from foundation.web.clock import now
from foundation.web.identity import passkeys, second_factors, sessions
from foundation.web.identity.factor_forms import FactorForm, confirming_service, factor_page, passkey_site
from foundation.web.identity.guards import open_session, pending_session, public
from foundation.web.identity.log_in import lead_on
from foundation.web.identity.second_factors import has_second_factor
from foundation.web.identity.sessions import OpenSession
from foundation.web.identity.totp import key_address, key_text
from foundation.web.languages import N_, _
from foundation.web.limits import Guess, limit_guesses
from foundation.web.pages import Page, Result, safe_path
from foundation.web.state import shell
from foundation.web.transaction import db

blueprint = Blueprint("identity_factor", __name__)
MOST_WRONG_CODES, WRONG_CODE_MINUTES = 5, 10
WRONG = N_("The code is wrong, or was used already. Wait for the next code and try again.")


@blueprint.route("/kirjaudu/vahvistus", methods=["GET", "POST"])
@public
def confirm() -> Result:
    """Ask for the second factor, and continue with what was begun."""
    current, form, held = _current(), FactorForm(), request.form.get("held")
    if not current.needs_second_factor:
        return redirect(url_for("identity.home"), 303)
    if confirming_service(current) is None and not has_second_factor(db(), current.person_id):
        return redirect(url_for(".enrol", next=safe_path(request.values.get("next"))), 303)
    if not form.validate_on_submit() or not _is_right(current, form):
        return factor_page(form, held)
    _confirm_session(current, now())
    return lead_on(held)


@blueprint.post("/kirjaudu/vahvistus/avain")
@public
def confirm_by_passkey() -> Result:
    """Take a passkey as the second factor, and continue with what was begun."""
    current, held = _current(), request.form.get("held")
    guess = _guess(current)
    if not passkeys.is_right(db(), passkey_site(), current, request.form.get("response", ""), now()):
        guess.was_wrong()
        form = FactorForm(formdata=None)
        form.refuse(None, _(N_("The passkey was not used. Try again, or type a code.")))
        return factor_page(form, held)
    _confirm_session(current, now())
    return lead_on(held)


@blueprint.route("/kirjaudu/kayttoonotto", methods=["GET", "POST"])
@public
def enrol() -> Result:
    """Show the secret of a new app; take it into use with its first code, and show recovery codes once."""
    current, form = _current(), FactorForm()
    if has_second_factor(db(), current.person_id):
        return redirect(url_for(".confirm"), 303)
    secret = second_factors.secret_to_enrol(db(), _keys(), current.person_id, now())
    codes = _enrolled(current, form) if form.validate_on_submit() else None
    if codes is None:
        return _enrol_page(current, form, secret)
    _confirm_session(current, now())
    next_path = safe_path(request.values.get("next")) or url_for("identity.home")
    return render_template("shell/recovery_codes.html", codes=codes, next_path=next_path)


def _current() -> OpenSession:
    """Return the session of this browser, also one that waits for the second factor; 401 without one."""
    return pending_session() or open_session() or abort(401)


def _keys() -> KeyRing:
    return shell().settings.keys(KeyPurpose.SECOND_FACTORS)


def _is_right(current: OpenSession, form: FactorForm) -> bool:
    """Return whether the typed code is right. Wrong ones are counted by person."""
    guess = _guess(current)
    if second_factors.is_right(db(), _keys(), current.actor, form.code.data or "", now()):
        return True
    guess.was_wrong()
    form.refuse("code", _(WRONG))
    return False


def _enrolled(current: OpenSession, form: FactorForm) -> list[str] | None:
    guess = _guess(current)
    codes = second_factors.enrol(db(), _keys(), current.actor, form.code.data or "", now())
    if codes is None:
        guess.was_wrong()
        form.refuse("code", _(WRONG))
    return codes


def _guess(current: OpenSession) -> Guess:
    who = f"person {current.person_id}"
    return limit_guesses("second_factor", wrong=MOST_WRONG_CODES, minutes=WRONG_CODE_MINUTES, who=who)


def _confirm_session(current: OpenSession, moment: datetime) -> None:
    """Record that the session was confirmed. It gets a new token, so that one seen before is worth less."""
    session["token"] = sessions.confirm(db(), current.id, moment)
    for cached in ("actor", "open_session", "pending_session", "contact_phone"):
        g.pop(cached, None)


def _enrol_page(current: OpenSession, form: FactorForm, secret: bytes) -> Page:
    modules = qr_modules(key_address(secret, sessions.account_name(db(), current.person_id)))
    text = key_text(secret)
    return render_template(
        "shell/enrol_factor.html",
        form=form,
        side=len(modules),
        path=qr_path(modules),
        key=" ".join(text[place : place + 4] for place in range(0, len(text), 4)),
        next_path=safe_path(request.values.get("next")),
    )
