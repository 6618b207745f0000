"""/kirjaudu/palvelu/<service>: to a service and back, our public keys, and log-outs that begin there."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from json import dumps
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from foundation.vocabulary.keys import KeyPurpose, KeyRing
from foundation.vocabulary.log_in_services import Audience, LogInService
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.extension_points import Identified, LogInGateway, ServiceLogIn
from foundation.web.identity import sessions
from foundation.web.identity.guards import open_session, pending_session, public
from foundation.web.identity.log_in import begin_session, lead_on
from foundation.web.identity.openid import attempts, people, proof
from foundation.web.identity.openid.attempts import Attempt, Verified
from foundation.web.identity.openid.faults import LogInFault, fault_page
from foundation.web.languages import current_language
from foundation.web.limits import limit_guesses, reader_address
from foundation.web.pages import Page, Result, safe_path
from foundation.web.state import shell
from foundation.web.transaction import db, system_context

blueprint = Blueprint("identity_openid", __name__)
BROWSER, VERIFIED = "openid_browser", "openid_verified"
"""Keys of the session: the token of the browser that began a log-in, and of somebody who was verified."""

INVITATIONS = "/kutsu"
MOST_BEGUN, BEGUN_MINUTES = 300, 10
"""How many log-ins of one address may begin: a whole county may have one address."""

DAY_SECONDS = 24 * 3600
ON_THE_WAY = N_("On the way to the log-in")


@blueprint.post("/kirjaudu/palvelu/<service>")
@public
def begin(service: str) -> Result:
    """Send the person to the service, to log in, to confirm, or to connect the account there."""
    provider = _provider(service)
    limit_guesses("openid", wrong=MOST_BEGUN, minutes=BEGUN_MINUTES, who=reader_address()).was_wrong()
    try:
        return _sent_to(provider)
    except LogInFault as fault:
        return fault_page(fault.code, service)


def _sent_to(provider: LogInGateway) -> Page:
    """Return the page that leads to the service. A form's answer may not redirect to another site."""
    sent = attempts.new_secrets()
    more = {"ui_locales": current_language().value.partition("-")[0], "max_age": str(DAY_SECONDS)}
    purpose, person_id = _purpose()
    if purpose != "log_in":
        more |= {"prompt": "login", "max_age": "0"}
    address = provider.address_to_log_in(_return_address(provider), sent, **more)
    browser = session.setdefault(BROWSER, secrets.token_urlsafe(attempts.RANDOM_BYTES))
    attempts.store_attempt(
        db(),
        provider.service.name,
        sent,
        browser,
        now(),
        purpose=purpose,
        person_id=person_id,
        next_path=safe_path(request.form.get("next")),
        held=request.form.get("held") or None,
    )
    title = provider.service.title(current_language())
    return render_template("shell/leaving.html", heading_text=ON_THE_WAY, address=address, service=title)


def _purpose() -> tuple[attempts.Purpose, int | None]:
    """Return what the person wants at the service, and who it is if that is known."""
    requested = request.form.get("purpose")
    if requested not in ("confirm", "connect"):
        return "log_in", None
    current = open_session() or (pending_session() if requested == "confirm" else None) or abort(401)
    if requested == "connect" and not current.may_connect(now()):
        abort(401)
    return ("confirm" if requested == "confirm" else "connect"), current.person_id


@blueprint.get("/kirjaudu/palvelu/<service>/paluu")
@public
@system_context
def come_back(service: str) -> Result:
    """Verify the answer of the service, and go on as the person it names."""
    provider = _provider(service)
    limit_guesses("openid_return", wrong=MOST_BEGUN, minutes=BEGUN_MINUTES, who=reader_address()).was_wrong()
    try:
        attempt, claims = _verified_answer(provider)
        if attempt.purpose == "log_in":
            return _logged_in(provider, attempt, claims)
        return _confirmed(provider, attempt, claims)
    except LogInFault as fault:
        db().rollback()
        return fault_page(fault.code, service)


def _verified_answer(provider: LogInGateway) -> tuple[Attempt, dict[str, Any]]:
    """Return the log-in that this answer ends, and the verified claims. The database is not in use."""
    state, browser, error = request.args.get("state", ""), session.get(BROWSER), request.args.get("error")
    if not isinstance(browser, str):
        raise LogInFault("state")
    attempt = attempts.take_attempt(provider.service.name, state, browser, now())
    provider.check_issuer(request.args.get("iss"))
    if error is not None:
        away = error in ("temporarily_unavailable", "server_error")
        raise LogInFault("cancelled" if error == "access_denied" else "unavailable" if away else "refused")
    code, back = request.args.get("code", ""), _return_address(provider)
    claims = provider.claims_of_code(code, back, attempt.secrets(), now())
    proof.check_level(provider.service, claims)
    return attempt, claims


def _logged_in(provider: LogInGateway, attempt: Attempt, claims: Mapping[str, Any]) -> Result:
    service = provider.service
    person_id = people.person_of_claims(db(), service, claims, _keys(), now())
    if person_id is None:
        return _not_known(provider, attempt, claims)
    given_at = proof.second_factor_at(service, claims, now())
    if not begin_session(Identified(person_id, None, given_at, _log_in(provider, claims))):
        if (attempt.next_path or "").startswith(INVITATIONS) and service.identity_claim is not None:
            return _not_known(provider, attempt, claims)
        raise LogInFault("no_role")
    return lead_on(attempt.held, attempt.next_path)


