"""How a county pays a provider: chosen by one person, confirmed by another; a restored copy pays nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.choose_rail import choose_rail, confirm_rail, withdraw_rail
from clearing.payments.actions.compare_with_stripe import Comparison, compare_with_stripe
from clearing.payments.actions.leave_out_changed import leave_out_changed
from clearing.payments.actions.send_stripe_calls import CallResult
from clearing.payments.actions.unfreeze_settlement import unfreeze_settlement
from clearing.payments.gateways.stripe_orders import TransferOrder
from clearing.payments.load.rails import rail_in_use, rails_of_provider, waiting_rails
from clearing.payments.load.stripe_payees import stripe_payees
from clearing.payments.rules.payouts import WaitReason, why_stripe_waits
from clearing.payments.rules.rails import RailRefusal
from clearing.payments.rules.settling import RunRefusalCode
from clearing.payments.rules.stripe_payees import Rail
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.stripe import PaymentRail, StripeAccount, StripeCall
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from tests.builders.county import NOW
from tests.builders.engines import release
from tests.builders.restored_county import MOVED
from tests.builders.settlement import SettlementScenario, a_settlement_scenario
from tests.builders.stripe import DUE, a_stripe_world
from tests.builders.stripe_run import HalfAndHalf


@pytest.fixture
def half(fresh_database: str) -> Iterator[HalfAndHalf]:
    with a_stripe_world() as world:
        half = HalfAndHalf(fresh_database, world)
        yield half
        release(half.engine)


@pytest.fixture
def scenario(session: Session) -> SettlementScenario:
    """A provider with an account at Stripe that is ready, and that is paid by the bank."""
    scenario = a_settlement_scenario(session, providers_count=1)
    session.add(
        StripeAccount(
            county_id=scenario.county.id,
            provider_id=scenario.provider_ids[0],
            account="acct_1",
            live=False,
            made_at=NOW,
            seen_at=NOW,
            can_receive=True,
            pays_out=True,
            is_submitted=True,
            asks=[],
        )
    )
    session.flush()
    return scenario


def choose(session: Session, scenario: SettlementScenario, rail: Rail, **more: object) -> int | Refusal:
    arguments = {"why": "Yritys pyysi.", "actor": scenario.officer, "now": NOW, **more}
    return choose_rail(session, scenario.county.id, scenario.provider_ids[0], rail, **arguments)  # type: ignore[arg-type]


def test_two_people_change_the_rail_and_it_waits_48_hours(
    session: Session, scenario: SettlementScenario
) -> None:
    county_id, provider_id = scenario.county.id, scenario.provider_ids[0]
    key = not_refused(choose(session, scenario, Rail.STRIPE))
    assert [choice.id for choice in waiting_rails(session, county_id)] == [key]
    assert rail_in_use(session, county_id, provider_id) is None
    assert stripe_payees(session, county_id, [provider_id]) == {}, "the earlier way counts until then"
    same = confirm_rail(session, county_id, key, actor=scenario.officer, now=NOW)
    assert same == Refusal(RailRefusal.SAME_PERSON)
    not_refused(confirm_rail(session, county_id, key, actor=scenario.approver, now=NOW))
    payee = stripe_payees(session, county_id, [provider_id])[provider_id]
    two_days = timedelta(hours=48)
    assert why_stripe_waits(payee, NOW + two_days - timedelta(seconds=1)) is WaitReason.STRIPE_CHANGED
    assert why_stripe_waits(payee, NOW + two_days) is None
    assert choose(session, scenario, Rail.STRIPE) == Refusal(RailRefusal.IN_USE, "rail")
    back = not_refused(choose(session, scenario, Rail.BANK, actor=scenario.approver))
    not_refused(confirm_rail(session, county_id, back, actor=scenario.officer, now=NOW))
    assert stripe_payees(session, county_id, [provider_id]) == {}
    assert [choice.rail for choice in rails_of_provider(session, county_id, provider_id)] == [
        Rail.BANK,
        Rail.STRIPE,
    ]
    acts = session.scalars(select(AuditEvent.act).where(AuditEvent.act.startswith("payment_rail.")))
    assert sorted(acts) == ["payment_rail.choose"] * 2 + ["payment_rail.confirm"] * 2


def test_a_new_choice_takes_the_place_of_one_that_waits(
    session: Session, scenario: SettlementScenario
) -> None:
    county_id = scenario.county.id
    first = not_refused(choose(session, scenario, Rail.STRIPE))
    second = not_refused(choose(session, scenario, Rail.STRIPE, why="Toinen syy"))
    assert [choice.id for choice in waiting_rails(session, county_id)] == [second]
    gone = confirm_rail(session, county_id, first, actor=scenario.approver, now=NOW)
    assert gone == Refusal(RailRefusal.NOT_WAITING)
    not_refused(withdraw_rail(session, county_id, second, actor=scenario.approver, now=NOW))
    assert waiting_rails(session, county_id) == []


def test_who_may_not_and_what_is_missing(session: Session, scenario: SettlementScenario) -> None:
    officer = scenario.officer
    strangers = (
        Actor(officer.person_id, Role.WORKER, "", scenario.county.id),
        Actor(officer.person_id, Role.SETTLEMENT_OFFICER, "", scenario.county.id + 1),
        Actor(None, Role.SETTLEMENT_OFFICER, "", scenario.county.id),
    )
    for actor in strangers:
        assert choose(session, scenario, Rail.STRIPE, actor=actor) == Refusal(RailRefusal.ROLE_FORBIDDEN)
    assert choose(session, scenario, Rail.STRIPE, why=" ") == Refusal(RailRefusal.WHY_MISSING, "why")
    unknown = choose_rail(session, scenario.county.id, 0, Rail.STRIPE, why="x", actor=officer, now=NOW)
    assert unknown == Refusal(RailRefusal.PROVIDER_UNKNOWN)
    key = not_refused(choose(session, scenario, Rail.STRIPE))
    session.execute(update(StripeAccount).values(can_receive=False))
    refused = confirm_rail(session, scenario.county.id, key, actor=scenario.approver, now=NOW)
    assert refused == Refusal(RailRefusal.NOT_READY)
    assert choose(session, scenario, Rail.STRIPE) == Refusal(RailRefusal.NOT_READY, "rail")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment_rail SET confirmed_at = now(), confirmed_by = chosen_by",
        "UPDATE payment_rail SET confirmed_at = now()",
        "UPDATE payment_rail SET stripe_account_id = NULL",
        "UPDATE payment_rail SET rail = 'cheque'",
    ],
)
def test_the_database_refuses_what_the_rules_do(
    session: Session, scenario: SettlementScenario, statement: str
) -> None:
    not_refused(choose(session, scenario, Rail.STRIPE))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(statement))


def test_a_changed_rail_leaves_a_prepared_run(half: HalfAndHalf) -> None:
    with half.sessions.begin() as session:
        run = half.scenario.prepare(session)
    with half.sessions.begin() as session:
        provider_id = half.scenario.provider_ids[2]
        session.execute(delete(PaymentRail).where(PaymentRail.provider_id == provider_id))
    with half.sessions.begin() as session:
        approver = half.scenario.approver
        refused = approve_payment_run(session, run.run.id, run.hash(), actor=approver, now=NOW)
        assert refused == Refusal(RunRefusalCode.CHANGED)
        left = not_refused(leave_out_changed(session, run.run.id, actor=approver, now=NOW))
    assert [line.reason for line in left.left_out] == [WaitReason.RAIL_CHANGED]
    assert left.sum_cents == 21_600


def test_a_restored_copy_calls_nobody_until_it_was_compared_and_matched(half: HalfAndHalf) -> None:
    run = half.sent()
    with half.sessions.begin() as session:
        session.execute(MOVED)
    assert half.send() == [CallResult.STOPPED] * 2
    assert half.world.loopback.requests[-1][1] != "transfers"
    county, officer = half.scenario.county, half.scenario.officer
    release_it = {"county_id": county.id, "why": "Täsmää", "actor": officer, "now": DUE}
    with half.sessions.begin() as session:
        refused = unfreeze_settlement(session, **release_it)  # type: ignore[arg-type]
        assert refused == Refusal(RunRefusalCode.NOT_COMPARED)
    # What the lost time has paid: the backup is from before the transfers, Stripe has them.
    with half.sessions.begin() as session:
        lost = run.by(Rail.STRIPE)[0]
        session.execute(update(StripeCall).values(due_at=DUE))
    order = TransferOrder(lost.line.stripe_account, lost.line.end_to_end_id, f"OMA12R{run.run.id}", 7_200, "")
    half.world.rail.make_transfer(order, lost.line.end_to_end_id)
    found = compare_with_stripe(half.sessions, county, half.world.rail, now=DUE)
    assert found == Comparison(transfers=1, applied=1, findings=0)
    with half.sessions.begin() as session:
        assert isinstance(unfreeze_settlement(session, **release_it), str)  # type: ignore[arg-type]
    half.world.send(half.sessions, DUE + timedelta(hours=1))
    assert half.sums() == (0, 14_400, 14_400)
    assert len([1 for one in half.world.books.held.values() if one["object"] == "transfer"]) == 2
