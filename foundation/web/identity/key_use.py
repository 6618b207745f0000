"""Notes the day on which a key for programs was used last, after the request and outside its transaction."""

from flask import Flask, Response, g

from foundation.database.session import DATABASE_ERRORS
from foundation.web.clock import today
from foundation.web.identity.key_holders import KeyHolder, note_use
from foundation.web.transaction import db


def install_key_use(app: Flask) -> None:
    """Note the first use of a key on each day. Later requests of the day write nothing."""
    app.after_request(note_use_of_key)


def note_use_of_key(response: Response) -> Response:
    """Note that the request's key was used today.

    The request has been committed or rolled back: no other request waits for this row, and a charge file
    that takes minutes does not hold it. If the database is away, the next request notes it.
    """
    holder: KeyHolder | None = g.get("key_holder")
    if holder is not None and not holder.is_noted:
        try:
            note_use(db(), holder.key_id, today())
            db().commit()
        except DATABASE_ERRORS:
            db().rollback()
    return response
