"""The daily work of a simulated county: charging, decisions on held charges, payment runs, bank answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from clearing.charges.actions.judge_held_charge import admit_charge, refuse_charge
from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.actions.ingest_bank_answer import ingest_bank_answer
from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.load.pay_days import pay_day_to_prepare
from clearing.payments.load.payers import paying_county
from clearing.payments.load.payment_runs import RunContents
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Role
from worlds.bank import debit_notification
from worlds.municipalities import CountyPlan
from worlds.planted_mistakes import repeated, with_mistake
from worlds.providers import WrittenProvider
from worlds.visits import ChargeRow
from worlds.world import World

BANK_ANSWERS_AFTER = timedelta(days=6)
JUDGED_AFTER = timedelta(days=3)
LEFT_FOR_THE_WORKER = timedelta(days=25)
ADMITTED_SHARE = 0.7


class CountyOperations:
    """The operations of a county, each done by a person with the role for it."""

    def __init__(self, world: World, county: CountyPlan) -> None:
        self.world = world
        self.county = county
        self.numbers: defaultdict[int, int] = defaultdict(int)
        self.resubmitted: defaultdict[int, list[ChargeRow]] = defaultdict(list)
        self.held: list[tuple[date, int]] = []
        self.unanswered: list[tuple[date, RunContents]] = []

    def take_in(
        self, provider: WrittenProvider, done: Sequence[ChargeRow], day: date
    ) -> list[tuple[int, str]]:
        """Send a provider's new charges and its corrected refused ones; return the accepted (id, client)."""
        correct = self.resubmitted.pop(provider.id, []) + [self._numbered(provider.id, row) for row in done]
        if not correct:
            return []
        sent, originals = self._with_mistakes(correct)
        answers = take_in_charges(
            self.world.session,
            provider_id=provider.id,
            sent=sent,
            actor=provider.biller,
            now=self.world.at(day, 8),
        )
        accepted = []
        for wrong, original, answer in zip(sent, originals, answers, strict=True):
            if answer.outcome == "refused" and wrong is not original:
                self.resubmitted[provider.id].append(original)
            if answer.outcome == "on_hold" and answer.id is not None:
                self.held.append((day, answer.id))
            if answer.outcome == "accepted" and answer.id is not None:
                accepted.append((answer.id, original["client"]))
        return accepted

    def _numbered(self, provider_id: int, sent: ChargeRow) -> ChargeRow:
        self.numbers[provider_id] += 1
        return sent | {"reference": f"{sent['service_day'][:4]}-{self.numbers[provider_id]:05d}"}

    def _with_mistakes(self, correct: Sequence[ChargeRow]) -> tuple[list[ChargeRow], list[ChargeRow]]:
        """Return the charges to send, some with mistakes, and the correct form of each."""
        random = self.world.random
        sent, originals = [], []
        for row in correct:
            sent.append(with_mistake(row, random) or row)
            originals.append(row)
            if (twice := repeated(row, random)) is not None:
                sent.append(twice)
                originals.append(twice)
        return sent, originals

    def correct(self, charges: Sequence[tuple[int, WrittenProvider]], day: date) -> None:
        """Correct two charges: the first by a price, the second completely."""
        reasons = (CorrectionReason.WRONG_QUANTITY, CorrectionReason.NOT_GIVEN)
        for (charge_id, provider), reason, cents in zip(charges, reasons, (Money(500), None), strict=False):
            wish = CorrectionWish(f"H-{charge_id}", reason, price_cents=cents)
            now = self.world.at(day, 11)
            correct_charge(self.world.session, charge_id, wish=wish, actor=provider.biller, now=now)

    def decide_held(self, day: date) -> None:
        """Admit or refuse held charges as a worker, except the newest ones."""
        worker = self.world.actor_of(Role.WORKER, self.county.id)
        due = [
            charge
            for charge in self.held
            if charge[0] + JUDGED_AFTER <= day < self.world.today - LEFT_FOR_THE_WORKER
        ]
        for charge in due:
            self.held.remove(charge)
            now = self.world.at(day, 13)
            if self.world.random.random() < ADMITTED_SHARE:
                why = "Palveluntuottaja on selvittänyt asian."
                admit_charge(self.world.session, charge[1], why=why, actor=worker, now=now)
            else:
                why = "Sama käynti on jo veloitettu."
                refuse_charge(self.world.session, charge[1], why=why, actor=worker, now=now)

    def prepare(self, day: date, until: date) -> RunContents:
        county = paying_county(self.world.session, self.county.code)
        assert county is not None
        officer = self.world.actor_of(Role.SETTLEMENT_OFFICER, self.county.id)
        prepared = prepare_payment_run(
            self.world.session, county=county, until=until, actor=officer, now=self.world.at(day, 9)
        )
        return not_refused(prepared)

    def pay(self, day: date) -> None:
        """Prepare, approve and export the run that is due, or one up to the end of the previous month."""
        due = pay_day_to_prepare(self.world.session, self.county.id, day)
        until = day.replace(day=1) - timedelta(days=1) if due is None else due.pay_day.cut_off
        run = self.prepare(day, until)
        if not run.payments:
            return
        approver = self.world.actor_of(Role.SETTLEMENT_APPROVER, self.county.id)
        session, run_id = self.world.session, run.run.id
        now = self.world.at(day, 14)
        not_refused(approve_payment_run(session, run_id, run.hash(), actor=approver, now=now))
        not_refused(export_bank_file(session, run_id, actor=approver, now=self.world.at(day, 15)))
        self.unanswered.append((day + BANK_ANSWERS_AFTER, run))

    def receive_bank_answer(self, day: date) -> None:
        officer = self.world.actor_of(Role.SETTLEMENT_OFFICER, self.county.id)
        for due, run in [run for run in self.unanswered if run[0] <= day]:
            self.unanswered.remove((due, run))
            paid = [(payment.line.end_to_end_id, payment.line.sum_cents) for payment in run.payments]
            answer = debit_notification(paid, day, run.header.payer_iban)
            now = self.world.at(day, 18)
            not_refused(ingest_bank_answer(self.world.session, answer, actor=officer, now=now))
