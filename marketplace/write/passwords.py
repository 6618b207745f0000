"""Rows of links by which people choose a new password, and the password that they choose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, null, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.password_resets import PasswordReset
from foundation.database.tables.people import Person, WebSession


def store_link(session: Session, person_id: int, digest: str, now: datetime, expires_at: datetime) -> None:
    """Store the link of a person in place of an earlier one."""
    values = {"code_sha256": digest, "made_at": now, "expires_at": expires_at}
    statement = insert(PasswordReset).values(person_id=person_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))


def store_new_password(session: Session, person_id: int, password_hash: str, now: datetime) -> None:
    """Store a new password, delete the link, and end every session of the person."""
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))
    session.execute(delete(PasswordReset).where(PasswordReset.person_id == person_id))
    own = WebSession.person_id == person_id
    session.execute(update(WebSession).where(own).values(drafts=null()))
    session.execute(update(WebSession).where(own, WebSession.ended_at.is_(None)).values(ended_at=now))
