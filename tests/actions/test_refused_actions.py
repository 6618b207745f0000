"""A refused action has changed nothing: no row of any table, whether the caller commits or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.charges.actions.judge_held_charge import admit_charge, refuse_charge
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.claim_recovery import claim_recovery
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.actions.hold_settlement import hold_settlement
from clearing.payments.actions.ingest_bank_answer import ingest_bank_answer
from clearing.payments.actions.prepare_payment_run import cancel_payment_run, prepare_payment_run
from clearing.payments.load.payment_runs import RunContents
from foundation.database.columns import Base
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from tests.builders import NOW, TODAY
from tests.builders.settlement import SettlementScenario, a_settlement_scenario

WRONG_BOOKS = "UPDATE balance SET free_cents = free_cents - 1, held_cents = held_cents + 1"
LESS_TO_PAY = "UPDATE charge SET state = 'withdrawn' WHERE id = (SELECT min(id) FROM charge)"
WISH = CorrectionWish("K-1", CorrectionReason.AGREED)
Step = Callable[[Session, SettlementScenario, RunContents], object]


def prepare(session: Session, scenario: SettlementScenario, days: int = 0) -> object:
    until = TODAY + timedelta(days=days)
    return prepare_payment_run(session, county=scenario.county, until=until, actor=scenario.officer, now=NOW)


def approve(session: Session, scenario: SettlementScenario, run: RunContents, seen_hash: str = "") -> object:
    run_hash = seen_hash or run.hash()
    return approve_payment_run(session, run.run.id, run_hash, actor=scenario.approver, now=NOW)


def hold(session: Session, scenario: SettlementScenario, run: RunContents) -> object:
    other = replace(scenario.officer, person_id=scenario.approver.person_id)
    first = run.settlements[0].id
    return hold_settlement(session, run.run.id, first, hold=True, why="Lasku", actor=other, now=NOW)


def claim(session: Session, scenario: SettlementScenario) -> object:
    return claim_recovery(
        session,
        county_id=scenario.county.id,
        provider_id=scenario.provider_ids[0],
        amount_cents=Money(1),
        why="Lopetti",
        actor=scenario.officer,
        now=NOW,
    )


STEPS: list[tuple[str, str, Step]] = [
    ("until_in_future", "", lambda s, w, _: prepare(s, w, 1)),
    ("books_differ", WRONG_BOOKS, lambda s, w, _: prepare(s, w)),
    ("hash_differs", "", lambda s, w, r: approve(s, w, r, "0" * 64)),
    ("run_changed", LESS_TO_PAY, approve),
    ("books_differ", WRONG_BOOKS, approve),
    ("run_not_in_state", "", lambda s, w, r: export_bank_file(s, r.run.id, actor=w.officer, now=NOW)),
    ("role_forbidden", "", lambda s, w, r: cancel_payment_run(s, r.run.id, actor=w.approver, now=NOW)),
    ("not_preparer", "", hold),
    ("not_xml", "", lambda s, w, _: ingest_bank_answer(s, b"<a", actor=w.officer, now=NOW)),
    ("nothing_owed", "", lambda s, w, _: claim(s, w)),
    ("charge_not_open", "", lambda s, w, _: withdraw_charge(s, 0, actor=w.biller, now=NOW)),
    ("charge_not_open", "", lambda s, w, _: correct_charge(s, 0, wish=WISH, actor=w.biller, now=NOW)),
    ("charge_not_waiting", "", lambda s, w, _: admit_charge(s, 0, why="", actor=w.biller, now=NOW)),
    ("charge_not_waiting", "", lambda s, w, _: refuse_charge(s, 0, why="", actor=w.biller, now=NOW)),
]


@pytest.mark.parametrize(
    ("code", "planted", "step"), STEPS, ids=[f"{code}-{n}" for n, (code, *_) in enumerate(STEPS)]
)
def test_a_refused_action_leaves_every_table_as_it_was(
    session: Session, code: str, planted: str, step: Step
) -> None:
    scenario = a_settlement_scenario(session)
    for index in (0, 0, 1):
        scenario.charge(session, index)
    run = scenario.prepare(session)
    if planted:
        session.execute(text(planted))
        session.expire_all()
    before = every_row(session)
    refused = step(session, scenario, run)
    assert isinstance(refused, Refusal)
    assert refused.code == code
    assert every_row(session) == before


def every_row(session: Session) -> dict[str, object]:
    """All rows of all tables, by table."""
    session.flush()
    query = "SELECT json_agg(t ORDER BY t::text) FROM {} t"
    return {name: session.scalar(text(query.format(name))) for name in Base.metadata.tables}
