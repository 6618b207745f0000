"""A world is written into an empty database only. Apart from the makers of worlds: asking must be quick."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import County
from foundation.database.tables.people import Person


class NotEmptyError(Exception):
    """Somebody or something is in the database already."""


def refuse_unless_empty(session: Session) -> None:
    """Raise NotEmptyError where there is a county or a person."""
    if session.scalar(select(County.id).limit(1)) or session.scalar(select(Person.id).limit(1)):
        raise NotEmptyError
