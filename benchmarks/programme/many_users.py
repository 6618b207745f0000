"""M2: twenty people act on forty vouchers at the same time; in every read the money adds up."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Event, Lock, Thread
from time import monotonic, sleep

from benchmarks.programme.api_client import CONNECTION_ERRORS, Answer, ApiClient, Json
from benchmarks.programme.failure import CheckFailedError, require
from benchmarks.programme.instance import TODAY, Deadline, Instance
from benchmarks.programme.observer import Observer
from benchmarks.programme.settlement_driver import SettlementDriver
from benchmarks.programme.vouchers import (
    CHOOSABLE,
    MOST_VISITS,
    SHORT_VISITS,
    STEADY,
    Voucher,
    business_id,
    decision,
    euros,
    grant,
    offering_of,
    short_visit,
    visit,
)

BILLERS, CLIENTS, WORKERS = 10, 6, 2
USERS = BILLERS + CLIENTS + WORKERS + 2
"""The other two are the officer and the approver, who settle."""
AMOUNT_CENTS = 120_000
SETTLED_EVERY_SECONDS = 4.0
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


def check_m2(
    instance: Instance, *, operations: int, decisions: int = 20, seed: int = 1, deadline: Deadline
) -> str:
    """Let twenty people act until `operations` are answered, with a read every second; return a summary."""
    random = Random(seed)
    workload, fixed = _make_workload(instance, decisions)
    acts = _acts(workload, fixed, random)
    observer = Observer(instance, workload.vouchers, workload.pairs)
    threads = [Thread(target=workload.run, args=(act,), daemon=True) for act in acts]
    threads += [Thread(target=workload.run, args=(observer.check,), daemon=True)]
    begun = monotonic()
    for thread in threads:
        thread.start()
    while not workload.finished.wait(0.1):
        if workload.counts.total() >= operations or deadline.is_over():
            workload.finished.set()
    for thread in threads:
        thread.join()
    if workload.errors:
        raise CheckFailedError(describe(workload.errors[0])) from workload.errors[0]
    seconds = monotonic() - begun
    observer.check()
    acts_done = ", ".join(f"{number} {act}" for act, number in sorted(workload.counts.items()))
    return (
        f"{workload.counts.total()} operations by {USERS} people on {len(workload.vouchers)} vouchers in "
        f"{seconds:.0f} s, {observer.reads} snapshots: granted = free + held + charged + settled + returned "
        f"and as posted in each ({acts_done})"
    )


def describe(fault: BaseException) -> str:
    """Return an error with its notes, which name the request."""
    return " ".join([repr(fault), *getattr(fault, "__notes__", [])])


def _make_workload(instance: Instance, decisions: int) -> tuple[Workload, list[tuple[str, Voucher, Voucher]]]:
    """Grant two vouchers by each decision; some decisions name a provider, some pairs are a budget."""
    pairs, fixed = [], []
    vouchers: list[Voucher] = []
    for number in range(decisions):
        index = STEADY[number % len(STEADY)] if number % 2 else None
        may_move = number % 4 < 2
        first, second = grant(instance, [AMOUNT_CENTS] * 2, index=index, may_move=may_move)
        vouchers += [first, second]
        if may_move:
            pairs.append((first, second))
        else:
            fixed.append((first.decision, first, second))
    return Workload(instance, vouchers, pairs), fixed


def _acts(
    workload: Workload, fixed: list[tuple[str, Voucher, Voucher]], random: Random
) -> list[Callable[[], None]]:
    """Return one act for each of the twenty people; the officer and the approver settle together."""

    def own() -> Random:
        return Random(random.randrange(10**9))

    instance = workload.instance
    acts: list[Callable[[], None]] = []
    for index in CHOOSABLE[:BILLERS]:
        provider = business_id(instance, index)
        acts.append(Biller(workload, own(), instance.api("provider_biller", provider=provider), provider).act)
    clients = sorted({voucher.client for voucher in workload.vouchers})
    for _ in range(CLIENTS):
        apis = {number: instance.api("client", client=number) for number in clients}
        acts.append(Client(workload, own(), apis).act)
    acts += [Worker(workload, own(), instance.api("worker", county="12"), fixed).act for _ in range(WORKERS)]
    return [*acts, _settler(workload, SettlementDriver(instance, own()))]


def _settler(workload: Workload, settling: SettlementDriver) -> Callable[[], None]:
    """Return an act that prepares, approves and pays; if the run changed meanwhile, the next replaces it."""

    def settle() -> None:
        run = settling.prepare()
        path = f"/payment-runs/{run['id']}/approve"
        if (
            workload.record("approve", settling.approver.send("POST", path, {"hash": run["hash"]})).status
            == 200
        ):
            if run["count"]:
                settling.ingest(settling.export(run), returns=0.2)
            workload.counts["settle"] += 4
        workload.finished.wait(SETTLED_EVERY_SECONDS)

    return settle
