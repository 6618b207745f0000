"""The telephone number on pages: that of the reader's county."""

from flask import Flask, g
from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError

from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.vocabulary.roles import Actor
from foundation.web.identity.guards import actor_or_none
from foundation.web.transaction import db


def _phones(actor: Actor | None) -> Select[str]:
    if actor is not None and actor.county_id is not None:
        return select(County.phone).where(County.id == actor.county_id)
    if actor is not None and actor.client_ids:
        clients = select(Client.county_id).where(Client.id.in_(actor.client_ids))
        return select(County.phone).where(County.id.in_(clients))
    return select(County.phone)


def contact_phone() -> str | None:
    """Return the number of the reader's county; None if there are several or the database is away."""
    if "contact_phone" not in g:
        try:
            phones = set(db().scalars(_phones(actor_or_none()).distinct().limit(2)))
        except SQLAlchemyError:
            db().rollback()
            phones = set()
        g.contact_phone = phones.pop() if len(phones) == 1 else None
    return g.contact_phone  # type: ignore[no-any-return]


def install_contact(app: Flask) -> None:
    """Give templates the number."""
    app.jinja_env.globals["contact_phone"] = contact_phone
