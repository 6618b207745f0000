"""Who uploads a refusal or return does not approve the run that pays the money again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.ingest_bank_answer import ingest_bank_answer
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.rules.settling import RunRefusalCode
from clearing.payments.rules.verdicts import Decision
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW
from tests.builders.bank_answers import line, report_of
from tests.builders.people import a_person
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, payments_in, statement_of


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    scenario = a_settlement_scenario(session, providers_count=2)
    scenario.charge(session, 0)
    scenario.charge(session, 1, hours=1)
    return scenario


def answers(bank_file: bytes) -> dict[str, bytes]:
    """How the money of a sent payment may come back before its debit is known."""
    name, cents = next(iter(payments_in(bank_file).items()))
    return {
        "refusal": report_of(bank_file, line(name, "RJCT", "AM09")),
        "return": statement_of({name: cents}, returned=True),
    }


def approve(session: Session, run: RunContents, actor: Actor) -> RunContents | Refusal:
    return approve_payment_run(session, run.run.id, run.hash(), actor=actor, now=NOW)


def another_approver(session: Session, scenario: SettlementScenario) -> Actor:
    return a_person(session, Role.SETTLEMENT_APPROVER, name="Aino Approver", county_id=scenario.county.id)


@pytest.mark.parametrize("way", ["refusal", "return"])
def test_another_person_than_the_uploader_approves_what_came_back(
    session: Session, scenario: SettlementScenario, way: str
) -> None:
    bank_file = scenario.pay(session)
    content = answers(bank_file)[way]
    report = not_refused(ingest_bank_answer(session, content, actor=scenario.approver, now=NOW))
    assert (report.returned, report.unmatched) == (1, ())
    run = scenario.prepare(session)
    assert [payment.line.sum_cents for payment in run.payments] == [7_200]
    assert approve(session, run, scenario.approver) == Refusal(RunRefusalCode.UPLOADED_RETURN)
    other = another_approver(session, scenario)
    approved = not_refused(approve(session, run, other))
    scenario.export(session, approved)
    scenario.charge(session, 0)
    again = scenario.prepare(session)
    assert [payment.line.sum_cents for payment in again.payments] == [7_200]
    not_refused(approve(session, again, scenario.approver))


def test_who_uploaded_a_return_that_was_decided_by_another_does_not_approve_it_either(
    session: Session, scenario: SettlementScenario
) -> None:
    sent = payments_in(scenario.pay(session))
    scenario.ingest(session, statement_of(sent))
    returned = statement_of(sent, returned=True)
    not_refused(ingest_bank_answer(session, returned, actor=scenario.approver, now=NOW))
    first, scenario.approver = scenario.approver, another_approver(session, scenario)
    assert scenario.decide(session, Decision.HOLDS) == 2
    run = scenario.prepare(session)
    assert approve(session, run, first) == Refusal(RunRefusalCode.UPLOADED_RETURN)
    not_refused(approve(session, run, scenario.approver))


def test_others_of_the_run_are_no_reason(session: Session, scenario: SettlementScenario) -> None:
    """An answer that confirms, and a return of somebody whom the run does not pay, hinder nobody."""
    bank_file = scenario.pay(session)
    (first, cents), (second, _) = payments_in(bank_file).items()
    booked = statement_of({first: cents})
    not_refused(ingest_bank_answer(session, booked, actor=scenario.approver, now=NOW))
    refused = report_of(bank_file, line(second, "RJCT", "AC04"))
    not_refused(ingest_bank_answer(session, refused, actor=scenario.approver, now=NOW))
    scenario.charge(session, 0)
    run = scenario.prepare(session)
    assert [payment.line.sum_cents for payment in run.payments] == [7_200]
    not_refused(approve(session, run, scenario.approver))
