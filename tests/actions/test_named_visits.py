"""Charges that name a planned visit: one counts at a time, and the plan knows which visit it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.facts.answers import ChargeAnswer
from clearing.plans.facts.plan import VisitId
from clearing.plans.load.funding_plans import used_visits
from foundation.database.tables.charges import Charge
from tests.builders import NOW, TODAY, a_charge
from tests.builders.correction import CorrectionScenario, a_correction_scenario

DAY = TODAY - timedelta(days=3)


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    return a_correction_scenario(session)


def charge(scenario: CorrectionScenario, visit: VisitId, day: date = DAY) -> ChargeAnswer:
    """Send a charge of two hours that names a visit."""
    sent = a_charge(scenario.funding, service_day=day.isoformat(), visit=visit.text)
    [answer] = take_in_charges(
        scenario.session,
        provider_id=scenario.provider_id,
        sent=[sent],
        actor=scenario.settlement.biller,
        now=NOW,
    )
    return answer


def codes(answer: ChargeAnswer) -> list[str]:
    return [finding.code for finding in answer.findings if finding.reason.severity == "R"]


def test_a_visit_is_charged_once_until_it_is_given_back(scenario: CorrectionScenario) -> None:
    visit = VisitId(scenario.choice.id, DAY, 1)
    first = charge(scenario, visit)
    assert first.outcome == "accepted", first.findings
    assert first.id is not None
    stored = scenario.session.get(Charge, first.id)
    assert stored is not None
    assert (stored.visit_day, stored.visit_number) == (DAY, 1)
    [used] = used_visits(scenario.session, [scenario.choice.id])[scenario.choice.id]
    assert used.visit == visit
    assert codes(charge(scenario, visit, DAY + timedelta(days=2))) == ["visit_charged"]
    scenario.correct(first.id, quantity=100)
    assert codes(charge(scenario, visit, DAY + timedelta(days=2))) == ["visit_charged"]
    scenario.correct(first.id)
    second = charge(scenario, visit, DAY + timedelta(days=2))
    assert second.outcome == "accepted"
    assert second.id is not None
    withdraw_charge(scenario.session, second.id, actor=scenario.settlement.biller, now=NOW)
    assert charge(scenario, visit, DAY + timedelta(days=1)).outcome == "accepted"


def test_the_database_refuses_a_second_charge_of_a_visit(scenario: CorrectionScenario) -> None:
    for number in (1, 2):
        assert charge(scenario, VisitId(scenario.choice.id, DAY, number), DAY - timedelta(days=number)).id
    with pytest.raises(IntegrityError, match="ux_charge_visit"), scenario.session.begin_nested():
        scenario.session.execute(text("UPDATE charge SET visit_number = 1 WHERE visit_number = 2"))
