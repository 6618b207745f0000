"""Rows of mandates, of invitations to act for a client, and of the people who accept them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.mandates import InvitationFunding, MandateFunding, MandateInvitation
from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Role
from marketplace.rules.mandate_terms import Guardianship, MandateTerms, Right


def _rights(terms: MandateTerms) -> dict[str, bool]:
    given = {right.value: right in terms.rights for right in Right}
    return {**given, "all_fundings": terms.funding_ids is None}


def store_invitation(
    session: Session,
    *,
    client: tuple[int, int],
    name: str,
    email: str | None,
    digest: str,
    terms: MandateTerms,
    guardianship: Guardianship | None,
    made_by: int | None,
    now: datetime,
    first_day: date,
    expires_at: datetime,
) -> int:
    """Store an invitation and return its id. `client` are the ids of the client and of the county."""
    client_id, county_id = client
    row = MandateInvitation(
        county_id=county_id,
        client_id=client_id,
        kind="support_person" if guardianship is None else "guardian",
        guardianship=None if guardianship is None else guardianship.kind,
        document_number=None if guardianship is None else guardianship.document_number,
        name=name,
        email=email,
        code_sha256=digest,
        first_day=first_day,
        last_day=terms.last_day,
        made_at=now,
        made_by=made_by,
        expires_at=expires_at,
        **_rights(terms),
    )
    session.add(row)
    session.flush()
    session.add_all(
        InvitationFunding(invitation_id=row.id, funding_id=funding_id, client_id=client_id)
        for funding_id in sorted(terms.funding_ids or ())
    )
    session.flush()
    return row.id


def withdraw_invitation(session: Session, client_id: int, invitation_id: int, now: datetime) -> bool:
    """End an open invitation of the client; return whether there was one."""
    ended = update(MandateInvitation).where(
        MandateInvitation.id == invitation_id,
        MandateInvitation.client_id == client_id,
        MandateInvitation.accepted_at.is_(None),
        MandateInvitation.withdrawn_at.is_(None),
    )
    query = ended.values(withdrawn_at=now).returning(MandateInvitation.id)
    return session.execute(query).first() is not None


def store_mandate(
    session: Session,
    *,
    invitation_id: int,
    client_id: int,
    person_id: int,
    kind: str,
    paper: tuple[str | None, str | None],
    terms: MandateTerms,
    first_day: date,
    now: datetime,
) -> int:
    """Store the mandate of an accepted invitation, and mark the invitation; return the mandate's id.

    `paper` is the kind of guardianship and the number of its document. An earlier mandate of the person for
    the client ends: one is in force on a day.
    """
    valid = days(first_day, terms.last_day)
    same = (Mandate.client_id == client_id) & (Mandate.person_id == person_id)
    meets = same & Mandate.revoked_at.is_(None) & (_lasts(first_day) | Mandate.valid.overlaps(valid))
    session.execute(update(Mandate).where(meets).values(revoked_at=now))
    row = Mandate(
        client_id=client_id,
        person_id=person_id,
        kind=kind,
        guardianship=paper[0],
        document_number=paper[1],
        valid=valid,
        **_rights(terms),
    )
    session.add(row)
    session.flush()
    _store_fundings(session, row.id, client_id, terms.funding_ids or ())
    accepted = {"accepted_at": now, "mandate_id": row.id}
    session.execute(update(MandateInvitation).where(MandateInvitation.id == invitation_id).values(accepted))
    return row.id


def _store_fundings(session: Session, mandate_id: int, client_id: int, funding_ids: Collection[int]) -> None:
    session.add_all(
        MandateFunding(mandate_id=mandate_id, funding_id=funding_id, client_id=client_id)
        for funding_id in sorted(funding_ids)
    )
    session.flush()


def change_terms(
    session: Session, mandate_id: int, terms: MandateTerms, *, first_day: date, now: datetime
) -> int:
    """Store new terms from a day on; return the id of their row.

    The terms of before keep their row, which ends the day before. What was set for later is revoked.
    """
    row = session.get_one(Mandate, mandate_id, populate_existing=True)
    pair = (Mandate.client_id == row.client_id) & (Mandate.person_id == row.person_id)
    lasting = pair & Mandate.revoked_at.is_(None) & _lasts(first_day)
    begins_later = func.lower(Mandate.valid) >= first_day
    session.execute(update(Mandate).where(lasting, begins_later).values(revoked_at=now))
    cut = func.daterange(func.lower(Mandate.valid), first_day)
    session.execute(update(Mandate).where(lasting, ~begins_later).values(valid=cut))
    changed = Mandate(
        client_id=row.client_id,
        person_id=row.person_id,
        kind=row.kind,
        guardianship=row.guardianship,
        document_number=row.document_number,
        valid=days(first_day, terms.last_day),
        **_rights(terms),
    )
    session.add(changed)
    session.flush()
    _store_fundings(session, changed.id, row.client_id, terms.funding_ids or ())
    return changed.id


def _lasts(day: date) -> ColumnElement[bool]:
    end = func.upper(Mandate.valid)
    return end.is_(None) | (end > day)


def revoke(session: Session, client_id: int, person_id: int, *, day: date, now: datetime) -> None:
    """End what a person may do for a client, now and later: the person's next request is refused."""
    pair = (Mandate.client_id == client_id) & (Mandate.person_id == person_id)
    lasting = pair & Mandate.revoked_at.is_(None) & _lasts(day)
    session.execute(update(Mandate).where(lasting).values(revoked_at=now))


def store_person(session: Session, *, name: str, email: str, password_hash: str, language: Language) -> int:
    """Store a person who logs in with an address and a password; return the id."""
    row = Person(name=name, email=email, password_hash=password_hash, language=language.value)
    session.add(row)
    session.flush()
    return row.id


def store_role_of_representative(session: Session, person_id: int, day: date) -> int:
    """Store the role from which a person acts for clients; return its id."""
    row = RoleGrant(person_id=person_id, role=Role.REPRESENTATIVE, valid=days(day, None))
    session.add(row)
    session.flush()
    return row.id
