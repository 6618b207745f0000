"""The services at which a person can log in already."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.open_id import ExternalIdentity
from foundation.database.tables.people import Person
from foundation.vocabulary.log_in_services import LogInService


def connected_services(db: Session, person_id: int, services: Sequence[LogInService]) -> frozenset[str]:
    """Return the names of the services at which a person can log in."""
    issuers = set(db.scalars(select(ExternalIdentity.issuer).where(ExternalIdentity.person_id == person_id)))
    has_code = db.scalar(select(Person.identity_hash).where(Person.id == person_id)) is not None
    return frozenset(
        service.name
        for service in services
        if (has_code if service.identity_claim is not None else service.issuer in issuers)
    )
