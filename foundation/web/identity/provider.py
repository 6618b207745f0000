"""Ways of logging in: e-mail and password, demo people, later Suomi.fi through OpenID Connect.

An identity provider only returns the id of the person. Roles and sessions are the shell's. An OpenID Connect
provider adds its two addresses (start, callback) as a blueprint and calls `log_in.begin_session`.
"""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.people import Person, RoleGrant
from foundation.web.extension_points import Identified
from foundation.web.identity.passwords import password_is_right
from foundation.web.pages import read_id


class PasswordIdentity:
    """E-mail, or the user name of a client without one, and password."""

    name = "password"

    def identify(self, db: Session, answers: Mapping[str, str]) -> Identified | None:
        """Find the person, ignoring case; takes as long for an unknown one."""
        typed = answers.get("email", "").strip().lower()
        column = func.lower(Person.email) if "@" in typed else Person.user_name
        person = db.scalars(select(Person).where(column == typed)).first()
        kept_hash = None if person is None else person.password_hash
        if not password_is_right(kept_hash, answers.get("password", "")) or person is None:
            return None
        return Identified(person.id)


class DemoIdentity:
    """One tap on a demo person; only for people marked as demo, never in production."""

    name = "demo"

    def identify(self, db: Session, answers: Mapping[str, str]) -> Identified | None:
        """Find the demo person's role grant."""
        grant_id = read_id(answers.get("role_grant", ""))
        if grant_id is None:
            return None
        grant = db.execute(
            select(RoleGrant.person_id, RoleGrant.id)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(RoleGrant.id == grant_id, Person.is_demo)
        ).one_or_none()
        return None if grant is None else Identified(grant.person_id, grant.id)
