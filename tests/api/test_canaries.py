"""A3: 200 planted values in fields that a role may not see: none is in an answer, a file, a mail or a log.

Each value names its field and row. `VISIBLE` says which roles may read a field at all; of a client's name,
providers may read those of the clients who chose them, and clients and representatives their own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation.database.tables.outbox import OutboxMessage
from foundation.vocabulary.roles import CLIENT_ROLES, PEOPLE_OF_PROVIDERS, PROVIDER_ROLES, Role
from tests.api.conftest import SeededApp
from tests.api.test_looks import READING_ROLES, Readers, open_readers

CANARY = re.compile(r"KANARIA-([a-z_]+)-(\d+)")
NOBODY: frozenset[Role] = frozenset()
VISIBLE = {
    "client_name": frozenset({Role.WORKER, *PEOPLE_OF_PROVIDERS, *CLIENT_ROLES}),
    "client_identity": NOBODY,
    "person_identity": NOBODY,
    "person_password": NOBODY,
    "key_label": frozenset({*PROVIDER_ROLES}),
    "income_basis": NOBODY,
    "charge_worker": frozenset(
        {*PROVIDER_ROLES, *CLIENT_ROLES, Role.WORKER, Role.COORDINATOR, Role.AUDITOR}
        | {Role.SETTLEMENT_OFFICER, Role.SETTLEMENT_APPROVER}
    ),
}
"""Who may read a field."""

PLANTED = {
    "client_name": "UPDATE client SET name = 'KANARIA-client_name-' || id",
    "client_identity": "UPDATE client SET identity_hash = 'KANARIA-client_identity-' || id",
    "person_identity": "UPDATE person SET identity_hash = 'KANARIA-person_identity-' || id",
    "person_password": "UPDATE person SET password_hash = 'KANARIA-person_password-' || id",
    "key_label": "UPDATE api_key SET label = 'KANARIA-key_label-' || id",
    "income_basis": "UPDATE funding_terms SET income_basis = "
    "jsonb_build_object('income', 'KANARIA-income_basis-' || id)",
    "charge_worker": "UPDATE charge SET worker = 'KANARIA-charge_worker-' || id",
}
SOURCE = {
    "client_name": "client",
    "client_identity": "client",
    "person_identity": "person",
    "person_password": "person",
    "key_label": "api_key",
    "income_basis": "funding_terms",
    "charge_worker": "charge",
}

COPY = "/api/v1/me/data"
"""A copy of everything about the client has what no page shows: it is the client's own (record 0193)."""

IN_A_COPY = {
    "income_basis": "SELECT t.id FROM funding_terms t JOIN funding f ON f.id = t.funding_id"
    " WHERE f.client_id = ANY(:own)",
    "key_label": "SELECT k.id FROM api_key k JOIN role_grant g ON g.person_id = k.person_id"
    " WHERE g.client_id = ANY(:own)",
}
"""The rows of these fields that are in the copy of whoever is or acts for these clients."""


def copied(readers: Readers, role: Role) -> set[tuple[str, int]]:
    """The fields and rows that the copy of the first person of a role may have."""
    own = {"own": sorted(readers.own_clients(role))}
    fields = IN_A_COPY.items()
    return {(field, key) for field, query in fields for key in readers.session.scalars(text(query), own)}


def plant(session: Session) -> int:
    """Plant the values; return how many there are."""
    planted = 0
    for field, statement in PLANTED.items():
        session.execute(text(statement))
        planted += session.scalar(text(f"SELECT count(*) FROM {SOURCE[field]}")) or 0
    session.commit()
    return planted


@pytest.fixture(scope="module")
def canaries(seeded_app: SeededApp) -> Iterator[Readers]:
    with open_readers(seeded_app) as readers:
        assert plant(readers.session) >= 200
        yield readers


def known_clients(readers: Readers, role: Role) -> set[int]:
    """The clients whose names a role may read: all for a worker of their county, or those it knows."""
    person = readers.seeded.world.person(role.value)
    session = readers.session
    if role in CLIENT_ROLES:
        return readers.own_clients(role)
    if role in PROVIDER_ROLES:
        query = (
            "SELECT f.client_id FROM funding f JOIN provider p ON p.business_id = :code "
            "WHERE f.provider_id = p.id OR EXISTS (SELECT FROM choice c WHERE c.funding_id = f.id "
            "AND c.provider_id = p.id AND c.withdrawn_at IS NULL)"
        )
        return set(session.scalars(text(query), {"code": person["provider"]}))
    if role is Role.PROVIDER_WORKER:
        own = (
            "SELECT f.client_id FROM visit_worker w JOIN funding f ON f.id = w.funding_id "
            "JOIN role_grant g ON g.id = w.role_grant_id JOIN person p ON p.id = g.person_id "
            "WHERE p.name = :name"
        )
        return set(session.scalars(text(own), {"name": person["name"]}))
    query = "SELECT c.id FROM client c JOIN county y ON y.id = c.county_id WHERE y.code = :code"
    return set(session.scalars(text(query), {"code": person["county"]})) if role is Role.WORKER else set()


@pytest.mark.parametrize("role", READING_ROLES, ids=str)
def test_no_role_reads_what_it_may_not(canaries: Readers, role: Role) -> None:
    known, found = known_clients(canaries, role), dict[str, set[str]]()
    with written_log() as log:
        for path in canaries.paths():
            for field, number in CANARY.findall(canaries.get(role, path)):
                if path == COPY and (field, int(number)) in copied(canaries, role):
                    continue
                is_known = field != "client_name" or int(number) in known
                if role not in VISIBLE[field] or not is_known:
                    found.setdefault(path, set()).add(f"{field}-{number}")
    assert found == {}
    assert CANARY.findall(log.getvalue()) == []


@contextmanager
def written_log() -> Iterator[StringIO]:
    """Keep what any logger writes."""
    log, root = StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(log), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield log
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_mail_carries_one(canaries: Readers) -> None:
    bodies = [str(message.body) for message in canaries.session.scalars(select(OutboxMessage))]
    assert [body for body in bodies if CANARY.search(body)] == []


def test_the_canaries_are_seen_where_they_may_be(canaries: Readers) -> None:
    """A reader that sees nothing would find nothing wrong."""
    worker = canaries.get(Role.WORKER, "/tt/asiakkaat?haku=KANARIA")
    assert len(set(CANARY.findall(worker))) > 10
