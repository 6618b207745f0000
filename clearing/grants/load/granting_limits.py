"""How much a case worker may grant in one decision."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.people import RoleGrant
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Actor, Role


def granting_limit(session: Session, actor: Actor, day: date) -> Money | None:
    """Return the most that a case worker may grant in one decision; None if there is no limit.

    Of several roles in the county, such as an own one and a substitute's, the largest limit counts.
    """
    if actor.role is not Role.WORKER or actor.person_id is None:
        return None
    limits = session.scalars(
        select(RoleGrant.granting_limit_cents).where(
            RoleGrant.person_id == actor.person_id,
            RoleGrant.role == Role.WORKER,
            RoleGrant.county_id == actor.county_id,
            RoleGrant.valid.contains(day),
        )
    ).all()
    known = [limit for limit in limits if limit is not None]
    return Money(max(known)) if known and len(known) == len(limits) else None
