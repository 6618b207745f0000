"""The telephone number on pages: that of the reader's county."""

from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from foundation.database.columns import any_of_parameter
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.web.identity.guards import actor_or_none
from foundation.web.transaction import db

_PHONES = select(County.phone).distinct().limit(2)
_PHONES_OF_COUNTIES = _PHONES.where(County.id == any_of_parameter())
_COUNTIES_OF_CLIENTS = select(Client.county_id).where(Client.id == any_of_parameter()).distinct()


def reader_counties() -> list[int] | None:
    """Return the ids of the counties to which the reader belongs; None for somebody of no county."""
    actor = actor_or_none()
    if actor is not None and actor.county_id is not None:
        return [actor.county_id]
    if actor is not None and actor.client_ids:
        return list(db().scalars(_COUNTIES_OF_CLIENTS, {"ids": list(actor.client_ids)}))
    return None


def _phones(counties: list[int] | None) -> set[str]:
    if counties is None:
        return set(db().scalars(_PHONES))
    return set(db().scalars(_PHONES_OF_COUNTIES, {"ids": counties}))


def contact_phone() -> str | None:
    """Return the number of the reader's county; None if there are several or the database is away."""
    if "contact_phone" not in g:
        try:
            phones = _phones(reader_counties())
        except SQLAlchemyError:
            db().rollback()
            phones = set()
        g.contact_phone = phones.pop() if len(phones) == 1 else None
    return g.contact_phone  # type: ignore[no-any-return]


def install_contact(app: Flask) -> None:
    """Give templates the number."""
    app.jinja_env.globals["contact_phone"] = contact_phone
