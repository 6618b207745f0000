"""M2: the bank test. Twenty people act on forty vouchers at once; in every read the money adds up."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Event, Lock, Thread
from time import monotonic, sleep

from benchmarks.programme.broken import BrokenError, hold
from benchmarks.programme.caller import LOST, Answer, Caller, Json
from benchmarks.programme.onlooker import Onlooker
from benchmarks.programme.settling import Settling
from benchmarks.programme.stage import TODAY, Deadline, Stage
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
class Town:
    """What everybody acts on, and how often what was done; `pairs` may move money between them."""

    stage: Stage
    vouchers: list[Voucher]
    pairs: list[tuple[Voucher, Voucher]]
    over: Event = field(default_factory=Event)
    heard: Counter[str] = field(default_factory=Counter)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    charged: deque[tuple[str, int]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    disputed: deque[int] = field(default_factory=deque)
    choices: deque[tuple[Voucher, int, str]] = field(default_factory=deque)
    broken: list[BaseException] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def hear(self, act: str, answer: Answer) -> Answer:
        """Count it; BrokenError for a refusal without a code, and for a fault of the program."""
        hold(
            answer.status < 500 and (answer.status < 300 or answer.codes),
            f"{act}: {answer.status} {answer.body}",
        )
        with self._lock:
            self.heard[act if answer.status < 300 else f"{act} refused"] += 1
        return answer

    def next(self, voucher: str, provider: str) -> int:
        """A number for a visit that no other visit has."""
        with self._lock:
            self.numbers[voucher, provider] += 1
            return self.numbers[voucher, provider]

    def run(self, act: Callable[[], None]) -> None:
        """Again and again until it is over, or something breaks."""
        while not self.over.is_set():
            try:
                act()
            except (BrokenError, LookupError, *LOST) as fault:
                self.broken.append(fault)
                self.over.set()


@dataclass(slots=True)
class Biller:
    """Charges its vouchers and those of free choice; withdraws and corrects now and then."""

    town: Town
    random: Random
    line: Caller
    provider: str

    def act(self) -> None:
        """One thing."""
        chance, mine = (
            self.random.random(),
            [one for one in list(self.town.charged) if one[0] == self.provider],
        )
        if chance < 0.7 or not mine:
            self.charge()
            return
        key = self.random.choice(mine)[1]
        act, body = ("withdraw", {"why": "Väärä päivä"}) if chance < 0.85 else ("corrections", self._wish())
        self.town.hear(act, self.line.ask("POST", f"/charges/{key}/{act}", body))

    def _wish(self) -> Json:
        name = f"M2-{next(_references)}"
        return {"reference": name, "reason": "agreed", "price": euros(self.random.randint(1, 300))}

    def charge(self) -> None:
        """A visit to a voucher that names this provider, or to one of free choice."""
        own = [one for one in self.town.vouchers if one.provider == self.provider]
        free = [one for one, _, provider in list(self.town.choices) if provider == self.provider]
        voucher = self.random.choice([*own, *free] or self.town.vouchers)
        number = self.town.next(voucher.code, self.provider)
        many, sent = (MOST_VISITS, visit) if voucher.provider else (SHORT_VISITS, short_visit)
        answer = self.line.ask(
            "POST", "/charges", sent(voucher.code, f"M2-{next(_references)}", number % many)
        )
        if self.town.hear("charge", answer).status == 201:
            self.town.charged.append((self.provider, int(answer.body["id"])))


@dataclass(slots=True)
class Client:
    """Whichever client a voucher belongs to: chooses, ends, moves, says that a charge is wrong."""

    town: Town
    random: Random
    lines: dict[str, Caller]

    def act(self) -> None:
        """One thing."""
        self.random.choice((self.choose, self.choose, self.end, self.move, self.dispute))()

    def _line(self, voucher: Voucher) -> Caller:
        return self.lines[voucher.client]

    def choose(self) -> None:
        """Some hours with one of ten."""
        voucher = self.random.choice([one for one in self.town.vouchers if one.provider is None])
        place = self.random.choice(CHOOSABLE)
        offering, provider = offering_of(self.town.stage, place), business_id(self.town.stage, place)
        wish = {"offering": offering, "starts_on": TODAY, "quantity": f"{self.random.randint(1, 3)}.00"}
        answer = self._line(voucher).ask("POST", f"/fundings/{voucher.code}/choices", wish)
        if self.town.hear("choose", answer).status == 201:
            self.town.choices.append((voucher, int(answer.body["id"]), provider))

    def end(self) -> None:
        """The oldest choice, once there are many."""
        if len(self.town.choices) > 60:
            voucher, key, _ = self.town.choices.popleft()
            self.town.hear("end choice", self._line(voucher).ask("DELETE", f"/choices/{key}"))

    def move(self) -> None:
        """From one voucher of a budget to the other."""
        pair = list(self.random.choice(self.town.pairs))
        self.random.shuffle(pair)
        wish = {"from": pair[0].code, "to": pair[1].code, "amount": euros(self.random.randint(1, 5_000))}
        self.town.hear("move", self._line(pair[0]).ask("POST", "/me/moves", wish))

    def dispute(self) -> None:
        """A charge of one's own, found in no list here: most are somebody else's, and that is refused."""
        if not self.town.charged:
            return
        key = self.random.choice(self.town.charged)[1]
        line = self.random.choice(list(self.lines.values()))
        answer = self.town.hear("dispute", line.ask("POST", f"/charges/{key}/dispute", {"why": "Ei käynyt"}))
        if answer.status < 300:
            self.town.disputed.append(key)


@dataclass(slots=True)
class Worker:
    """Tops up and reduces, pauses and opens, judges what is disputed."""

    town: Town
    random: Random
    line: Caller
    fixed: list[tuple[str, Voucher, Voucher]]

    def act(self) -> None:
        """One thing, and a breath: there are few workers' acts in a day."""
        self.random.choice((self.change, self.pause, self.judge, self.judge))()
        sleep(0.02)

    def change(self) -> None:
        """Another amount by a new version of the decision."""
        number, first, second = self.random.choice(self.fixed)
        amounts = [self.random.randint(1, 12) * 30_000 for _ in range(2)]
        body = decision(self.town.stage, number, first.client, amounts, second.provider)
        self.town.hear("decide", self.line.ask("POST", "/decisions", body))

    def pause(self) -> None:
        """Pause a voucher and open it again."""
        voucher = self.random.choice(self.town.vouchers)
        for act in ("pause", "open"):
            self.town.hear(act, self.line.ask("POST", f"/fundings/{voucher.code}/{act}", {"why": "Selvitys"}))

    def judge(self) -> None:
        """Admit or refuse the oldest disputed charge."""
        try:
            key = self.town.disputed.popleft()
        except IndexError:
            return
        act = self.random.choice(("admit", "refuse"))
        self.town.hear(act, self.line.ask("POST", f"/charges/{key}/{act}", {"why": "Selvitetty"}))


