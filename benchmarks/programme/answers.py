"""M15: bank answers of every kind, in random order, doubled and forged: nobody paid twice, nobody lost."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from benchmarks.programme.answer_kinds import Cents, Fate, Kind, SentFile
from benchmarks.programme.answer_table import FOREIGN_ROWS, KINDS, TRUE
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Deadline, Instance
from benchmarks.programme.settlement_driver import SettlementDriver
from benchmarks.programme.settlement_kills import County, balance_county, make_county, pay_the_rest

LEAST_KINDS = 40
KINDS_AT_ONCE = 24
VERIFIED_EVERY = 10
DECIDED_IN_BETWEEN = 0.1
LARGE = "a day of foreign rows"
_FATES = (Fate.PAID, Fate.PAID, Fate.PAID, Fate.CAME_BACK, Fate.REFUSED)


@dataclass(slots=True)
class AnswerDriver:
    """An officer who uploads what comes, true or forged, and an approver who knows what the bank did."""

    county: County
    random: Random
    sent: int = 0
    decided: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def settlements(self) -> SettlementDriver:
        """The two people and their bank."""
        return self.county.settlements

    def order(self, *, kinds: list[Kind]) -> None:
        """Pay a run, send answers of the kinds in random order and each twice, and compare with the bank."""
        self.county.charge()
        run = self.settlements.prepare()
        run = self.settlements.approve(run)
        payments = self.settlements.export(run)
        before = self.county.instance.accounts()
        file = self._executed(run["id"], payments)
        deliveries = [kind for kind in [*kinds, *self._enough(file)] for _ in range(2)]
        self.random.shuffle(deliveries)
        for kind in deliveries:
            self._deliver(kind, file)
            after = self.county.instance.accounts()
            require(sum(after.values()) == sum(before.values()), f"{kind.name}: money appeared or vanished")
            if self.random.random() < DECIDED_IN_BETWEEN:
                self._decide(run["id"], file)
        self._decide(run["id"], file)
        self._compare(run["id"], file)

    def _executed(self, run_id: int, payments: Cents) -> SentFile:
        """Let the bank execute the file: each payment gets a fate."""
        no_refusals = self.random.random() < 0.4
        fates = {name: self.random.choice(_FATES[:-1] if no_refusals else _FATES) for name in payments}
        bank = self.settlements.bank
        bank.paid |= {name: cents for name, cents in payments.items() if fates[name] is Fate.PAID}
        content = bank.files[run_id].decode()
        [message_id], [batch_id] = (
            re.findall(f"<{name}>(.*?)</{name}>", content) for name in ("MsgId", "PmtInfId")
        )
        return SentFile(message_id, batch_id, bank.account, payments, fates)

    def _enough(self, file: SentFile) -> list[Kind]:
        """Return true kinds that say of each payment what became of it."""
        of_fate = {fate: [kind for kind in TRUE if fate in kind.fates] for fate in Fate}
        of_fate[Fate.CAME_BACK] = [kind for kind in TRUE if kind.fates == (Fate.CAME_BACK,)]
        return [self.random.choice(of_fate[fate]) for fate in sorted(set(file.fates.values()))]

    def _deliver(self, kind: Kind, file: SentFile) -> None:
        """Upload an answer about all payments that it may be about."""
        cents = file.with_fates(*kind.fates)
        if kind.is_after_booking:
            payments = self.settlements.fetch(self.settlements.runs[-1])["payments"]
            booked = {row["end_to_end_id"] for row in payments if row["state"] == "confirmed"}
            cents = {name: sum_cents for name, sum_cents in cents.items() if name in booked}
        if not cents or (kind.is_for_all and len(cents) < len(file.payments)):
            return
        content = kind.make(file, cents)
        answer = self.settlements.officer.send_until_answered("POST", "/bank-answers", content)
        self.sent += 1
        self.kinds[kind.name] += 1
        if kind.is_refused:
            require(answer.status == 422 and answer.codes, f"{kind.name}: {answer.status} {answer.body}")
            return
        require(answer.status == 200, f"{kind.name}: {answer.status} {answer.body}")
        require(answer.body["faults"] or not kind.is_listed, f"{kind.name} is not listed")

    def _decide(self, run_id: int, file: SentFile) -> None:
        """Decide every open answer as the approver, by what the bank really did."""
        for payment in self.settlements.fetch(run_id)["payments"]:
            if payment["open_answer"] is None:
                continue
            is_paid = file.fates[payment["end_to_end_id"]] is Fate.PAID
            says_paid = payment["open_answer"]["code"] == "paid_after_return"
            body = {"decision": "holds" if is_paid == says_paid else "does_not_hold"}
            path = f"/payment-runs/{run_id}/payments/{payment['id']}/decision"
            own = self.settlements.officer.send("POST", path, body)
            require(own.codes == ["same_person"], f"the uploader decided: {own.status} {own.body}")
            self.settlements.approver.post(path, body)
            self.decided += 1

    def _compare(self, run_id: int, file: SentFile) -> None:
        """Require that every payment has the state that the bank gave it."""
        run = self.settlements.fetch(run_id)
        require(run["state"] == "closed", f"run {run_id} is left {run['state']}")
        for payment in run["payments"]:
            fate = file.fates[payment["end_to_end_id"]]
            expected = "confirmed" if fate is Fate.PAID else "returned"
            require(payment["state"] == expected, f"{payment}: the bank says {fate}")


def check_answers(
    instance: Instance,
    *,
    orders: int,
    seed: int = 1,
    large_every: int = 10,
    least_kinds: int = LEAST_KINDS,
    deadline: Deadline,
) -> str:
    """Send every kind of answer, and then some of them in many random orders; return a summary.

    Args:
        large_every: In every so manieth order a file of 25,000 foreign rows is among the answers.

    Raises:
        CheckFailedError: A payment was lost or paid twice, an answer was not listed, or the books differ.
    """
    random = Random(seed)
    county = make_county(instance, random)
    before = instance.accounts()
    driver = AnswerDriver(county, random)
    done = 0
    for number in range(orders):
        some = KINDS if number == 0 else random.sample(KINDS, KINDS_AT_ONCE)
        kinds = [kind for kind in some if kind.name != LARGE or number % large_every == 0]
        driver.order(kinds=kinds)
        done += 1
        if number % VERIFIED_EVERY == 0:
            instance.verify()
        if deadline.is_over():
            break
    pay_the_rest(county)
    balance_county(county, before)
    require(len(driver.kinds) >= least_kinds, f"only {len(driver.kinds)} kinds of answers")
    return (
        f"{len(driver.kinds)} kinds of answers, {done} random orders, {driver.sent} answers with doubles and "
        f"forgeries, {driver.decided} decided by a second person, 0 paid twice, 0 lost; "
        f"files of up to {FOREIGN_ROWS:,} foreign rows"
    )
