"""Logging in and out, and changing roles."""

from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for

from foundation.vocabulary.labels import ROLES
from foundation.vocabulary.log_in_services import Audience, LogInService
from foundation.vocabulary.roles import (
    COUNTY_ROLES,
    SECOND_FACTOR_ROLES,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.extension_points import Identified
from foundation.web.forms import Form, PasswordField, TextField, needed
from foundation.web.identity import sessions
from foundation.web.identity.actors import grants_of_person
from foundation.web.identity.connected_services import connected_services
from foundation.web.identity.demo_groups import demo_groups
from foundation.web.identity.factor_forms import factor_page
from foundation.web.identity.guards import (
    actor_or_none,
    forget_session,
    open_session,
    pending_session,
    public,
)
from foundation.web.identity.held_answers import read_held
from foundation.web.identity.log_in_limits import limit_log_ins
from foundation.web.identity.second_factors import has_second_factor
from foundation.web.languages import _, current_language
from foundation.web.navigation import home_of
from foundation.web.pages import Page, Result, read_id, safe_path
from foundation.web.state import shell
from foundation.web.transaction import db

blueprint = Blueprint("identity", __name__)
AUDIENCES = (
    (Audience.CLIENTS, N_("Clients, those who help them, and service providers")),
    (Audience.STAFF, N_("The county's staff")),
)
LOGGED_OUT = N_("You are logged out here")
ROLE_OPEN = "role_open"
"""The key of the session: its person has several roles and has not yet chosen one."""


class LogInForm(Form):
    """E-mail address, or the user name of a client without one, and password."""

    email = TextField(
        N_("E-mail address or user name"), [needed(N_("Enter your e-mail address or user name"))]
    )
    password = PasswordField(N_("Password"), [needed(N_("Enter your password"))])


def log_in_page(form: LogInForm | None = None, held: str | None = None) -> Page:
    """Return the log-in page, with the page to continue to and the answers to keep."""
    return render_template(
        "shell/log_in.html",
        form=form or LogInForm(formdata=None),
        groups=demo_groups(),
        role_names=ROLES,
        held=held,
        next_path=safe_path(request.values.get("next")),
        service_groups=_service_groups(),
    )


def _service_groups() -> list[tuple[str, list[LogInService]]]:
    """Return the services at which people log in, with the heading of those whom they know."""
    groups = [(text, shell().log_in_services(audience)) for audience, text in AUDIENCES]
    return [(text, items) for text, items in groups if items]


@blueprint.get("/kirjaudu")
@public
def log_in() -> Result:
    """Show the log-in page; redirect somebody who has already logged in."""
    actor = actor_or_none()
    if actor is not None:
        return redirect(safe_path(request.args.get("next")) or home_of(actor))
    return log_in_page()


@blueprint.post("/kirjaudu")
@public
def send_log_in() -> Result:
    """Recognise the person in one of the ways and start a session."""
    form, held = LogInForm(), request.form.get("held")
    if request.form.get("way") != "demo" and not form.validate():
        return log_in_page(form, held)
    guesses = limit_log_ins(form.email.data or "")
    identified = identify(request.form)
    if identified is not None and begin_session(identified):
        return lead_on(held)
    for guess in guesses:
        guess.was_wrong()
    form.refuse(
        None, _(N_("The e-mail address, the user name or the password is wrong. Check them and try again."))
    )
    return log_in_page(form, held)


def identify(answers: Any) -> Identified | None:
    """Identify the person in the way of logging in that the form names."""
    way = answers.get("way", "password")
    for provider in shell().identity_providers:
        if provider.name == way:
            return provider.identify(db(), answers)
    return None


def begin_session(identified: Identified) -> bool:
    """Start a session for a recognised person in the requested role, else in their first.

    If no role is requested and there are several, the person is asked for one (`ROLE_OPEN`).

    Returns:
        False if the person has no role, or not the requested one.
    """
    grants = grants_of_person(db(), identified.person_id, today())
    requested = [row for row in grants if row.role_grant_id == identified.role_grant_id]
    if not grants or (identified.role_grant_id is not None and not requested):
        return False
    grant = (requested or list(grants))[0]
    former = _end_session()
    is_same_person = former is None or former.person_id == grant.person_id
    chosen = session.get("language") if is_same_person else None  # on the page of logging in
    session.clear()
    for cached in ("csrf_token", "actor", "open_session", "pending_session", "contact_phone"):
        g.pop(cached, None)  # they are of the old session; the answer may be a page of the new one
    session.permanent = True
    ends_at = former.ends_at if former and former.person_id == grant.person_id else None
    token = sessions.store_session(
        db(),
        grant.person_id,
        grant.role_grant_id,
        now(),
        ends_at,
        needs_second_factor=_needs_second_factor(grant.role, grant.person_id),
        second_factor_at=identified.second_factor_at
        or (former.second_factor_at if ends_at and former else None),
        log_in=identified.log_in or (former.log_in if ends_at and former else None),
    )
    session.update(person=grant.person_id, token=token, language=chosen or grant.language)
    if len(grants) > 1 and not requested:
        session[ROLE_OPEN] = True
    return True


def _needs_second_factor(role: str, person_id: int) -> bool:
    """Return whether a role needs a second factor: in production always, else if the person uses one."""
    return role in SECOND_FACTOR_ROLES and (
        shell().settings.is_production or has_second_factor(db(), person_id)
    )


def _end_session() -> sessions.OpenSession | None:
    """End and return the session of this browser; None if there is none."""
    former = open_session() or pending_session()
    if former is not None:
        sessions.end(db(), former.id, now())
    return former


def lead_on(held: str | None, next_path: str | None = None) -> Result:
    """Continue after a log-in: to the second factor, the choice of a role, the answers kept, or the page."""
    next_path = safe_path(next_path or request.form.get("next"))
    if pending_session() is not None:
        return _ask_factor(held, next_path)
    if session.get(ROLE_OPEN):
        return _role_page(held, next_path)
    kept = read_held(held, session["person"])
    if kept is not None:
        return render_template("shell/held.html", kept=kept)
    return redirect(next_path or url_for("identity.home"), 303)


def _ask_factor(held: str | None, next_path: str | None) -> Result:
    """Ask for the second factor; without answers to keep, at its own address."""
    if held:
        return factor_page(held=held, next_path=next_path)
    return redirect(url_for("identity_factor.confirm", next=next_path), 303)


@blueprint.get("/alku")
@public
def home() -> Result:
    """Redirect to the first page of the role, or to the choice of a role."""
    if pending_session() is not None:
        return redirect(url_for("identity_factor.confirm"))
    if session.get(ROLE_OPEN):
        return redirect(url_for(".change_role"))
    return redirect(home_of(actor_or_none()))


@blueprint.post("/ulos")
@public
def log_out() -> Result:
    """End the session in this browser, also one that has expired: what was begun in it is forgotten."""
    former = open_session() or pending_session()
    token = session.get("token") or g.get("expired_token")
    if isinstance(token, str):
        sessions.log_out(db(), token, now())
    return _leave(former.log_in.service if former and former.log_in else None)


@blueprint.post("/ulos/kaikkialta")
@public
def log_out_everywhere() -> Result:
    """End all sessions of the person, on every device."""
    former = open_session() or pending_session()
    if former is not None:
        sessions.end_all(db(), former.person_id, now())
    return _leave(former.log_in.service if former and former.log_in else None)


def _leave(service: str | None) -> Result:
    """Forget the session, and lead to the log-out of the service at which the person logged in."""
    forget_session()
    provider = shell().openid.get(service or "")
    front = (shell().settings.public_url or request.url_root).rstrip("/") + url_for("front.front_page")
    address = None if provider is None else provider.address_to_log_out(front)
    if provider is None or address is None:
        return redirect(url_for("front.front_page", lang=None), 303)
    title = provider.service.title(current_language())
    return render_template("shell/leaving.html", heading_text=LOGGED_OUT, address=address, service=title)


@blueprint.route("/rooli", methods=["GET", "POST"])
@public
def change_role() -> Result:
    """Let a person choose the role to act in, and end all sessions."""
    current = open_session()
    if current is None:
        abort(401)
    requested = read_id(request.form.get("role_grant", ""))
    if requested is not None and begin_session(Identified(current.person_id, requested)):
        return lead_on(request.form.get("held"))
    return _role_page(request.values.get("held"), safe_path(request.values.get("next")))


def _role_page(held: str | None, next_path: str | None) -> Page:
    """Return the page with the person's roles; the answers to keep and the page to continue to go along."""
    current = open_session() or abort(401)
    return render_template(
        "shell/role.html",
        grants=grants_of_person(db(), current.person_id, today()),
        role_names=ROLES,
        second_factor_roles=SECOND_FACTOR_ROLES,
        current=current,
        devices=sessions.count_open(db(), current.person_id, now()),
        choosing=bool(session.get(ROLE_OPEN)),
        held=held,
        next_path=next_path,
        may_connect=current.may_connect(now()),
        **_services_of(current),
    )


def _services_of(current: sessions.OpenSession) -> dict[str, object]:
    """Return the services at which people of this role log in, and the names of those that are connected."""
    audience = Audience.STAFF if current.actor.role in COUNTY_ROLES else Audience.CLIENTS
    services = shell().log_in_services(audience)
    return {"services": services, "connected": connected_services(db(), current.person_id, services)}
