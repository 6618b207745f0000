"""Who may act for a client, as the client sees it, and open invitations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from foundation.database.columns import first_and_last
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding, FundingService
from foundation.database.tables.mandates import InvitationFunding, MandateFunding, MandateInvitation
from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Role
from marketplace.load.names import Names
from marketplace.rules.mandate_terms import MandateTerms, Right


@dataclass(frozen=True, slots=True)
class GivenMandate:
    """A mandate. `services` are those of `terms.funding_ids`. `ended_on`: the last day of a revoked one."""

    id: int
    client_id: int
    county_id: int
    person_id: int
    name: str
    email: str | None
    kind: str
    guardianship: str | None
    document_number: str | None
    terms: MandateTerms
    first_day: date
    services: tuple[Names, ...]
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation whose code still works. `invited` is the name that the one who invites has typed."""

    id: int
    client_id: int
    county_id: int
    client_name: str | None
    invited: str
    kind: str
    guardianship: str | None
    document_number: str | None
    terms: MandateTerms
    first_day: date
    expires_at: datetime
    services: tuple[Names, ...]


def mandates_of_client(session: Session, client_id: int, day: date) -> list[GivenMandate]:
    """Return the client's mandates that are in force on a day or later, the oldest first."""
    return _mandates(session, (Mandate.client_id == client_id) & _lasts(day))


def earlier_mandates(session: Session, client_id: int, day: date, *, count: int) -> list[GivenMandate]:
    """Return the newest terms that held for the client and do no longer, the newest first."""
    found = _mandates(session, (Mandate.client_id == client_id) & ~_lasts(day))
    held = [each for each in found if each.ended_on is None or each.ended_on >= each.first_day]
    return held[: -count - 1 : -1]


def mandate_in_force(session: Session, client_id: int, mandate_id: int, day: date) -> GivenMandate | None:
    """Return a mandate of the client by its id; None if it has ended or is another client's.

    If its terms have been changed since, those in force are returned, or else those to come: a page that was
    opened before may still end them.
    """
    person_id = select(Mandate.person_id).where(Mandate.id == mandate_id, Mandate.client_id == client_id)
    of_person = (Mandate.client_id == client_id) & (Mandate.person_id == person_id.scalar_subquery())
    found = _mandates(session, of_person & _lasts(day))
    return next((each for each in found if each.id == mandate_id), found[0] if found else None)


def _lasts(day: date) -> ColumnElement[bool]:
    first_day_after = func.upper(Mandate.valid)
    return Mandate.revoked_at.is_(None) & (first_day_after.is_(None) | (first_day_after > day))


def _mandates(session: Session, condition: ColumnElement[bool]) -> list[GivenMandate]:
    rows = session.execute(
        select(Mandate, Person.name, Person.email, Client.county_id)
        .join(Person, Person.id == Mandate.person_id)
        .join(Client, Client.id == Mandate.client_id)
        .where(condition)
        .order_by(Mandate.id)
        .execution_options(populate_existing=True)
    ).all()
    limits = _limits(session, MandateFunding.mandate_id, [mandate.id for mandate, *_ in rows])
    return [_mandate(row, limits.get(row.Mandate.id, {})) for row in rows]


def _mandate(row: Row[*tuple[Any, ...]], limits: dict[int, tuple[Names, ...]]) -> GivenMandate:
    mandate = row.Mandate
    first, last = first_and_last(mandate.valid)
    return GivenMandate(
        id=mandate.id,
        client_id=mandate.client_id,
        county_id=row.county_id,
        person_id=mandate.person_id,
        name=row.name,
        email=row.email,
        kind=mandate.kind,
        guardianship=mandate.guardianship,
        document_number=mandate.document_number,
        terms=_terms(mandate, limits, last),
        first_day=first,
        services=_named(limits),
        ended_on=None if mandate.revoked_at is None else helsinki_day(mandate.revoked_at),
    )


def _terms(row: Any, limits: dict[int, tuple[Names, ...]], last_day: date | None) -> MandateTerms:
    rights = frozenset(right for right in Right if getattr(row, right))
    return MandateTerms(rights, None if row.all_fundings else frozenset(limits), last_day)


def _named(limits: dict[int, tuple[Names, ...]]) -> tuple[Names, ...]:
    return tuple(dict.fromkeys(name for names in limits.values() for name in names))


