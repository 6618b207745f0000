"""A case worker grants up to the own limit in one decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.actions.receive_decision import (
    DecisionReceived,
    faults_of_decision,
    receive_decision,
)
from clearing.grants.rules.granting import wrong_fields
from foundation.database.columns import days
from foundation.database.tables.people import RoleGrant
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, a_county, a_person
from tests.rules.decisions_builder import FACTS, HELP, document

OTHER = replace(HELP, external_id="b", amount_cents=Money(50_000))
OVER = [("fundings", "over_granting_limit")]


@pytest.mark.parametrize(("limit", "faults"), [(None, []), (150_000, []), (149_999, OVER)])
def test_all_fundings_of_a_decision_count(limit: int | None, faults: list[tuple[str, str]]) -> None:
    facts = replace(FACTS, granting_limit_cents=None if limit is None else Money(limit))
    found = wrong_fields(document(HELP, OTHER), facts)
    assert [(fault.field, fault.code) for fault in found] == faults


def faults(session: Session, worker: Actor) -> list[tuple[str, str]]:
    """Return what is wrong with a decision of 1,000.00 euros that the worker makes."""
    answer = receive_decision(session, document(), actor=worker, now=NOW)
    return [(fault.field, fault.code) for fault in answer.reasons] if isinstance(answer, Refusal) else []


def test_the_limit_is_that_of_the_roles_in_force(session: Session) -> None:
    worker = a_person(session, Role.WORKER, county_id=a_county(session).id)
    own = session.scalars(select(RoleGrant).where(RoleGrant.person_id == worker.person_id)).one()
    own.granting_limit_cents = 99_999
    session.flush()
    assert faults(session, worker) == OVER
    admin = replace(worker, role=Role.ADMIN)
    assert faults_of_decision(session, document(), actor=admin, now=NOW) == ()
    substitute = RoleGrant(
        person_id=worker.person_id,
        role=Role.WORKER,
        county_id=own.county_id,
        valid=days(date(2020, 1, 1), date(2020, 1, 2)),
    )
    session.add(substitute)
    session.flush()
    assert faults(session, worker) == OVER
    substitute.valid, substitute.granting_limit_cents = own.valid, 100_000
    session.flush()
    answer = receive_decision(session, document(), actor=worker, now=NOW)
    assert isinstance(answer, DecisionReceived)