def hold_m2(stage: Stage, *, operations: int, decisions: int = 20, seed: int = 1, deadline: Deadline) -> str:
    """Twenty people until so many operations are answered, a read every second; what held, in words."""
    random = Random(seed)
    town, fixed = _a_town(stage, decisions)
    acts = _acts(town, fixed, random)
    onlooker = Onlooker(stage, town.vouchers, town.pairs)
    threads = [Thread(target=town.run, args=(act,), daemon=True) for act in acts]
    threads += [Thread(target=town.run, args=(onlooker.look,), daemon=True)]
    begun = monotonic()
    for thread in threads:
        thread.start()
    while not town.over.wait(0.1):
        if town.heard.total() >= operations or deadline.is_over():
            town.over.set()
    for thread in threads:
        thread.join()
    if town.broken:
        raise BrokenError(told_of(town.broken[0])) from town.broken[0]
    seconds = monotonic() - begun
    onlooker.look()
    told = ", ".join(f"{number} {act}" for act, number in sorted(town.heard.items()))
    return (
        f"{town.heard.total()} operations by {USERS} people on {len(town.vouchers)} vouchers in "
        f"{seconds:.0f} s, {onlooker.reads} snapshots: granted = free + held + charged + settled + returned "
        f"and as posted in each ({told})"
    )


def told_of(fault: BaseException) -> str:
    """The fault with what was asked when it came."""
    return " ".join([repr(fault), *getattr(fault, "__notes__", [])])


def _a_town(stage: Stage, decisions: int) -> tuple[Town, list[tuple[str, Voucher, Voucher]]]:
    """Two vouchers a decision: every second names a provider, every second pair may move money."""
    pairs, fixed = [], []
    vouchers: list[Voucher] = []
    for number in range(decisions):
        place = STEADY[number % len(STEADY)] if number % 2 else None
        may_move = number % 4 < 2
        first, second = grant(stage, [AMOUNT_CENTS] * 2, place=place, may_move=may_move)
        vouchers += [first, second]
        if may_move:
            pairs.append((first, second))
        else:
            fixed.append((first.decision, first, second))
    return Town(stage, vouchers, pairs), fixed


def _acts(town: Town, fixed: list[tuple[str, Voucher, Voucher]], random: Random) -> list[Callable[[], None]]:
    """What each of the twenty does; the officer and the approver settle together."""

    def own() -> Random:
        return Random(random.randrange(10**9))

    stage = town.stage
    acts: list[Callable[[], None]] = []
    for place in CHOOSABLE[:BILLERS]:
        provider = business_id(stage, place)
        acts.append(Biller(town, own(), stage.caller("provider_biller", provider=provider), provider).act)
    clients = sorted({one.client for one in town.vouchers})
    for _ in range(CLIENTS):
        lines = {number: stage.caller("client", client=number) for number in clients}
        acts.append(Client(town, own(), lines).act)
    acts += [Worker(town, own(), stage.caller("worker", county="12"), fixed).act for _ in range(WORKERS)]
    return [*acts, _settler(town, Settling(stage, own()))]


def _settler(town: Town, settling: Settling) -> Callable[[], None]:
    """Prepare, approve, pay; a run that changed since it was looked at is replaced by the next one."""

    def settle() -> None:
        run = settling.prepare()
        path = f"/payment-runs/{run['id']}/approve"
        if town.hear("approve", settling.approver.ask("POST", path, {"hash": run["hash"]})).status == 200:
            if run["count"]:
                settling.ingest(settling.export(run), returns=0.2)
            town.heard["settle"] += 4
        town.over.wait(SETTLED_EVERY_SECONDS)

    return settle
