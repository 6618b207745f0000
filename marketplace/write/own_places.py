"""Rows of a provider's places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from foundation.database.tables.providers import Offering, ProviderUnit


def insert_place(session: Session, provider_id: int, values: Mapping[str, Any]) -> int:
    """Store a new place; return its id."""
    row = insert(ProviderUnit).values(provider_id=provider_id, **values)
    return session.execute(row.returning(ProviderUnit.id)).scalar_one()


def update_place(session: Session, place_id: int, values: Mapping[str, Any]) -> None:
    """Change a place and increase its version."""
    changed = update(ProviderUnit).where(ProviderUnit.id == place_id)
    session.execute(changed.values(**values, version=ProviderUnit.version + 1))


def delete_place(session: Session, place_id: int) -> None:
    """Take the place off its offerings, which are not published, and delete it."""
    left = update(Offering).where(Offering.unit_id == place_id, ~Offering.published)
    session.execute(left.values(unit_id=None, version=Offering.version + 1))
    session.execute(delete(ProviderUnit).where(ProviderUnit.id == place_id))
