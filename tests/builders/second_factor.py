"""A person's authenticator app, and sessions that were confirmed by it."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from foundation.database.tables.people import RoleGrant, WebSession
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.roles import Actor
from foundation.web.identity.second_factors import enrol, secret_to_enrol
from foundation.web.identity.totp import code_at, step_of


def an_app(app: Flask, session: Session, actor: Actor, now: datetime) -> bytes:
    """Take an app into use for a person; return its secret."""
    keys = app.extensions["omatori"].settings.keys(KeyPurpose.SECOND_FACTORS)
    assert actor.person_id is not None
    secret = secret_to_enrol(session, keys, actor.person_id, now)
    assert enrol(session, keys, actor, code_at(secret, step_of(now)), now)
    return secret


def confirmed_at(session: Session, actor: Actor, moment: datetime | None) -> None:
    """Make the open sessions of a person such that need a second factor, given at a moment."""
    own = select(RoleGrant.id).where(RoleGrant.person_id == actor.person_id)
    values = {"needs_second_factor": True, "second_factor_at": moment}
    session.execute(update(WebSession).where(WebSession.role_grant_id.in_(own)).values(values))
