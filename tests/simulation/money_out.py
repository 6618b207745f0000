"""Settlement in the simulated year: weekly runs, and a bank that answers late, twice, out of order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.actions.ingest_bank_answer import ingest_bank_answer
from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.rules.settling import RunRefusalCode
from foundation.vocabulary.refusals import Refusal, not_refused
from tests.builders.settlement import payments_in, statement_of
from tests.simulation.town import Town

SETTLING_WEEKDAY = 2


@dataclass
class Bank:
    """The bank's own books, in whole cents by end-to-end id: what it was told, paid and took back."""

    told: dict[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    messages: defaultdict[date, list[tuple[dict[str, int], bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def out_cents(self) -> int:
        """What has left the county's account for good, as far as the county has been told."""
        return sum(cents for name, cents in self.paid.items() if name not in self.returned)


def prepare(town: Town) -> RunContents | None:
    """The officer prepares a run on settling days."""
    if town.today.weekday() != SETTLING_WEEKDAY:
        return None
    town.done["prepare"] += 1
    until = town.day(-town.random.choice((0, 3)))
    return not_refused(
        prepare_payment_run(town.session, county=town.payer, until=until, actor=town.officer, now=town.at(9))
    )


def pay(town: Town, bank: Bank, run: RunContents | None) -> None:
    """Another approves; a run that changed meanwhile is prepared anew. Then the file goes to the bank."""
    if run is None:
        return
    if town.chance(0.2):
        refuse_own_approval(town, run)
    approved = _approved(town, run)
    if not approved.payments:
        town.done["run without payments"] += 1
        return
    run_id = approved.run.id
    first = not_refused(export_bank_file(town.session, run_id, actor=town.approver, now=town.at(15)))
    again = not_refused(export_bank_file(town.session, run_id, actor=town.officer, now=town.at(16)))
    assert first == again, f"run {approved.run.id} was exported with other bytes"
    town.done["run sent"] += 1
    _execute(town, bank, payments_in(first))


def refuse_own_approval(town: Town, run: RunContents) -> None:
    """Whoever prepared may not approve."""
    refused = approve_payment_run(town.session, run.run.id, run.hash(), actor=town.officer, now=town.at(14))
    assert isinstance(refused, Refusal), f"run {run.run.id} was approved by the one who prepared it"
    town.done[f"approve: {refused.code}"] += 1


def _approved(town: Town, run: RunContents) -> RunContents:
    approved = approve_payment_run(town.session, run.run.id, run.hash(), actor=town.approver, now=town.at(14))
    if not isinstance(approved, Refusal):
        town.done["approve"] += 1
        return approved
    assert approved.code == RunRefusalCode.CHANGED
    town.done[f"approve: {approved.code}"] += 1
    again = prepare_payment_run(
        town.session, county=town.payer, until=run.run.until, actor=town.officer, now=town.at(14)
    )
    prepared = not_refused(again)
    return not_refused(
        approve_payment_run(
            town.session, prepared.run.id, prepared.hash(), actor=town.approver, now=town.at(15)
        )
    )


def _execute(town: Town, bank: Bank, payments: dict[str, int]) -> None:
    """The bank pays each once and will say so; some come back, and the answers may overtake each other."""
    assert not bank.told.keys() & payments.keys(), "a payment was sent to the bank twice"
    bank.told |= payments
    mail: defaultdict[tuple[date, bool], dict[str, int]] = defaultdict(dict)
    for name, cents in payments.items():
        returned, only = town.chance(0.15), town.chance(0.5)
        if not (returned and only):
            mail[town.day(town.random.randrange(1, 5)), False][name] = cents
        if returned:
            mail[town.day(town.random.randrange(1, 8)), True][name] = cents
    for (day, back), some in mail.items():
        for _ in range(2 if town.chance(0.3) else 1):
            bank.messages[day].append((some, back))
        if town.chance(0.2):
            bank.messages[town.day(9)].append((some, back))


def hear(town: Town, bank: Bank) -> None:
    """What the bank says today, in any order."""
    messages = bank.messages.pop(town.today, [])
    town.random.shuffle(messages)
    for some, back in messages:
        content = statement_of(some, returned=back, day=town.today.isoformat())
        report = not_refused(ingest_bank_answer(town.session, content, actor=town.officer, now=town.at(18)))
        town.done["answer: returned" if back else "answer: paid"] += 1
        town.done["answer: known"] += bool(report.known)
        (bank.returned if back else bank.paid).update(some)
