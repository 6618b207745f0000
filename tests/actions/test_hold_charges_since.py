"""R-14: an approval is suspended or ended from a past day, and the charges since then wait for the county."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from clearing.charges.actions.judge_held_charge import admit_charge, refuse_charge
from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.load.charge_register import one_charge
from clearing.eligibility.facts.kinds import ApprovalState
from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.leave_out_changed import leave_out_changed
from clearing.upkeep.actions.verify_books import verify_books
from county_desk.load.worklist import Worklist, load_worklist
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.approve_provider import ApprovalChanged, change_approval
from tests.builders import NOW, TODAY, a_charge, a_person
from tests.builders.correction import CorrectionScenario, a_correction_scenario

SINCE = TODAY - timedelta(days=10)
SEEN = ("charges_since",)
CODE = "approval_changed_afterwards"


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    """The county pays 30 € of 36 € an hour; the choice holds 500 € of 1 000 €."""
    return a_correction_scenario(session)


@pytest.fixture
def worker(session: Session, scenario: CorrectionScenario) -> Actor:
    return a_person(session, Role.WORKER, county_id=scenario.settlement.county.id)


def suspend(
    scenario: CorrectionScenario,
    worker: Actor,
    *,
    state: ApprovalState = ApprovalState.SUSPENDED,
    from_day: date = SINCE,
    acknowledged: tuple[str, ...] = SEEN,
) -> ApprovalChanged | Refusal:
    """Change the approval of the provider from the day on."""
    return change_approval(
        scenario.session,
        provider_id=scenario.provider_id,
        county_id=scenario.settlement.county.id,
        service="PERSONAL_ASSISTANCE",
        state=state,
        from_day=from_day,
        why="Valvonta",
        acknowledged=acknowledged,
        actor=worker,
        now=NOW,
    )


def state_of(scenario: CorrectionScenario, charge_id: int) -> tuple[str, list[str]]:
    """The state of a charge, and the codes of its reasons."""
    charge = one_charge(scenario.session, charge_id)
    assert charge is not None
    return charge.state, [finding.code for finding in charge.findings]


def worklist(scenario: CorrectionScenario) -> Worklist:
    """What waits for the county today."""
    return load_worklist(scenario.session, scenario.settlement.county.id, day=TODAY)


def test_the_charges_since_then_are_named_before_anything_is_saved(
    scenario: CorrectionScenario, worker: Actor
) -> None:
    before, since = scenario.charge(day=SINCE - timedelta(days=1)), scenario.charge(day=SINCE)
    refused = suspend(scenario, worker, acknowledged=())
    assert isinstance(refused, Refusal)
    assert (refused.code, dict(refused.values)) == (
        "charges_since",
        {
            "held": 1,
            "held_cents": 6_000,
            "taken_back": 0,
            "taken_back_cents": 0,
            "left": 0,
            "left_cents": 0,
        },
    )
    assert state_of(scenario, since) == state_of(scenario, before) == ("accepted", [])


@pytest.mark.parametrize(
    "state", [ApprovalState.SUSPENDED, ApprovalState.ENDED, ApprovalState.PENDING], ids=str
)
def test_they_are_held_and_not_paid(
    scenario: CorrectionScenario, worker: Actor, state: ApprovalState
) -> None:
    before, since = scenario.charge(day=SINCE - timedelta(days=1)), scenario.charge(day=SINCE)
    changed = not_refused(suspend(scenario, worker, state=state))
    assert [charge.id for charge in changed.since.held] == [since]
    assert state_of(scenario, before) == ("accepted", [])
    assert state_of(scenario, since) == ("on_hold", [CODE])
    held = 0 if state is ApprovalState.ENDED else 50_000 - 6_000
    assert scenario.money() == (100_000 - 6_000 - held, held, 6_000, 0)
    run = scenario.settlement.prepare(scenario.session)
    assert [settlement.line.charge_count for settlement in run.settlements] == [1]
    assert verify_books(scenario.session).differences == ()


def test_a_run_already_prepared_does_not_pay_them(scenario: CorrectionScenario, worker: Actor) -> None:
    key = scenario.charge(day=SINCE)
    scenario.settlement.prepare(scenario.session)
    not_refused(suspend(scenario, worker))
    assert state_of(scenario, key) == ("on_hold", [CODE])
    assert verify_books(scenario.session).differences == ()


def test_a_settled_charge_stays_and_a_corrected_one_is_taken_back(
    scenario: CorrectionScenario, worker: Actor
) -> None:
    settled = scenario.charge(day=SINCE)
    scenario.settle()
    corrected = scenario.charge("3.00", day=SINCE + timedelta(days=1))
    scenario.correct(corrected, quantity=100)
    given_back = scenario.charge("4.00", day=SINCE + timedelta(days=2))
    scenario.correct(given_back)
    changed = not_refused(suspend(scenario, worker))
    assert changed.since.held == []
    assert [(charge.id, charge.county_pays_cents) for charge in changed.since.left] == [(settled, 6_000)]
    assert [(charge.id, charge.county_pays_cents) for charge in changed.since.taken_back] == [
        (corrected, 6_000)
    ]
    assert state_of(scenario, settled)[0] == "settled"
    assert scenario.money() == (50_000, 44_000, 0, 6_000)
    run = scenario.settlement.prepare(scenario.session)
    assert run.payments == ()
    assert verify_books(scenario.session).differences == ()


def test_a_corrected_charge_leaves_a_prepared_run(scenario: CorrectionScenario, worker: Actor) -> None:
    corrected = scenario.charge("3.00", day=SINCE)
    scenario.correct(corrected, quantity=100)
    run = scenario.settlement.prepare(scenario.session)
    assert run.sum_cents == 6_000
    not_refused(suspend(scenario, worker))
    refused = approve_payment_run(
        scenario.session, run.run.id, run.hash(), actor=scenario.settlement.approver, now=NOW
    )
    assert isinstance(refused, Refusal)
    assert refused.code == "run_changed"
    left = not_refused(
        leave_out_changed(scenario.session, run.run.id, actor=scenario.settlement.approver, now=NOW)
    )
    assert left.sum_cents == 0


def test_the_county_and_not_the_provider_restores_what_was_taken_back(
    scenario: CorrectionScenario, worker: Actor
) -> None:
    own = scenario.correct(scenario.charge("3.00", day=SINCE), quantity=100)
    not_refused(suspend(scenario, worker))
    taken_back = own + 1
    for correction in (own, taken_back):
        assert scenario.refusals(correction) == {"provider_suspended"}
    wish = CorrectionWish("KORJAUS-1", CorrectionReason.AGREED)
    restored = not_refused(
        correct_charge(scenario.session, taken_back, wish=wish, actor=scenario.settlement.officer, now=NOW)
    )
    assert (restored.outcome, restored.county_pays_cents) == ("accepted", 6_000)
    assert scenario.settlement.prepare(scenario.session).sum_cents == 6_000
    again = not_refused(suspend(scenario, worker, state=ApprovalState.ENDED))
    assert [charge.county_pays_cents for charge in again.since.taken_back] == [6_000]
    assert verify_books(scenario.session).differences == ()


def test_the_worker_admits_against_the_approval_or_refuses(
    scenario: CorrectionScenario, worker: Actor
) -> None:
    kept, dropped = scenario.charge(day=SINCE), scenario.charge("3.00", day=SINCE)
    not_refused(suspend(scenario, worker))
    again = not_refused(admit_charge(scenario.session, kept, why="Tehty", actor=worker, now=NOW))
    assert (again.state, again.findings) == ("accepted", ())
    assert not_refused(refuse_charge(scenario.session, dropped, why="Ei", actor=worker, now=NOW)).state == (
        "rejected"
    )
    assert scenario.money() == (50_000, 44_000, 6_000, 0)


def test_a_charge_on_hold_already_gets_the_reason_once(scenario: CorrectionScenario, worker: Actor) -> None:
    scenario.charge(day=SINCE)
    double = scenario.send(day=SINCE)
    assert double.id is not None
    not_refused(suspend(scenario, worker))
    assert state_of(scenario, double.id) == ("on_hold", [CODE, "possible_double"])
    not_refused(suspend(scenario, worker, state=ApprovalState.ENDED))
    assert state_of(scenario, double.id) == ("on_hold", [CODE, "possible_double"])


def test_clients_with_held_money_stand_on_the_worklist(scenario: CorrectionScenario, worker: Actor) -> None:
    scenario.charge(day=SINCE)
    scenario.charge("3.00", day=SINCE)
    assert worklist(scenario).changed_afterwards.total == 0
    not_refused(suspend(scenario, worker))
    [changed] = worklist(scenario).changed_afterwards.shown
    assert (changed.client_id, changed.count, changed.cents) == (scenario.funding.client_id, 2, 15_000)


def test_other_services_and_later_charges_are_not_touched(
    scenario: CorrectionScenario, worker: Actor
) -> None:
    key = scenario.charge(day=SINCE)
    not_refused(suspend(scenario, worker, from_day=SINCE + timedelta(days=1), acknowledged=()))
    assert state_of(scenario, key) == ("accepted", [])
    sent = a_charge(scenario.funding, service_day=(SINCE + timedelta(days=1)).isoformat())
    [answer] = take_in_charges(
        scenario.session,
        provider_id=scenario.provider_id,
        sent=[sent],
        actor=scenario.settlement.biller,
        now=NOW,
    )
    assert [finding.code for finding in answer.findings] == ["provider_suspended"]
