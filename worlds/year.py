"""A stretch of the county's life: visits, charges in half-monthly batches, clearing up, and payment runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from clearing.actions.approve_payment_run import approve_payment_run
from clearing.actions.correct_charge import CorrectionWish, correct_charge
from clearing.actions.export_bank_file import export_bank_file
from clearing.actions.ingest_bank_answer import ingest_bank_answer
from clearing.actions.judge_held_charge import admit_charge, refuse_charge
from clearing.actions.prepare_payment_run import prepare_payment_run
from clearing.actions.take_in_charges import take_in_charges
from clearing.load.payers import paying_county
from clearing.load.payment_runs import RunContents
from clearing.rules.counter_entries import CorrectionReason
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Role
from worlds.bank import debit_notification
from worlds.municipalities import CountyPlan
from worlds.providers import WrittenProvider
from worlds.slips import doubled, slipped
from worlds.visits import Sent, Visit
from worlds.world import World

SENDING_DAYS = (1, 16)
PAYING_DAY = 5
BANK_ANSWERS_AFTER = timedelta(days=4)
JUDGED_AFTER = timedelta(days=3)
CORRECTED_BEFORE = timedelta(days=9)
LEFT_FOR_THE_WORKER = timedelta(days=25)
ADMITTED_SHARE = 0.7


class Life:
    """Lives the days one by one, so that every step meets what the earlier ones left."""

    def __init__(self, world: World, county: CountyPlan, visits: Iterable[Visit]) -> None:
        self.world = world
        self.county = county
        self.waiting: defaultdict[int, list[Visit]] = defaultdict(list)
        self.providers: dict[int, WrittenProvider] = {}
        self.numbers: defaultdict[int, int] = defaultdict(int)
        self.again: defaultdict[int, list[Sent]] = defaultdict(list)
        self.held: list[tuple[date, int]] = []
        self.unanswered: list[tuple[date, RunContents]] = []
        self.accepted: list[tuple[date, int, str]] = []
        self.providers_of: dict[int, WrittenProvider] = {}
        for visit in sorted(
            visits, key=lambda one: (one.day, one.sent.get("start", ""), one.sent["voucher"])
        ):
            provider = visit.routine.provider
            self.providers[provider.id] = provider
            self.waiting[provider.id].append(visit)

    def live(self, first: date, last: date) -> None:
        """Live from the first to the last day; the last one leaves a payment run for somebody to approve."""
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if day.day in SENDING_DAYS:
                self.world.tell(f"charges sent on {day} …")
                self._send(day)
            self._judge(day)
            if day.day == PAYING_DAY:
                self._pay(day)
            self._hear_from_bank(day)
            if day == last - CORRECTED_BEFORE:
                self._correct(day)
        self._send(last)
        self._prepare(last, last - timedelta(days=5))

    def _send(self, day: date) -> None:
        """Every provider sends what it has done before this day, and what came back, put right."""
        for provider_id in sorted(self.providers):
            provider = self.providers[provider_id]
            done = [visit for visit in self.waiting[provider_id] if visit.day < day]
            self.waiting[provider_id] = [visit for visit in self.waiting[provider_id] if visit.day >= day]
            right = self.again.pop(provider_id, []) + [self._numbered(provider_id, one.sent) for one in done]
            if right:
                self._take_in(provider, right, day)

    def _numbered(self, provider_id: int, sent: Sent) -> Sent:
        self.numbers[provider_id] += 1
        return sent | {"reference": f"{sent['service_day'][:4]}-{self.numbers[provider_id]:05d}"}

    def _take_in(self, provider: WrittenProvider, right: Sequence[Sent], day: date) -> None:
        random = self.world.random
        sent, originals = [], []
        for one in right:
            sent.append(slipped(one, random) or one)
            originals.append(one)
            if (twice := doubled(one, random)) is not None:
                sent.append(twice)
                originals.append(twice)
        answers = take_in_charges(
            self.world.session,
            provider_id=provider.id,
            sent=sent,
            actor=provider.biller,
            now=self.world.at(day, 8),
        )
        for wrong, original, answer in zip(sent, originals, answers, strict=True):
            if answer.outcome == "refused" and wrong is not original:
                self.again[provider.id].append(original)
            if answer.outcome == "accepted" and answer.id is not None:
                self.accepted.append((day, answer.id, original["client"]))
                self.providers_of[answer.id] = provider
            if answer.outcome == "on_hold" and answer.id is not None:
                self.held.append((day, answer.id))

    def _correct(self, day: date) -> None:
        """Providers give back two charges of the first batch: one in part, one whole."""
        reasons = (CorrectionReason.WRONG_QUANTITY, CorrectionReason.NOT_GIVEN)
        shares = (Money(500), None)
        first = [key for sent_on, key, _ in self.accepted if sent_on <= day - timedelta(days=50)]
        for charge_id, reason, price_cents in zip(first, reasons, shares, strict=False):
            wish = CorrectionWish(f"H-{charge_id}", reason, price_cents=price_cents)
            biller, now = self.providers_of[charge_id].biller, self.world.at(day, 11)
            correct_charge(self.world.session, charge_id, wish=wish, actor=biller, now=now)

    def _judge(self, day: date) -> None:
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

    def _prepare(self, day: date, until: date) -> RunContents:
        county = paying_county(self.world.session, self.county.code)
        assert county is not None
        officer = self.world.key_of(Role.SETTLEMENT_OFFICER, self.county.id)
        return prepare_payment_run(
            self.world.session, county=county, until=until, actor=officer, now=self.world.at(day, 9)
        )

    def _pay(self, day: date) -> None:
        """Two people pay what was done by the end of the month before."""
        run = self._prepare(day, day.replace(day=1) - timedelta(days=1))
        if not run.payments:
            return
        approver = self.world.key_of(Role.SETTLEMENT_APPROVER, self.county.id)
        session, run_id = self.world.session, run.run.id
        approve_payment_run(session, run_id, run.hash(), actor=approver, now=self.world.at(day, 14))
        export_bank_file(session, run_id, actor=approver, now=self.world.at(day, 15))
        self.unanswered.append((day + BANK_ANSWERS_AFTER, run))

    def _hear_from_bank(self, day: date) -> None:
        officer = self.world.key_of(Role.SETTLEMENT_OFFICER, self.county.id)
        for due, run in [one for one in self.unanswered if one[0] <= day]:
            self.unanswered.remove((due, run))
            paid = [(payment.line.end_to_end_id, payment.line.sum_cents) for payment in run.payments]
            answer = debit_notification(paid, day)
            ingest_bank_answer(self.world.session, answer, actor=officer, now=self.world.at(day, 18))
