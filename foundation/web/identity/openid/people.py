"""Who somebody is whom a service has verified: by subject, or by personal identity code.

Of a code only the keyed hash is compared and stored. It leads to the account that has it, else to the client
as the county has recorded it: the first log-in makes the account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.clients import Client
from foundation.database.tables.open_id import ExternalIdentity
from foundation.database.tables.people import Person, RoleGrant
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identity_codes import IdentityHash, hash_identity_code
from foundation.vocabulary.keys import KeyRing
from foundation.vocabulary.log_in_services import LogInService
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.openid.faults import LogInFault
from foundation.web.identity.own_audit import record_own


def person_of_claims(
    db: Session, service: LogInService, claims: Mapping[str, Any], keys: KeyRing, now: datetime
) -> int | None:
    """Return the person of verified claims; None if nobody here is known by them."""
    if service.identity_claim is None:
        query = select(ExternalIdentity.person_id).where(
            ExternalIdentity.issuer == service.issuer, ExternalIdentity.subject == claims["sub"]
        )
        return db.scalar(query)
    hashed = hash_of_claims(service, claims, keys)
    return _person_of_hash(db, hashed, now)


def hash_of_claims(service: LogInService, claims: Mapping[str, Any], keys: KeyRing) -> IdentityHash:
    """Return the hash of the identity code that a service vouches for.

    Raises:
        LogInFault: There is no code, or none that is valid.
    """
    hashed = hash_identity_code(str(claims.get(service.identity_claim or "", "")), keys)
    if hashed is None:
        raise LogInFault("token")
    return hashed


def _person_of_hash(db: Session, hashed: IdentityHash, now: datetime) -> int | None:
    any_hash = (hashed.newest, *hashed.earlier)
    query = select(Client).where(Client.identity_hash.in_(any_hash), Client.ended_on.is_(None))
    clients = db.scalars(query.order_by(Client.id)).all()
    person_id = db.scalar(select(Person.id).where(Person.identity_hash.in_(any_hash)).with_for_update())
    if person_id is None and clients:
        person_id = _account_of_clients(db, clients, hashed.newest)
    if person_id is not None:
        _give_client_roles(db, person_id, clients, now)
    return person_id


def _account_of_clients(db: Session, clients: Sequence[Client], identity_hash: str) -> int | None:
    """Return the account that these clients have already, else a new one; it gets the hash."""
    own = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.CLIENT, RoleGrant.client_id.in_([client.id for client in clients])
    )
    holders = set(db.scalars(own))
    if len(holders) > 1:
        raise LogInFault("unknown")  # which of them it is, only the county can say
    if holders:
        person_id = holders.pop()
        has_none = (Person.id == person_id) & Person.identity_hash.is_(None)
        db.execute(update(Person).where(has_none).values(identity_hash=identity_hash))
        return person_id
    first = clients[0]
    values = {
        "name": first.name,
        "language": first.language,
        "identity_hash": identity_hash,
        "about": "",
        "is_demo": False,
    }
    statement = upsert(Person).values(values).on_conflict_do_nothing(index_elements=["identity_hash"])
    made = db.scalar(statement.returning(Person.id))
    return made or db.scalar(select(Person.id).where(Person.identity_hash == identity_hash))


def _give_client_roles(db: Session, person_id: int, clients: Sequence[Client], now: datetime) -> None:
    """Give the person the role of each client that it is. A second log-in at the same moment waits."""
    db.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    own = select(RoleGrant.client_id).where(RoleGrant.person_id == person_id, RoleGrant.role == Role.CLIENT)
    held = set(db.scalars(own))
    for client in clients:
        if client.id in held:
            continue
        first_day = helsinki_day(now)
        values = {
            "person_id": person_id,
            "role": Role.CLIENT.value,
            "client_id": client.id,
            "valid": days(first_day, None),
        }
        db.execute(insert(RoleGrant).values(values))
        actor = Actor(person_id, Role.CLIENT, client.name, client.county_id)
        record_own(db, actor, "client.first_log_in", now, client=client.id)


def connect(
    db: Session, actor: Actor, service: LogInService, claims: Mapping[str, Any], keys: KeyRing, now: datetime
) -> None:
    """Let the person log in at a service from now on, in place of an earlier account there.

    Raises:
        LogInFault: `taken`: the subject, or the identity code, is another person's.
    """
    if service.identity_claim is not None:
        _connect_code(db, actor, hash_of_claims(service, claims, keys))
    elif person_of_claims(db, service, claims, keys, now) not in (None, actor.person_id):
        raise LogInFault("taken")
    else:
        values = {"person_id": actor.person_id, "issuer": service.issuer, "subject": claims["sub"]}
        row = upsert(ExternalIdentity).values(values | {"linked_at": now})
        changed = {"subject": claims["sub"], "linked_at": now}
        db.execute(row.on_conflict_do_update(index_elements=["person_id", "issuer"], set_=changed))
    record_own(db, actor, "log_in_service.connect", now, service=service.name)


def _connect_code(db: Session, actor: Actor, hashed: IdentityHash) -> None:
    """Store the hash with the person, unless another person has it, or the person has another code."""
    any_hash = (hashed.newest, *hashed.earlier)
    holders = set(db.scalars(select(Person.id).where(Person.identity_hash.in_(any_hash))))
    if holders - {actor.person_id}:
        raise LogInFault("taken")
    is_free = Person.identity_hash.is_(None) | Person.identity_hash.in_(any_hash)
    statement = update(Person).where(Person.id == actor.person_id, is_free)
    statement = statement.values(identity_hash=hashed.newest)
    if db.scalar(statement.returning(Person.id)) is None:
        raise LogInFault("taken")
