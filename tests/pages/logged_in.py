"""People logged in without the log-in page: tests of other pages need no password."""

from __future__ import annotations

from hashlib import sha256

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.people import ApiKey, RoleGrant
from foundation.vocabulary.roles import Actor
from foundation.web.clock import read_clock
from foundation.web.identity.sessions import store_session
from tests.pages.strict import StrictClient


def logged_in(web: FlaskClient, session: Session, actor: Actor) -> StrictClient:
    """Return the browser of an actor, logged in by the session cookie."""
    grant_id = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == actor.person_id)).one()
    assert actor.person_id is not None
    return _with_cookie(web, actor.person_id, grant_id)


def logged_in_by_key(web: FlaskClient, session: Session, key: str) -> StrictClient:
    """Return the browser of the person to whom an API key belongs."""
    digest = sha256(key.encode()).hexdigest()
    holder = session.scalars(select(ApiKey).where(ApiKey.key_sha256 == digest)).one()
    return _with_cookie(web, holder.person_id, holder.role_grant_id)


def _with_cookie(web: FlaskClient, person_id: int, grant_id: int) -> StrictClient:
    shell = web.application.extensions["omatori"]
    with shell.sessions.begin() as session:
        token = store_session(session, person_id, grant_id, read_clock(shell.settings.clock))
    with web.session_transaction() as cookie:
        cookie.update({"person": person_id, "token": token})
    return StrictClient(web)
