"""The people who prepare and approve payment runs."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.people import Person, RoleGrant
from foundation.vocabulary.roles import SETTLEMENT_ROLES


def addresses_of_settling_people(session: Session, day: date, *, county_id: int | None = None) -> list[str]:
    """Return the e-mail addresses of all who have such a role on the day, in order, each once.

    `county_id`: only those of this county.
    """
    query = (
        select(Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role.in_([role.value for role in SETTLEMENT_ROLES]), RoleGrant.valid.contains(day))
        .where(func.coalesce(Person.email, "") != "")
        .distinct()
        .order_by(Person.email)
    )
    if county_id is not None:
        query = query.where(RoleGrant.county_id == county_id)
    return [address for address in session.scalars(query) if address is not None]
