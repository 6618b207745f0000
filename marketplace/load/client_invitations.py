"""Invitations of clients to log in, and what is known of the client and of the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from foundation.database.tables.client_invitations import ClientInvitation
from foundation.database.tables.clients import Client
from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.vocabulary.roles import CLIENT_ROLES, Role
from marketplace.rules.client_invitations import InvitedClient


@dataclass(frozen=True, slots=True)
class SentInvitation:
    """An invitation of a client. `is_open`: its code works."""

    id: int
    client_id: int
    county_id: int
    client_name: str | None
    way: str
    email: str | None
    user_name: str
    made_at: datetime
    expires_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class ClientAccount:
    """How a client logs in today."""

    person_id: int
    email: str | None
    user_name: str | None
    has_password: bool
    logs_in_elsewhere: bool


def invited_client(session: Session, client_id: int, day: date) -> InvitedClient:
    """Return what is known of a client who exists."""
    client = session.get_one(Client, client_id, populate_existing=True)
    holder_id = holder_of_client(session, client_id, day)
    other = RoleGrant.role.not_in(CLIENT_ROLES) & (
        func.upper(RoleGrant.valid).is_(None) | (func.upper(RoleGrant.valid) > day)
    )
    works = select(select(RoleGrant.id).where(RoleGrant.person_id == holder_id, other).exists())
    return InvitedClient(
        client_id=client.id,
        county_id=client.county_id,
        name=client.name,
        language=client.language,
        ended_on=client.ended_on,
        holder_id=holder_id,
        holder_works=holder_id is not None and bool(session.scalar(works)),
        identity_hash=client.identity_hash,
    )


def holder_of_client(session: Session, client_id: int, day: date) -> int | None:
    """Return who logs in as the client on a day, the one of longest standing; None if nobody does."""
    query = select(RoleGrant.person_id).where(
        RoleGrant.client_id == client_id, RoleGrant.role == Role.CLIENT, RoleGrant.valid.contains(day)
    )
    return session.scalar(query.order_by(RoleGrant.id).limit(1))


def role_of_client(session: Session, person_id: int, client_id: int, day: date) -> int | None:
    """Return the id of the role in which a person is the client on a day; None without one."""
    query = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.client_id == client_id,
        RoleGrant.role == Role.CLIENT,
        RoleGrant.valid.contains(day),
    )
    return session.scalar(query.order_by(RoleGrant.id).limit(1))


def helpers_of_client(session: Session, client_id: int) -> set[int]:
    """Return the people who have, or have had, a mandate for a client."""
    return set(session.scalars(select(Mandate.person_id).where(Mandate.client_id == client_id)))


def account_of_person(session: Session, person_id: int) -> ClientAccount:
    """Return how a person logs in."""
    row = session.get_one(Person, person_id, populate_existing=True)
    return ClientAccount(
        row.id, row.email, row.user_name, row.password_hash is not None, row.identity_hash is not None
    )


def user_name_is_held(session: Session, user_name: str) -> bool:
    """Return whether an account has a user name."""
    return session.scalar(select(select(Person.id).where(Person.user_name == user_name).exists())) or False


def name_is_taken(session: Session, user_name: str) -> bool:
    """Return whether an account, or an invitation that nobody has accepted, has a user name."""
    waiting = ClientInvitation.accepted_at.is_(None) & (ClientInvitation.user_name == user_name)
    invited = session.scalar(select(select(ClientInvitation.id).where(waiting).exists()))
    return bool(invited) or user_name_is_held(session, user_name)


def client_invitation_with_digest(
    session: Session, digest: str, now: datetime, *, lock: bool = False
) -> SentInvitation | None:
    """Return the invitation with the SHA-256 of a code, open or not; None if there is none."""
    if lock:
        found = select(ClientInvitation.id).where(ClientInvitation.code_sha256 == digest)
        session.execute(found.with_for_update())
    return _one(session, ClientInvitation.code_sha256 == digest, now)


def open_client_invitation(session: Session, client_id: int, now: datetime) -> SentInvitation | None:
    """Return the open invitation of a client; None if there is none."""
    sent = _one(
        session,
        (ClientInvitation.client_id == client_id)
        & ClientInvitation.accepted_at.is_(None)
        & ClientInvitation.withdrawn_at.is_(None),
        now,
    )
    return sent if sent is not None and sent.is_open else None


def _one(session: Session, condition: ColumnElement[bool], now: datetime) -> SentInvitation | None:
    query = select(ClientInvitation, Client.name).join(Client, Client.id == ClientInvitation.client_id)
    found = session.execute(query.where(condition).execution_options(populate_existing=True)).one_or_none()
    if found is None:
        return None
    row, name = found
    ended = row.accepted_at is not None or row.withdrawn_at is not None
    return SentInvitation(
        row.id,
        row.client_id,
        row.county_id,
        name,
        row.way,
        row.email,
        row.user_name,
        row.made_at,
        row.expires_at,
        not ended and row.expires_at > now,
    )
