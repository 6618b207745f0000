"""Requests to take off an owner's second factor, and the owners who use one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from foundation.database.tables.factor_resets import FactorReset
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.second_factors import SecondFactor
from foundation.vocabulary.roles import Role
from marketplace.rules.factor_resets import OpenReset


def owners_with_factor(session: Session, provider_id: int, day: date) -> list[tuple[int, str]]:
    """Return the provider's owners who use a second factor, as id and name."""
    query = (
        select(Person.id, Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(SecondFactor, SecondFactor.person_id == Person.id)
        .where(RoleGrant.provider_id == provider_id, RoleGrant.role == Role.PROVIDER_OWNER)
        .where(RoleGrant.valid.contains(day), SecondFactor.enrolled_at.is_not(None))
        .order_by(Person.name, Person.id)
    )
    return [(person_id, name) for person_id, name in session.execute(query)]


def open_resets(session: Session, provider_id: int) -> list[OpenReset]:
    """Return the open requests of a provider's owners, the oldest first."""
    return _resets(session, FactorReset.provider_id == provider_id)


def open_reset(session: Session, reset_id: int) -> OpenReset | None:
    """Return an open request and lock it; None if there is none that the reader sees."""
    locked = select(FactorReset.id).where(FactorReset.id == reset_id).with_for_update()
    if session.scalar(locked) is None:
        return None
    found = _resets(session, FactorReset.id == reset_id)
    return found[0] if found else None


def _resets(session: Session, condition: ColumnElement[bool]) -> list[OpenReset]:
    owner, asker = aliased(Person), aliased(Person)
    query = (
        select(
            FactorReset.id,
            FactorReset.county_id,
            FactorReset.provider_id,
            FactorReset.person_id,
            owner.name,
            FactorReset.why,
            FactorReset.asked_at,
            FactorReset.asked_by,
            asker.name,
            FactorReset.ripe_at,
        )
        .join(owner, owner.id == FactorReset.person_id)
        .join(asker, asker.id == FactorReset.asked_by)
        .where(condition, FactorReset.confirmed_at.is_(None), FactorReset.stopped_at.is_(None))
        .order_by(FactorReset.id)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return [OpenReset(*row) for row in rows]
