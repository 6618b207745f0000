"""The owners of a provider, to be told of what concerns its money."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.people import Person, RoleGrant
from foundation.vocabulary.roles import Role


def emails_of_owners(session: Session, provider_id: int, day: date) -> list[str]:
    """Return the addresses of the provider's owners on a day."""
    query = (
        select(Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.provider_id == provider_id,
            RoleGrant.role == Role.PROVIDER_OWNER,
            RoleGrant.valid.contains(day),
        )
        .order_by(Person.id)
    )
    return [email for email in session.scalars(query) if email]
