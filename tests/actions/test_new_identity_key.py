"""A decision that arrives again after the key of identity codes was changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.actions.receive_decision import DecisionReceived, receive_decision
from clearing.grants.facts.decision import DecidedClient
from foundation.database.tables.clients import Client
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_county, a_person
from tests.rules.decisions_builder import document

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
BEFORE = replace(document().client, identity_hash="hash")
AFTER = replace(BEFORE, identity_hash="2:new", earlier_hashes=("1:older", "hash"))
OTHER_PERSON = replace(BEFORE, identity_hash="2:other", earlier_hashes=("1:another", "stranger"))


@pytest.fixture
def worker(session: Session) -> Actor:
    return a_person(session, Role.WORKER, county_id=a_county(session).id)


def receive(session: Session, worker: Actor, client: DecidedClient) -> DecisionReceived:
    answer = receive_decision(session, replace(document(), client=client), actor=worker, now=NOW)
    assert isinstance(answer, DecisionReceived)
    return answer


def hashes(session: Session) -> list[str | None]:
    session.expire_all()
    return list(session.scalars(select(Client.identity_hash)))


def test_the_version_stays_and_the_hash_is_renewed(session: Session, worker: Actor) -> None:
    first = receive(session, worker, BEFORE)
    again = receive(session, worker, AFTER)
    assert (again.version, again.stored, again.vouchers) == (first.version, False, first.vouchers)
    assert hashes(session) == ["2:new"]


def test_a_changed_document_renews_the_hash_too(session: Session, worker: Actor) -> None:
    receive(session, worker, BEFORE)
    assert receive(session, worker, replace(AFTER, name="Aino Uusi")).stored
    assert hashes(session) == ["2:new"]


def test_another_person_is_a_change_of_the_decision(session: Session, worker: Actor) -> None:
    receive(session, worker, BEFORE)
    assert receive(session, worker, OTHER_PERSON).stored
    assert hashes(session) == ["2:other"]
