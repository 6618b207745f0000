"""The offices of a simulated county: providers charge, a worker clears up, two pay, the bank answers."""

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
from clearing.payments.load.payers import paying_county
from clearing.payments.load.payment_runs import RunContents
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Role
from worlds.bank import debit_notification
from worlds.municipalities import CountyPlan
from worlds.planted_mistakes import doubled, slipped
from worlds.providers import WrittenProvider
from worlds.visits import Sent
from worlds.world import World

BANK_ANSWERS_AFTER = timedelta(days=4)
JUDGED_AFTER = timedelta(days=3)
LEFT_FOR_THE_WORKER = timedelta(days=25)
ADMITTED_SHARE = 0.7


class Office:
    """What is done on a day of the county's life, each by the person whose work it is."""

    def __init__(self, world: World, county: CountyPlan) -> None:
        self.world = world
        self.county = county
        self.numbers: defaultdict[int, int] = defaultdict(int)
        self.again: defaultdict[int, list[Sent]] = defaultdict(list)
        self.held: list[tuple[date, int]] = []
        self.unanswered: list[tuple[date, RunContents]] = []

    def take_in(self, provider: WrittenProvider, done: Sequence[Sent], day: date) -> list[tuple[int, str]]:
        """A provider sends what it has done, and what came back, put right; the accepted (id, client)."""
        right = self.again.pop(provider.id, []) + [self._numbered(provider.id, one) for one in done]
        if not right:
            return []
        sent, originals = self._with_slips(right)
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
                self.again[provider.id].append(original)
            if answer.outcome == "on_hold" and answer.id is not None:
                self.held.append((day, answer.id))
            if answer.outcome == "accepted" and answer.id is not None:
                accepted.append((answer.id, original["client"]))
        return accepted

    def _numbered(self, provider_id: int, sent: Sent) -> Sent:
        self.numbers[provider_id] += 1
        return sent | {"reference": f"{sent['service_day'][:4]}-{self.numbers[provider_id]:05d}"}

    def _with_slips(self, right: Sequence[Sent]) -> tuple[list[Sent], list[Sent]]:
        """What is sent, and what it should have been."""
        random = self.world.random
        sent, originals = [], []
        for one in right:
            sent.append(slipped(one, random) or one)
            originals.append(one)
            if (twice := doubled(one, random)) is not None:
                sent.append(twice)
                originals.append(twice)
        return sent, originals

    def correct(self, charges: Sequence[tuple[int, WrittenProvider]], day: date) -> None:
        """Providers give back charges: the first in part, the second whole."""
        reasons = (CorrectionReason.WRONG_QUANTITY, CorrectionReason.NOT_GIVEN)
        for (charge_id, provider), reason, cents in zip(charges, reasons, (Money(500), None), strict=False):
            wish = CorrectionWish(f"H-{charge_id}", reason, price_cents=cents)
            now = self.world.at(day, 11)
            correct_charge(self.world.session, charge_id, wish=wish, actor=provider.biller, now=now)

    def judge(self, day: date) -> None:
        """A worker clears up what is on hold, but for the newest."""
        worker = self.world.key_of(Role.WORKER, self.county.id)
        ripe = [
            one for one in self.held if one[0] + JUDGED_AFTER <= day < self.world.today - LEFT_FOR_THE_WORKER
        ]
        for one in ripe:
            self.held.remove(one)
            now = self.world.at(day, 13)
            if self.world.random.random() < ADMITTED_SHARE:
                why = "Palveluntuottaja on selvittänyt asian."
                admit_charge(self.world.session, one[1], why=why, actor=worker, now=now)
            else:
                why = "Sama käynti on jo veloitettu."
                refuse_charge(self.world.session, one[1], why=why, actor=worker, now=now)

    def prepare(self, day: date, until: date) -> RunContents:
        county = paying_county(self.world.session, self.county.code)
        assert county is not None
        officer = self.world.key_of(Role.SETTLEMENT_OFFICER, self.county.id)
        return prepare_payment_run(
            self.world.session, county=county, until=until, actor=officer, now=self.world.at(day, 9)
        )

    def pay(self, day: date) -> None:
        """Two people pay what was done by the end of the month before."""
        run = self.prepare(day, day.replace(day=1) - timedelta(days=1))
        if not run.payments:
            return
        approver = self.world.key_of(Role.SETTLEMENT_APPROVER, self.county.id)
        session, run_id = self.world.session, run.run.id
        approve_payment_run(session, run_id, run.hash(), actor=approver, now=self.world.at(day, 14))
        export_bank_file(session, run_id, actor=approver, now=self.world.at(day, 15))
        self.unanswered.append((day + BANK_ANSWERS_AFTER, run))

    def hear_from_bank(self, day: date) -> None:
        officer = self.world.key_of(Role.SETTLEMENT_OFFICER, self.county.id)
        for due, run in [one for one in self.unanswered if one[0] <= day]:
            self.unanswered.remove((due, run))
            paid = [(payment.line.end_to_end_id, payment.line.sum_cents) for payment in run.payments]
            answer = debit_notification(paid, day)
            ingest_bank_answer(self.world.session, answer, actor=officer, now=self.world.at(day, 18))
