"""Rows of invitations of clients, and of the accounts that they become."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.client_invitations import ClientInvitation
from foundation.database.tables.clients import Client
from foundation.database.tables.people import Person, RoleGrant
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Role
from marketplace.rules.client_invitations import Way, open_for


def store_client_invitation(
    session: Session,
    client: tuple[int, int],
    way: Way,
    email: str | None,
    *,
    user_name: str,
    digest: str,
    made_by: int | None,
    now: datetime,
) -> int:
    """Store an invitation in place of an open one, and return its id.

    Args:
        client: The ids of the client and of the county.
    """
    client_id, county_id = client
    session.execute(select(Client.id).where(Client.id == client_id).with_for_update())
    _withdraw(session, ClientInvitation.client_id == client_id, now)
    values = {
        "county_id": county_id,
        "client_id": client_id,
        "way": way.value,
        "email": email,
        "user_name": user_name,
        "code_sha256": digest,
        "made_at": now,
        "made_by": made_by,
        "expires_at": now + open_for(way),
    }
    return session.execute(
        insert(ClientInvitation).values(values).returning(ClientInvitation.id)
    ).scalar_one()


def withdraw_client_invitation(session: Session, client_id: int, invitation_id: int, now: datetime) -> bool:
    """Let the code of a client's open invitation work no longer; return whether there was one."""
    own = (ClientInvitation.client_id == client_id) & (ClientInvitation.id == invitation_id)
    return _withdraw(session, own, now)


def _withdraw(session: Session, chosen: ColumnElement[bool], now: datetime) -> bool:
    is_open = ClientInvitation.accepted_at.is_(None) & ClientInvitation.withdrawn_at.is_(None)
    statement = update(ClientInvitation).where(chosen, is_open).values(withdrawn_at=now)
    return bool(session.scalars(statement.returning(ClientInvitation.id)).all())


def note_acceptance(session: Session, invitation_id: int, role_grant_id: int, now: datetime) -> None:
    """Store that an invitation was accepted, and the role that it became."""
    row = update(ClientInvitation).where(ClientInvitation.id == invitation_id)
    session.execute(row.values(accepted_at=now, role_grant_id=role_grant_id))


def store_client_person(session: Session, name: str, language: str) -> int:
    """Store a person who is a client, without a way to log in; return the id."""
    values = {"name": name, "language": Language(language).value, "about": "", "is_demo": False}
    return session.execute(insert(Person).values(values).returning(Person.id)).scalar_one()


def store_log_in(
    session: Session, person_id: int, *, password_hash: str, email: str | None, user_name: str | None
) -> None:
    """Store what a person logs in with; None leaves the address or the user name as it is."""
    values = {"email": email, "user_name": user_name}
    changed = {key: value for key, value in values.items() if value is not None}
    row = update(Person).where(Person.id == person_id)
    session.execute(row.values(password_hash=password_hash, **changed))


def store_role_of_client(session: Session, person_id: int, client_id: int, first_day: date) -> int:
    """Store that a person is a client; return the id of the role."""
    row = {
        "person_id": person_id,
        "role": Role.CLIENT.value,
        "client_id": client_id,
        "valid": days(first_day, None),
    }
    return session.execute(insert(RoleGrant).values(row).returning(RoleGrant.id)).scalar_one()
