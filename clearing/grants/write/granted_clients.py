"""The clients of granted decisions: made, or brought up to date."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import tuple_, update
from sqlalchemy.orm import Session

from clearing.grants.facts.decision import DecidedClient
from clearing.grants.rules.grant_plan import Grant
from clearing.grants.rules.protection import act_of_protection
from clearing.ledger.facts.audit import AuditNote
from clearing.ledger.write.audit import store_notes
from foundation.database.rows import reserve_ids, store_rows
from foundation.database.tables.clients import Client
from foundation.vocabulary.identifiers import place_key
from foundation.vocabulary.roles import Actor


def store_clients(session: Session, grants: Sequence[Grant], *, actor: Actor, now: datetime) -> list[int]:
    """The client's id of each grant. A name or place that changed is taken from the newest decision.

    A decision that sets or ends the protection of the address is recorded as such.
    """
    keys = [(grant.facts.county_id, grant.document.client.number) for grant in grants]
    known = {
        (client.county_id, client.number): client
        for client in session.query(Client).where(tuple_(Client.county_id, Client.number).in_(set(keys)))
    }
    notes: list[AuditNote] = []
    for key, grant in zip(keys, grants, strict=True):
        if key in known:
            notes += _protection(known[key].id, grant, actor, now, is_protected=known[key].protected_address)
            _bring_up_to_date(known[key], grant)
    new = {key: grant for key, grant in zip(keys, grants, strict=True) if key not in known}
    ids = dict(zip(new, reserve_ids(session, Client, len(new)), strict=True))
    store_rows(session, Client, [_client_row(ids[key], grant) for key, grant in new.items()])
    for key, grant in new.items():
        notes += _protection(ids[key], grant, actor, now, is_protected=False)
    store_notes(session, notes, [])
    return [known[key].id if key in known else ids[key] for key in keys]


def rehash_client(session: Session, county_id: int | None, decided: DecidedClient) -> None:
    """Replace a client's hash under an earlier key by the newest one, now that the code is here again."""
    session.execute(
        update(Client)
        .where(Client.county_id == county_id, Client.number == decided.number)
        .where(Client.identity_hash.in_(decided.earlier_hashes))
        .values(identity_hash=decided.identity_hash)
    )


def _municipality(grant: Grant) -> str:
    return grant.facts.municipalities[place_key(grant.document.client.municipality)]


def _bring_up_to_date(client: Client, grant: Grant) -> None:
    decided: DecidedClient = grant.document.client
    client.name = decided.name
    client.language = decided.language.value
    client.municipality_code = _municipality(grant)
    if decided.identity_hash:
        client.identity_hash = decided.identity_hash
    if decided.protected_address is not None:
        client.protected_address = decided.protected_address
    if client.protected_address:
        client.latitude = client.longitude = None


def _protection(
    client_id: int, grant: Grant, actor: Actor, now: datetime, *, is_protected: bool
) -> list[AuditNote]:
    """Return the note of a decision that changes the protection; the decision is the reason."""
    decided = grant.document.client
    act = act_of_protection(is_protected=is_protected, protect=decided.protected_address)
    if act is None:
        return []
    return [
        AuditNote(
            actor,
            now,
            act,
            "client",
            decided.number,
            county_id=grant.facts.county_id,
            client_id=client_id,
            why=grant.document.number,
        )
    ]


def _client_row(key: int, grant: Grant) -> dict[str, object]:
    decided = grant.document.client
    return {
        "id": key,
        "county_id": grant.facts.county_id,
        "number": decided.number,
        "name": decided.name,
        "municipality_code": _municipality(grant),
        "language": decided.language.value,
        "identity_hash": decided.identity_hash,
        "protected_address": decided.protected_address or False,
    }