def _limits(session: Session, key: Any, ids: Collection[int]) -> dict[int, dict[int, tuple[Names, ...]]]:
    """Return the fundings to which mandates or invitations are limited, each with its services."""
    found: dict[int, dict[int, tuple[Names, ...]]] = {}
    if not ids:
        return found
    table = key.class_
    rows = session.execute(
        select(key, table.funding_id, Service)
        .join(FundingService, FundingService.funding_id == table.funding_id)
        .join(Service, Service.id == FundingService.service_id)
        .where(key.in_(ids))
        .order_by(table.funding_id, Service.id)
    )
    for owner, funding_id, service in rows:
        names = found.setdefault(owner, {})
        names[funding_id] = (
            *names.get(funding_id, ()),
            Names(service.name_fi, service.name_sv, service.name_en),
        )
    return found


def open_invitations(session: Session, client_id: int, now: datetime) -> list[OpenInvitation]:
    """Return the client's invitations whose code still works, the oldest first."""
    return _invitations(session, (MandateInvitation.client_id == client_id) & _is_open(now))


def invitation_with_digest(
    session: Session, digest: str, now: datetime, *, lock: bool = False
) -> OpenInvitation | None:
    """Return the open invitation with the SHA-256 of a code; None if there is none."""
    condition = (MandateInvitation.code_sha256 == digest) & _is_open(now)
    if lock:
        session.execute(select(MandateInvitation.id).where(condition).with_for_update())
    found = _invitations(session, condition)
    return found[0] if found else None


def _is_open(now: datetime) -> ColumnElement[bool]:
    ended = MandateInvitation.accepted_at.is_not(None) | MandateInvitation.withdrawn_at.is_not(None)
    return (MandateInvitation.expires_at > now) & ~ended


def _invitations(session: Session, condition: ColumnElement[bool]) -> list[OpenInvitation]:
    rows = session.execute(
        select(MandateInvitation, Client.name)
        .join(Client, Client.id == MandateInvitation.client_id)
        .where(condition)
        .order_by(MandateInvitation.id)
        .execution_options(populate_existing=True)
    ).all()
    limits = _limits(session, InvitationFunding.invitation_id, [row.id for row, _name in rows])
    return [_invitation(row, name, limits.get(row.id, {})) for row, name in rows]


def _invitation(
    row: MandateInvitation, client_name: str, limits: dict[int, tuple[Names, ...]]
) -> OpenInvitation:
    return OpenInvitation(
        id=row.id,
        client_id=row.client_id,
        county_id=row.county_id,
        client_name=client_name,
        invited=row.name,
        kind=row.kind,
        guardianship=row.guardianship,
        document_number=row.document_number,
        terms=_terms(row, limits, row.last_day),
        first_day=row.first_day,
        expires_at=row.expires_at,
        services=_named(limits),
    )


def funding_ids_of_client(session: Session, client_id: int) -> set[int]:
    """Return the ids of all fundings of a client."""
    return set(session.scalars(select(Funding.id).where(Funding.client_id == client_id)))


def is_client(session: Session, person_id: int, client_id: int) -> bool:
    """Return whether a person is, or has been, this client."""
    grants = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.client_id == client_id)
    return session.scalar(select(grants.where(RoleGrant.role == Role.CLIENT).exists())) or False


def emails_of_client(session: Session, client_id: int, day: date) -> list[str]:
    """Return the addresses of the people who log in as the client on a day."""
    query = (
        select(Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.client_id == client_id, RoleGrant.role == Role.CLIENT, RoleGrant.valid.contains(day))
        .order_by(Person.id)
    )
    return [email for email in session.scalars(query) if email]


def email_is_known(session: Session, email: str) -> bool:
    """Return whether somebody logs in with this address."""
    known = select(Person.id).where(func.lower(Person.email) == email.lower())
    return session.scalar(select(known.exists())) or False


def role_of_representative(session: Session, person_id: int, day: date) -> int | None:
    """Return the id of a person's role as a representative on a day; None without one."""
    query = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == Role.REPRESENTATIVE,
        RoleGrant.valid.contains(day),
    )
    return session.scalars(query.order_by(RoleGrant.id).limit(1)).first()