def _log_in(provider: LogInGateway, claims: Mapping[str, Any]) -> ServiceLogIn:
    sid = claims.get("sid")
    digest = attempts.digest(claims["sub"])
    return ServiceLogIn(provider.service.name, sid if isinstance(sid, str) else None, digest)


def _not_known(provider: LogInGateway, attempt: Attempt, claims: Mapping[str, Any]) -> Result:
    """Lead an invited person back to the invitation; say to anybody else what to do."""
    service = provider.service
    path = (attempt.next_path or "").partition("?")[0]
    is_invited = path == INVITATIONS or path.startswith(f"{INVITATIONS}/")
    if not is_invited or (service.audience is Audience.STAFF) is (service.identity_claim is not None):
        raise LogInFault("unknown")
    session[VERIFIED] = attempts.store_verified(db(), _verified(service, claims), now())
    return redirect(str(attempt.next_path), 303)


def _verified(service: LogInService, claims: Mapping[str, Any]) -> Verified:
    """Return who was verified: by subject, or by the hash of the identity code."""
    name, sid = (claims.get(key) if isinstance(claims.get(key), str) else None for key in ("name", "sid"))
    given_at = proof.second_factor_at(service, claims, now())
    subject, hashed = claims["sub"], None
    if service.identity_claim is not None:
        subject = attempts.digest(subject)
        hashed = people.hash_of_claims(service, claims, _keys()).newest
    return Verified(service.name, service.issuer, subject, name or "", sid, given_at, hashed)


def _confirmed(provider: LogInGateway, attempt: Attempt, claims: Mapping[str, Any]) -> Result:
    """Take a new log-in at the service as the second factor, or connect the account there."""
    current = open_session() or pending_session()
    if current is None or current.person_id != attempt.person_id:
        raise LogInFault("state")
    proof.check_new(claims, attempt.begun_at, now())
    if attempt.purpose == "connect":
        people.connect(db(), current.actor, provider.service, claims, _keys(), now())
        return redirect(attempt.next_path or url_for("identity.home"), 303)
    if people.person_of_claims(db(), provider.service, claims, _keys(), now()) != current.person_id:
        raise LogInFault("other_person")
    given_at = proof.second_factor_at(provider.service, claims, now())
    if given_at is None:
        raise LogInFault("level")
    session["token"] = sessions.confirm(db(), current.id, given_at)
    for cached in ("actor", "open_session", "pending_session", "contact_phone"):
        g.pop(cached, None)
    return lead_on(attempt.held, attempt.next_path)


@blueprint.get("/kirjaudu/palvelu/<service>/avaimet.json")
@public
def keys(service: str) -> Response:
    """Publish our public keys, by which the service knows our requests."""
    return json_answer(_provider(service).public_keys(), cache="public, max-age=300")


@blueprint.post("/api/kirjaudu/<service>/ulos")
@public
def log_out_there(service: str) -> Response:
    """End the sessions that a signed log-out token of the service names. It comes without a cookie."""
    provider = shell().openid.get(service)
    try:
        if provider is None:
            raise LogInFault("token")
        sid, subject = provider.ended_session(request.form.get("logout_token", ""), now())
    except LogInFault as fault:
        return json_answer({"error": "invalid_request", "error_description": fault.code}, 400)
    digest = None if subject is None else attempts.digest(subject)
    sessions.end_those_of_service(db(), service, sid, digest, now())
    return json_answer({})


def json_answer(content: Mapping[str, Any], status: int = 200, cache: str = "no-store") -> Response:
    """Return an answer for another program."""
    return Response(dumps(content), status, {"Cache-Control": cache}, mimetype="application/json")


def _provider(service: str) -> LogInGateway:
    return shell().openid.get(service) or abort(404)


def _keys() -> KeyRing:
    return shell().settings.keys(KeyPurpose.IDENTITY)


def _return_address(provider: LogInGateway) -> str:
    path = url_for("identity_openid.come_back", service=provider.service.name)
    return public_address() + path


def public_address() -> str:
    """Return the address of the service for other machines, without a slash at the end."""
    return (shell().settings.public_url or request.url_root).rstrip("/")


def verified_subject() -> Verified | None:
    """Return who was verified in this browser in the last minutes and has no account yet."""
    token = session.get(VERIFIED)
    return attempts.find_verified(db(), token, now()) if isinstance(token, str) else None


def verified_citizen() -> Verified | None:
    """Return who was verified by an identity code in this browser in the last minutes."""
    found = verified_subject()
    return found if found is not None and found.identity_hash is not None else None


def logged_in_as_citizen() -> bool:
    """Return whether the person who is logged in has been verified by an identity code."""
    current = open_session()
    provider = (
        None if current is None or current.log_in is None else shell().openid.get(current.log_in.service)
    )
    return provider is not None and provider.service.identity_claim is not None
