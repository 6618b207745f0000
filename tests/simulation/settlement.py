"""Settlement in the simulated year: weekly runs, and a bank that answers late, twice, out of order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.decide_open_answer import decide_open_answer
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.actions.ingest_bank_answer import ingest_bank_answer
from clearing.payments.actions.leave_out_changed import leave_out_changed
from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.rules.settling import RunRefusalCode
from clearing.payments.rules.verdicts import Decision, Mismatch
from foundation.database.tables.payments import Payment
from foundation.vocabulary.refusals import Refusal, not_refused
from tests.builders.settlement import payments_in, statement_of
from tests.simulation.county import SimulatedCounty

SETTLING_WEEKDAY = 2


@dataclass
class Bank:
    """The bank's own books, in whole cents by end-to-end id: payments ordered, made and returned."""

    ordered: dict[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    messages: defaultdict[date, list[tuple[dict[str, int], bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def out_cents(self) -> int:
        """Return the cents that have left the county's account and not returned, by the bank's reports."""
        return sum(cents for name, cents in self.paid.items() if name not in self.returned)


def prepare(county: SimulatedCounty) -> RunContents | None:
    """Prepare a run, on settling days."""
    if county.today.weekday() != SETTLING_WEEKDAY:
        return None
    county.done["prepare"] += 1
    until = county.day(-county.random.choice((0, 3)))
    return not_refused(
        prepare_payment_run(
            county.session, county=county.payer, until=until, actor=county.officer, now=county.at(9)
        )
    )


def pay(county: SimulatedCounty, bank: Bank, run: RunContents | None) -> None:
    """Approve the run as another officer, without what changed meanwhile; send its file to the bank."""
    if run is None:
        return
    if county.chance(0.2):
        refuse_own_approval(county, run)
    approved = _approved(county, run)
    if not approved.payments:
        county.done["run without payments"] += 1
        return
    run_id = approved.run.id
    first = not_refused(export_bank_file(county.session, run_id, actor=county.approver, now=county.at(15)))
    again = not_refused(export_bank_file(county.session, run_id, actor=county.officer, now=county.at(16)))
    assert first == again, f"run {approved.run.id} was exported with other bytes"
    county.done["run sent"] += 1
    _execute(county, bank, payments_in(first))


def refuse_own_approval(county: SimulatedCounty, run: RunContents) -> None:
    """Assert that the officer who prepared a run may not approve it."""
    refused = approve_payment_run(
        county.session, run.run.id, run.hash(), actor=county.officer, now=county.at(14)
    )
    assert isinstance(refused, Refusal), f"run {run.run.id} was approved by the officer who prepared it"
    county.done[f"approve: {refused.code}"] += 1


def _approved(county: SimulatedCounty, run: RunContents) -> RunContents:
    approved = approve_payment_run(
        county.session, run.run.id, run.hash(), actor=county.approver, now=county.at(14)
    )
    if not isinstance(approved, Refusal):
        county.done["approve"] += 1
        return approved
    assert approved.code == RunRefusalCode.CHANGED
    county.done[f"approve: {approved.code}"] += 1
    changed = not_refused(
        leave_out_changed(county.session, run.run.id, actor=county.approver, now=county.at(14))
    )
    return not_refused(
        approve_payment_run(
            county.session, changed.run.id, changed.hash(), actor=county.approver, now=county.at(15)
        )
    )


def _execute(county: SimulatedCounty, bank: Bank, payments: dict[str, int]) -> None:
    """Pay each payment once and plan the answers; some payments return, and answers come in any order."""
    assert not bank.ordered.keys() & payments.keys(), "a payment was sent to the bank twice"
    bank.ordered |= payments
    mail: defaultdict[tuple[date, bool], dict[str, int]] = defaultdict(dict)
    for name, cents in payments.items():
        returned, only = county.chance(0.15), county.chance(0.5)
        if not (returned and only):
            mail[county.day(county.random.randrange(1, 5)), False][name] = cents
        if returned:
            mail[county.day(county.random.randrange(1, 8)), True][name] = cents
    for (day, back), part in mail.items():
        for _ in range(2 if county.chance(0.3) else 1):
            bank.messages[day].append((part, back))
        if county.chance(0.2):
            bank.messages[county.day(9)].append((part, back))


def read_bank_answers(county: SimulatedCounty, bank: Bank) -> None:
    """Read the bank's answers of today, in random order."""
    messages = bank.messages.pop(county.today, [])
    county.random.shuffle(messages)
    for part, back in messages:
        content = statement_of(part, returned=back, day=county.today.isoformat())
        report = not_refused(
            ingest_bank_answer(county.session, content, actor=county.officer, now=county.at(18))
        )
        decide_open_answers(county)
        county.done["answer: returned" if back else "answer: paid"] += 1
        county.done["answer: known"] += bool(report.known)
        (bank.returned if back else bank.paid).update(part)


def decide_open_answers(county: SimulatedCounty) -> None:
    """Let the approver decide: money that came back did; a debit after it was the earlier half."""
    query = select(Payment.id, Payment.open_code).where(Payment.open_code.is_not(None))
    for payment_id, code in county.session.execute(query.order_by(Payment.id)).all():
        decision = Decision.HOLDS if code == Mismatch.SECOND_PERSON else Decision.DOES_NOT_HOLD
        actor, now = county.approver, county.at(18)
        not_refused(decide_open_answer(county.session, payment_id, decision, actor=actor, now=now))
        county.done[f"answer: {decision}"] += 1
