"""The check that a database is empty; a module of its own, because importing the worlds is slow."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import County
from foundation.database.tables.people import Person


class NotEmptyError(Exception):
    """The database already contains a county or a person."""


def require_empty(session: Session) -> None:
    """Raise NotEmptyError if the database contains a county or a person."""
    if session.scalar(select(County.id).limit(1)) or session.scalar(select(Person.id).limit(1)):
        raise NotEmptyError
