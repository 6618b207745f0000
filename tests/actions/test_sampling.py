"""R-33: what the county's sampling setting picks waits for a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from clearing.charges.actions.judge_held_charge import admit_charge
from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.facts.answers import ChargeAnswer
from foundation.database.tables.counties import County
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import (
    NOW,
    a_charge,
    a_person,
)
from tests.builders.chosen_offering import a_chosen_offering

TOMORROW = NOW + timedelta(days=1)
ACCEPTED: tuple[str, list[str]] = ("accepted", [])
SAMPLED = ("on_hold", ["sampled_for_check"])


class SamplingScenario:
    """A county whose sampling is set by the test, a client with plenty of money and a provider."""

    def __init__(self, session: Session) -> None:
        self.session = session
        chosen = a_chosen_offering(session, amount_cents=9_000_000, held_cents=0)
        self.county, self.provider, self.funding = chosen.county, chosen.provider, chosen.funding
        self.worker: Actor = a_person(session, Role.WORKER, county_id=self.county.id)
        self.days = 0

    def sample(self, **sampling: Any) -> None:
        """Set the county's sampling; without arguments it is off."""
        value = {"salt": "s", **sampling} if sampling else None
        self.session.execute(update(County).where(County.id == self.county.id).values(sampling=value))

    def send(self, *hours: str, at: Any = NOW) -> list[tuple[str, list[str]]]:
        """Send charges of so many hours, each on a day of its own; return outcome and codes of each."""
        answers = self.answers(*hours, at=at)
        return [(answer.outcome, [finding.code for finding in answer.findings]) for answer in answers]

    def answers(self, *hours: str, at: Any = NOW) -> list[ChargeAnswer]:
        """Send them; return the answers."""
        sent = []
        for quantity in hours:
            day = date(2026, 11, 20) - timedelta(days=self.days)
            self.days += 1
            sent.append(a_charge(self.funding, quantity=quantity, service_day=day.isoformat()))
        biller = Actor(None, Role.PROVIDER_BILLER, "b", provider_id=self.provider.id)
        return take_in_charges(self.session, provider_id=self.provider.id, sent=sent, actor=biller, now=at)


@pytest.fixture
def scenario(session: Session) -> SamplingScenario:
    return SamplingScenario(session)


def test_sampling_is_off_until_the_county_sets_it(scenario: SamplingScenario) -> None:
    assert scenario.send("2.00") == [ACCEPTED]
    scenario.sample(share_per_mille=1000)
    assert scenario.send("2.00") == [SAMPLED]
    scenario.sample()
    assert scenario.send("2.00") == [ACCEPTED]


def test_a_share_is_sampled_and_the_same_share_again(scenario: SamplingScenario) -> None:
    scenario.sample(share_per_mille=300)
    outcomes = scenario.send(*["2.00"] * 40)
    assert 4 <= outcomes.count(SAMPLED) <= 20
    assert outcomes.count(ACCEPTED) == 40 - outcomes.count(SAMPLED)


def test_over_an_amount(scenario: SamplingScenario) -> None:
    scenario.sample(over_cents=7_200)
    assert scenario.send("2.00", "2.01") == [ACCEPTED, SAMPLED]


def test_a_new_provider_waits_until_some_of_its_charges_are_accepted(scenario: SamplingScenario) -> None:
    scenario.sample(first_charges_of_provider=2)
    first, second, third = scenario.answers("2.00", "3.00", "4.00")
    for held in (first, second):
        assert held.id is not None
        charge = admit_charge(scenario.session, held.id, why="Katsottu", actor=scenario.worker, now=NOW)
        assert not isinstance(charge, Refusal)
        assert charge.state == "accepted"
    assert third.outcome == "on_hold"
    assert scenario.send("5.00") == [ACCEPTED]


def test_far_from_what_is_usual_before_today(scenario: SamplingScenario) -> None:
    scenario.sample(far_from_usual_hundredths=50)
    assert set(map(str, scenario.send(*["2.00"] * 9))) == {str(ACCEPTED)}
    assert scenario.send("9.00", at=TOMORROW) == [ACCEPTED], "nine charges make nothing usual"
    assert scenario.send("2.00", "9.00", at=TOMORROW) == [ACCEPTED, ACCEPTED], "today's do not count"
    later = TOMORROW + timedelta(days=1)
    assert scenario.send("3.00", "3.01", "1.00", "0.99", at=later) == [ACCEPTED, SAMPLED, ACCEPTED, SAMPLED]
