"""A filled book knows when its charges that were on hold were accepted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.charges.actions.judge_held_charge import admit_charge
from foundation.database.migrate import downgrade, upgrade
from foundation.database.tables.charges import Charge
from foundation.vocabulary.refusals import not_refused
from tests.builders import NOW
from tests.builders.api import sessions_on
from tests.builders.settlement import SettlementScenario, a_settlement_scenario

BEFORE = "0158"
RELEASED = NOW + timedelta(days=2)


def admitted(session: Session) -> dict[int, datetime | None]:
    return dict(session.execute(select(Charge.id, Charge.admitted_at)).all())


def hold_and_admit(session: Session, scenario: SettlementScenario, charge_id: int) -> None:
    hold_disputed_charge(session, charge_id, now=NOW + timedelta(days=1))
    not_refused(admit_charge(session, charge_id, why="Soitettu", actor=scenario.officer, now=RELEASED))


def test_the_upgrade_reads_it_from_the_ledger(fresh_database: str) -> None:
    with sessions_on(fresh_database) as sessions:
        with sessions() as session, session.begin():
            scenario = a_settlement_scenario(session)
            plain, held, still = (scenario.charge(session, 0) for _each in range(3))
            hold_and_admit(session, scenario, held)
            hold_disputed_charge(session, still, now=RELEASED)
            scenario.prepare(session, now=RELEASED)  # its provider still reads a day
        downgrade(fresh_database, BEFORE)
        upgrade(fresh_database)
        with sessions() as session:
            assert admitted(session) == {plain: None, held: RELEASED, still: None}


def test_a_charge_is_not_admitted_before_it_came_in(session: Session) -> None:
    scenario = a_settlement_scenario(session)
    scenario.charge(session, 0)
    early = text("UPDATE charge SET admitted_at = received_at - interval '1 second'")
    with pytest.raises(IntegrityError, match="ck_charge_admitted"), session.begin_nested():
        session.execute(early)
