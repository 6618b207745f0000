"""Webhooks: what leaves an event, and who gets it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.actions.judge_held_charge import admit_charge, refuse_charge
from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.webhooks.actions.keep_webhooks import (
    edit_webhook,
)
from clearing.webhooks.facts.events import EventType
from foundation.database.tables.providers import Offering
from foundation.database.tables.webhooks import WebhookDelivery
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.answer_charge import dispute_charge
from marketplace.load.charges import charge_by_id
from provider_portal.write.charge_files import begin_file, finish_file
from tests.builders import NOW, a_county, a_person, a_provider
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.funding import a_charge, a_choice
from tests.builders.settlement import payments_in, statement_of
from tests.builders.webhooks import a_keeper, a_webhook, events_of

OTHER = "https://other.example.com/hook"


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    """A provider with a charge's world, and a webhook for every event."""
    scenario = a_correction_scenario(session)
    a_webhook(session, scenario.provider_id, owner(scenario))
    session.flush()
    return scenario


def owner(scenario: CorrectionScenario) -> Actor:
    return a_person(scenario.session, Role.PROVIDER_OWNER, provider_id=scenario.provider_id)


def worker(scenario: CorrectionScenario) -> Actor:
    return a_person(scenario.session, Role.WORKER, county_id=scenario.settlement.county.id)


def test_a_charge_leaves_an_event_and_so_does_each_later_change(scenario: CorrectionScenario) -> None:
    session, biller = scenario.session, scenario.settlement.biller
    charge = scenario.charge()
    scenario.correct(charge, quantity=50)
    second = scenario.charge("1.00")
    assert not isinstance(withdraw_charge(session, second, actor=biller, now=NOW), type(None))
    scenario.send("900.00")
    assert events_of(session) == [
        "charge.accepted",
        "charge.corrected",
        "charge.accepted",
        "charge.withdrawn",
        "charge.refused",
    ]
    subjects = list(session.scalars(select(WebhookDelivery.subject_id).order_by(WebhookDelivery.id)))
    assert (subjects[0], subjects[2], subjects[3]) == (charge, second, second)


@pytest.mark.parametrize(("admits", "said"), [(True, "charge.admitted"), (False, "charge.rejected")])
def test_a_dispute_and_what_the_county_decides_are_reported(
    scenario: CorrectionScenario, admits: bool, said: str
) -> None:
    session, charge = scenario.session, scenario.charge()
    client = a_person(session, Role.CLIENT, client_id=scenario.funding.client_id)
    seen = charge_by_id(session, charge)
    assert seen is not None
    not_refused(dispute_charge(session, charge=seen, why="Kukaan ei käynyt", actor=client, now=NOW))
    judge = admit_charge if admits else refuse_charge
    not_refused(judge(session, charge, why="Soitettu", actor=worker(scenario), now=NOW))
    found = events_of(session)
    assert found[0] == "charge.accepted"
    assert {"charge.disputed", "charge.on_hold", said} <= set(found)


def test_a_run_reports_each_step_of_a_settlement(scenario: CorrectionScenario) -> None:
    session, settlement = scenario.session, scenario.settlement
    scenario.charge()
    run = settlement.approve(session, settlement.prepare(session))
    bank_file = settlement.export(session, run)
    settlement.ingest(session, statement_of(payments_in(bank_file)))
    assert events_of(session)[1:] == ["settlement.approved", "settlement.sent", "settlement.paid"]


def test_choices_are_reported_and_a_change_of_their_hold_is_not(scenario: CorrectionScenario) -> None:
    session = scenario.session
    offering = session.get_one(Offering, scenario.choice.offering_id)
    choice = a_choice(session, scenario.funding, offering, held_cents=0)
    session.flush()
    choice.held_cents = 100
    session.flush()
    choice.ends_on = NOW.date()
    session.flush()
    assert events_of(session) == ["choice.made", "choice.ended"]


def test_charges_of_a_file_are_reported_by_the_file_alone(scenario: CorrectionScenario) -> None:
    session, key = scenario.session, scenario.provider_id
    made = begin_file(session, provider_id=key, name="a.csv", sha256="0" * 64, rows=3, now=NOW, by=None)
    assert made is not None
    sent = [a_charge(scenario.funding, reference=f"F-{row}", quantity="0.50") for row in range(3)]
    biller = scenario.settlement.biller
    answers = take_in_charges(
        session, provider_id=key, sent=sent, actor=biller, now=NOW, from_file=True, file_id=made
    )
    assert len(answers) == 3
    assert events_of(session) == []
    counts = {"accepted": 3, "refused": 0, "on_hold": 0, "duplicates": 0}
    finish_file(session, made, counts, [])
    assert events_of(session) == ["charge_file.finished"]


def test_an_event_is_one_for_every_address_and_only_where_it_is_wanted(scenario: CorrectionScenario) -> None:
    session = scenario.session
    other = a_webhook(session, scenario.provider_id, owner(scenario), url=OTHER)
    keeper = a_keeper(scenario.provider_id, owner(scenario))
    paused = a_webhook(session, scenario.provider_id, owner(scenario), url="https://c.example.com/")
    not_refused(edit_webhook(session, keeper, paused.webhook.id, state="paused"))
    scenario.charge()
    rows = session.execute(select(WebhookDelivery.webhook_id, WebhookDelivery.event_id)).all()
    assert len(rows) == 2
    assert len({event for _, event in rows}) == 1
    not_refused(edit_webhook(session, keeper, other.webhook.id, events=[EventType.SETTLEMENT_PAID]))
    scenario.charge("1.00")
    assert len(events_of(session)) == 3


def test_another_provider_hears_nothing(session: Session) -> None:
    scenario = a_correction_scenario(session)
    other = a_provider(session, a_county(session, code="99"), business_id="2345678-0", name="Toinen Oy")
    a_webhook(session, other.id, owner(scenario))
    scenario.charge()
    assert events_of(session) == []
