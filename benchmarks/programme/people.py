"""The simulated people of M2 and the vouchers that they act on."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Event, Lock
from time import sleep

from benchmarks.programme.api_client import CONNECTION_ERRORS, Answer, ApiClient, Json
from benchmarks.programme.failure import CheckFailedError, require
from benchmarks.programme.instance import TODAY, Instance
from benchmarks.programme.vouchers import (
    CHOOSABLE,
    MOST_VISITS,
    SHORT_VISITS,
    Voucher,
    business_id,
    decision,
    euros,
    offering_of,
    short_visit,
    visit,
)

REMEMBERED = 400
_references = count(1)


@dataclass(slots=True)
class Workload:
    """The vouchers that all people act on, and the operations done; `pairs` may move money between them."""

    instance: Instance
    vouchers: list[Voucher]
    pairs: list[tuple[Voucher, Voucher]]
    finished: Event = field(default_factory=Event)
    counts: Counter[str] = field(default_factory=Counter)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    charged: deque[tuple[str, int]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    disputed: deque[int] = field(default_factory=deque)
    choices: deque[tuple[Voucher, int, str]] = field(default_factory=deque)
    errors: list[BaseException] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def record(self, act: str, answer: Answer) -> Answer:
        """Count an answer.

        Raises:
            CheckFailedError: A refusal without a code, or a 5xx.
        """
        require(
            answer.status < 500 and (answer.status < 300 or answer.codes),
            f"{act}: {answer.status} {answer.body}",
        )
        with self._lock:
            self.counts[act if answer.status < 300 else f"{act} refused"] += 1
        return answer

    def next(self, voucher: str, provider: str) -> int:
        """Return a number that no other visit of this provider to this voucher has."""
        with self._lock:
            self.numbers[voucher, provider] += 1
            return self.numbers[voucher, provider]

    def run(self, act: Callable[[], None]) -> None:
        """Repeat an act until the workload is finished or a check fails."""
        while not self.finished.is_set():
            try:
                act()
            except (CheckFailedError, LookupError, *CONNECTION_ERRORS) as fault:
                self.errors.append(fault)
                self.finished.set()


@dataclass(slots=True)
class Biller:
    """Charges vouchers that name its provider or have chosen it; sometimes withdraws or corrects."""

    workload: Workload
    random: Random
    api: ApiClient
    provider: str

    def act(self) -> None:
        """Do one random thing."""
        chance, charged = (
            self.random.random(),
            [charge for charge in list(self.workload.charged) if charge[0] == self.provider],
        )
        if chance < 0.7 or not charged:
            self.charge()
            return
        key = self.random.choice(charged)[1]
        act, body = (
            ("withdraw", {"why": "Väärä päivä"}) if chance < 0.85 else ("corrections", self._correction())
        )
        self.workload.record(act, self.api.send("POST", f"/charges/{key}/{act}", body))

    def _correction(self) -> Json:
        name = f"M2-{next(_references)}"
        return {"reference": name, "reason": "agreed", "price": euros(self.random.randint(1, 300))}

    def charge(self) -> None:
        """Charge a visit to a voucher that names this provider or has chosen it."""
        own = [voucher for voucher in self.workload.vouchers if voucher.provider == self.provider]
        free = [voucher for voucher, _, provider in list(self.workload.choices) if provider == self.provider]
        voucher = self.random.choice([*own, *free] or self.workload.vouchers)
        number = self.workload.next(voucher.code, self.provider)
        many, sent = (MOST_VISITS, visit) if voucher.provider else (SHORT_VISITS, short_visit)
        answer = self.api.send(
            "POST", "/charges", sent(voucher.code, f"M2-{next(_references)}", number % many)
        )
        if self.workload.record("charge", answer).status == 201:
            self.workload.charged.append((self.provider, int(answer.body["id"])))


@dataclass(slots=True)
class Client:
    """Acts as the client of any voucher: chooses, ends choices, moves money, disputes charges."""

    workload: Workload
    random: Random
    apis: dict[str, ApiClient]

    def act(self) -> None:
        """Do one random thing."""
        self.random.choice((self.choose, self.choose, self.end, self.move, self.dispute))()

    def _api(self, voucher: Voucher) -> ApiClient:
        return self.apis[voucher.client]

    def choose(self) -> None:
        """Choose some hours of one of ten providers."""
        voucher = self.random.choice([v for v in self.workload.vouchers if v.provider is None])
        index = self.random.choice(CHOOSABLE)
        offering, provider = (
            offering_of(self.workload.instance, index),
            business_id(self.workload.instance, index),
        )
        body = {"offering": offering, "starts_on": TODAY, "quantity": f"{self.random.randint(1, 3)}.00"}
        answer = self._api(voucher).send("POST", f"/fundings/{voucher.code}/choices", body)
        if self.workload.record("choose", answer).status == 201:
            self.workload.choices.append((voucher, int(answer.body["id"]), provider))

    def end(self) -> None:
        """End the oldest choice when there are more than sixty."""
        if len(self.workload.choices) > 60:
            voucher, key, _ = self.workload.choices.popleft()
            self.workload.record("end choice", self._api(voucher).send("DELETE", f"/choices/{key}"))

    def move(self) -> None:
        """Move money from one voucher of a budget to the other."""
        pair = list(self.random.choice(self.workload.pairs))
        self.random.shuffle(pair)
        body = {"from": pair[0].code, "to": pair[1].code, "amount": euros(self.random.randint(1, 5_000))}
        self.workload.record("move", self._api(pair[0]).send("POST", "/me/moves", body))

    def dispute(self) -> None:
        """Dispute a recent charge as a random client; most charges are another client's, which is refused."""
        if not self.workload.charged:
            return
        key = self.random.choice(self.workload.charged)[1]
        api = self.random.choice(list(self.apis.values()))
        answer = self.workload.record(
            "dispute", api.send("POST", f"/charges/{key}/dispute", {"why": "Ei käynyt"})
        )
        if answer.status < 300:
            self.workload.disputed.append(key)


@dataclass(slots=True)
class Worker:
    """Changes amounts, pauses and opens vouchers, decides on disputed charges."""

    workload: Workload
    random: Random
    api: ApiClient
    fixed: list[tuple[str, Voucher, Voucher]]

    def act(self) -> None:
        """Do one random thing, then pause: a county's workers act less often than providers."""
        self.random.choice((self.change, self.pause, self.judge, self.judge))()
        sleep(0.02)

    def change(self) -> None:
        """Change the amounts by a new version of a decision."""
        number, first, second = self.random.choice(self.fixed)
        amounts = [self.random.randint(1, 12) * 30_000 for _ in range(2)]
        body = decision(self.workload.instance, number, first.client, amounts, second.provider)
        self.workload.record("decide", self.api.send("POST", "/decisions", body))

    def pause(self) -> None:
        """Pause a voucher and open it again."""
        voucher = self.random.choice(self.workload.vouchers)
        for act in ("pause", "open"):
            self.workload.record(
                act, self.api.send("POST", f"/fundings/{voucher.code}/{act}", {"why": "Selvitys"})
            )

    def judge(self) -> None:
        """Admit or refuse the oldest disputed charge."""
        try:
            key = self.workload.disputed.popleft()
        except IndexError:
            return
        act = self.random.choice(("admit", "refuse"))
        self.workload.record(act, self.api.send("POST", f"/charges/{key}/{act}", {"why": "Selvitetty"}))
