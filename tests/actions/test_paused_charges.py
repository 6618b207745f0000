"""Days away from all help are an announced absence: a charge of such a day waits for the county (R-29)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.facts.answers import ChargeAnswer
from clearing.grants.load.proof_documents import documents_against_fundings
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor
from marketplace.actions.pause_plan import DaysAway, Paused, end_pause, pause_plan
from tests.actions.test_choose_offering import ChoiceScenario, chosen
from tests.builders import NOW, a_charge

FIRST, LAST = date(2026, 11, 23), date(2026, 11, 25)
LATER = datetime.combine(date(2026, 12, 1), NOW.timetz())


@pytest.fixture
def scenario(session: Session) -> ChoiceScenario:
    return ChoiceScenario(session)


def pause(scenario: ChoiceScenario, last: date | None, choice_id: int | None = None) -> Paused:
    """Be away from one choice or from all help."""
    away = DaysAway(FIRST, last, choice_id)
    made = pause_plan(
        scenario.session, client_id=scenario.client.id, away=away, actor=scenario.actor, now=NOW
    )
    return not_refused(made)


def charge(scenario: ChoiceScenario, day: date) -> ChargeAnswer:
    """Charge an hour of a day on 1 December."""
    sent = a_charge(scenario.funding, service_day=day.isoformat(), reference=str(day), unit_price="30.00")
    actor = Actor(None, None, "test")
    [answer] = take_in_charges(
        scenario.session, provider_id=scenario.provider.id, sent=[sent], actor=actor, now=LATER
    )
    return answer


def outcomes(scenario: ChoiceScenario) -> list[str]:
    """Return the outcomes of charges of the days before, in and after the days away."""
    days = (date(2026, 11, 22), FIRST, LAST, date(2026, 11, 26))
    answers = [charge(scenario, day) for day in days]
    codes = {finding.code for answer in answers for finding in answer.findings if answer.outcome == "on_hold"}
    assert codes <= {"impossible_day"}
    assert documents_against_fundings(scenario.session) == []
    return [answer.outcome for answer in answers]


def test_a_charge_in_days_away_from_all_help_is_held(scenario: ChoiceScenario) -> None:
    chosen(scenario.choose())
    pause(scenario, LAST)
    assert outcomes(scenario) == ["accepted", "on_hold", "on_hold", "accepted"]


def test_days_away_until_further_notice_are_an_absence(scenario: ChoiceScenario) -> None:
    chosen(scenario.choose())
    pause(scenario, None)
    assert outcomes(scenario) == ["accepted", "on_hold", "on_hold", "on_hold"]


def test_days_away_that_were_taken_back_are_none(scenario: ChoiceScenario) -> None:
    chosen(scenario.choose())
    made = pause(scenario, LAST)
    not_refused(end_pause(scenario.session, pause_id=made.pause_id, actor=scenario.actor, now=NOW))
    assert outcomes(scenario) == ["accepted"] * 4


def test_days_away_from_one_choice_are_no_absence(scenario: ChoiceScenario) -> None:
    made = chosen(scenario.choose())
    pause(scenario, LAST, made.choice_id)
    assert outcomes(scenario) == ["accepted"] * 4
