"""Guards of views. Every view has `@allow(Role…)` or `@public`; a test lists those that have neither."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from flask import abort, g, request, session
from werkzeug.exceptions import Forbidden, Unauthorized

from foundation.database.row_context import context_of
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import Actor, Role
from foundation.web.clock import now, today
from foundation.web.identity.actors import actor_of_grant
from foundation.web.identity.key_holders import KeyHolder, holder_of_key
from foundation.web.identity.sessions import OpenSession, find_open
from foundation.web.transaction import db

P = ParamSpec("P")
R = TypeVar("R")
VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
FRESH_GUARD = "omatori_fresh"  # on a view that needs a second factor of the last minutes
SIGNED = "omatori_signed"  # on a view whose requests are signed by another program
GUARD = "omatori_guard"  # on the view: a frozenset of roles; empty for a public one
SCOPE = "omatori_scope"  # on a view of the API: the scope that a key needs


class ScopeMissingError(Forbidden):
    """The key is not for this part of the API. `scope` is the one that it lacks."""

    def __init__(self, scope: KeyScope | None) -> None:
        super().__init__()
        self.scope = scope


class KeyExpiredError(Unauthorized):
    """The last day of the key is over."""


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Let anyone use the view."""
    setattr(view, GUARD, frozenset())
    return view


def signed(view: Callable[P, R]) -> Callable[P, R]:
    """Take requests of another program without a form's token: the view checks their signature itself.

    It goes below `@public`.
    """
    setattr(view, SIGNED, True)
    return view


def is_signed(view: Callable[..., Any]) -> bool:
    """Return whether the view checks the signature of its requests."""
    return getattr(view, SIGNED, False)


def allow(*roles: Role, scope: KeyScope | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only these roles use the view.

    Other roles get 403. A visitor gets 401 in the API and the log-in page on pages. In the API, a key that
    is limited to scopes needs this `scope`; without one the view is closed to such keys.
    """
    if not roles:
        raise ValueError("name at least one role, or use @public")

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = actor_or_none()
            if actor is None:
                _refuse_visitor()
            if actor.role not in roles:
                abort(403)
            _check_scope(scope)
            return view(*args, **kwargs)

        setattr(guarded, GUARD, frozenset(roles))
        setattr(guarded, SCOPE, scope)
        return guarded

    return guard


def _refuse_visitor() -> NoReturn:
    if g.get("key_expired"):
        raise KeyExpiredError
    abort(401)


def _check_scope(scope: KeyScope | None) -> None:
    """Raise ScopeMissingError for a program whose key is limited and lacks the scope."""
    holder: KeyHolder | None = g.get("key_holder")
    if holder is not None and holder.scopes is not None and scope not in holder.scopes:
        raise ScopeMissingError(scope)


class StaleFactorError(Unauthorized):
    """The second factor was given too long ago for this view. It is asked for again."""


def fresh(view: Callable[P, R]) -> Callable[P, R]:
    """Let only a session use the view whose second factor was given in the last ten minutes.

    It goes below `@allow`. Where no second factor is needed, as for demo people, it asks for nothing.
    """

    @wraps(view)
    def confirmed(*args: P.args, **kwargs: P.kwargs) -> R:
        current = open_session()
        if current is not None and not current.is_fresh(now()):
            raise StaleFactorError
        return view(*args, **kwargs)

    setattr(confirmed, FRESH_GUARD, True)
    return confirmed


def fresh_log_in(view: Callable[P, R]) -> Callable[P, R]:
    """Let only a session use the view whose log-in or second factor was in the last ten minutes.

    It goes below `@allow`. As `fresh`, but whoever needs no second factor, as clients, logs in again: for
    what a stranger at a device that was left open must not get.
    """

    @wraps(view)
    def confirmed(*args: P.args, **kwargs: P.kwargs) -> R:
        current = open_session()
        if current is not None and not current.is_fresh(now()):
            raise StaleFactorError
        if current is not None and not current.needs_second_factor and not current.began_lately(now()):
            raise Unauthorized
        return view(*args, **kwargs)

    setattr(confirmed, FRESH_GUARD, True)
    return confirmed


def guard_of(view: Callable[..., Any]) -> frozenset[Role] | None:
    """Return the roles of a view: empty if it is public, None if it has no guard."""
    found: frozenset[Role] | None = getattr(view, GUARD, None)
    return found


def scope_of(view: Callable[..., Any]) -> KeyScope | None:
    """Return the scope that a key needs for the view; None if it has none."""
    found: KeyScope | None = getattr(view, SCOPE, None)
    return found


def actor_or_none() -> Actor | None:
    """Return the actor; None for a visitor.

    Read once per request: by bearer key only in /api, by session only on pages.
    """
    if "actor" not in g:
        g.actor = _actor_by_key() if request.path.startswith("/api/") else _actor_by_session()
        if g.actor is not None:
            g.row_context = context_of(g.actor)
    return g.actor  # type: ignore[no-any-return]


def current_actor() -> Actor:
    """Return the actor; 401 for a visitor."""
    actor = actor_or_none()
    if actor is None:
        abort(401)
    return actor


def current_provider_id() -> int:
    """Return the id of the provider that the actor works for; 404 if there is none."""
    provider_id = current_actor().provider_id
    return abort(404) if provider_id is None else provider_id


def _actor_by_key() -> Actor | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    day = today()
    found = holder_of_key(db(), key.strip(), day, idempotency_key())
    g.key_expired = found is not None and found.is_expired
    g.key_holder = None if g.key_expired else found
    return None if g.key_holder is None else actor_of_grant(db(), g.key_holder, day)


def idempotency_key() -> str | None:
    """Return the Idempotency-Key of this request; None if there is none or it is malformed."""
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    return key if key is not None and VISIBLE_ASCII.fullmatch(key) else None


def current_key_holder() -> KeyHolder:
    """Return the holder of the program's key; 401 without one."""
    current_actor()
    holder: KeyHolder | None = g.get("key_holder")
    return abort(401) if holder is None else holder


def _actor_by_session() -> Actor | None:
    token = session.get("token")
    found = find_open(db(), token, now(), today()) if isinstance(token, str) else None
    if found is None and token is not None:
        g.expired_token = token
        forget_session()
    g.pending_session = found if found is not None and found.is_pending else None
    g.open_session = found = None if g.pending_session else found
    return None if found is None else found.actor


def open_session() -> OpenSession | None:
    """Return the session of this request; None for a visitor and for programs."""
    actor_or_none()
    found: OpenSession | None = g.get("open_session")
    return found


def pending_session() -> OpenSession | None:
    """Return the session of this request that waits for its second factor; None if there is none."""
    actor_or_none()
    found: OpenSession | None = g.get("pending_session")
    return found


def forget_session() -> None:
    """Empty the cookie, except for who used this browser last: only they get back what they had typed."""
    last = session.get("person")
    session.clear()
    if last is not None:
        session["person"] = last
