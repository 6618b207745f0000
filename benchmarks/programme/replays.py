"""M4: the same request again and again, in a row and at once, gives one answer and has one effect."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random

from benchmarks.programme.broken import hold
from benchmarks.programme.caller import Answer, Caller, Json
from benchmarks.programme.register import balance_of, charges_of
from benchmarks.programme.stage import TODAY, Deadline, Stage
from benchmarks.programme.vouchers import (
    CLIENTS,
    VISIT_CENTS,
    Voucher,
    decision,
    grant,
    offering_of,
    visit,
)

TIMES = 5
MOST_VISITS_OF_ONE = 2_500
_numbers = count(1)


@dataclass(slots=True)
class Request:
    """A request that is made many times, the same request with another body, and what was answered first."""

    lines: list[Caller]
    path: str
    body: Json
    other: Json
    key: str
    status: int
    first: Answer | None = None

    def ask(self, line: int) -> Answer:
        """Once more, on one of the lines."""
        return self.lines[line].ask("POST", self.path, self.body, once=self.key)

    def told(self, answer: Answer) -> None:
        """Every answer is the first one."""
        self.first = self.first or answer
        hold(answer.status == self.status, f"{self.key} {self.path}: {answer.status} {answer.body}")
        hold(answer.body == self.first.body, f"{self.key}: {answer.body} instead of {self.first.body}")


@dataclass(slots=True)
class Desk:
    """Two providers with a voucher each, a client who chooses, a worker who grants."""

    stage: Stage
    own: Voucher
    strange: Voucher
    choosable: list[Voucher]
    strangers: int = 0
    references: set[str] = field(default_factory=set)
    live: int = 0

    def requests(self, most: int) -> Iterator[Request]:
        """Of ten: six charges, a refused one, a withdrawal, a correction, and a choice or a decision."""
        biller = self._lines("provider_biller", provider=self.own.provider or "")
        worker = self._lines("worker", county="12")
        for number in range(most):
            kind, key = number % 10, f"M4-{next(_numbers)}"
            if kind < 7:
                yield self._charge(biller, key, dear=kind == 6)
            elif kind == 7:
                yield self._undoing(biller, key, "withdraw", {"why": "Väärä"}, {"why": "Muu syy"}, 200)
            elif kind == 8:
                body = {"reference": key, "reason": "agreed"}
                self.references.add(key)
                yield self._undoing(biller, key, "corrections", body, body | {"note": "muu"}, 201)
            elif self.choosable and number % 20 == 9:
                yield self._choice(key)
            else:
                yield self._decision(worker, key)

    def _lines(self, role: str, **where: str) -> list[Caller]:
        return [self.stage.caller(role, **where) for _ in range(TIMES)]

    def _visit(self, key: str) -> Json:
        sent = visit(self.own.code, key, len(self.references))
        self.references.add(key)
        return sent

    def _charge(self, biller: list[Caller], key: str, *, dear: bool) -> Request:
        sent = self._visit(key) | ({"unit_price": "999.00"} if dear else {})
        self.live += not dear
        other = sent | {"note": "toinen"}
        return Request(biller, "/charges", sent, other, key, 422 if dear else 201)

    def _undoing(
        self, biller: list[Caller], key: str, act: str, body: Json, other: Json, status: int
    ) -> Request:
        charge = biller[0].post("/charges", self._visit(f"{key}-0"))
        return Request(biller, f"/charges/{charge['id']}/{act}", body, other, key, status)

    def _choice(self, key: str) -> Request:
        voucher = self.choosable.pop()
        client = self._lines("client", client=voucher.client)
        body: Json = {"offering": offering_of(self.stage, 0), "starts_on": TODAY, "quantity": "1.00"}
        return Request(
            client, f"/fundings/{voucher.code}/choices", body, body | {"quantity": "2.00"}, key, 201
        )

    def _decision(self, worker: list[Caller], key: str) -> Request:
        client = f"C-{CLIENTS[3]:06d}"
        body = decision(self.stage, f"OHJELMA/{key}", client, [5_000], None)
        return Request(worker, "/decisions", body, body | {"decided_by": "Joku Muu"}, key, 201)

    def strange_one(self, stranger: Caller, key: str) -> None:
        """Another provider uses the same key for a charge of its own: it is none of this one's business."""
        answer = stranger.ask("POST", "/charges", visit(self.strange.code, key, self.strangers), once=key)
        hold(answer.status == 201, f"another provider with the key {key}: {answer.status} {answer.body}")
        self.strangers += 1


def hold_m4(stage: Stage, *, requests: int, seed: int = 1, deadline: Deadline) -> str:
    """Make so many requests five times in a row and five times at once; what held, in words."""
    random = Random(seed)
    own, strange = (grant(stage, [9_000_000], place=place)[0] for place in (0, 1))
    choosable = [one for _ in range(1 + requests // 400) for one in grant(stage, [10_000] * 20)]
    desk = Desk(stage, own, strange, choosable)
    stranger = stage.caller("provider_biller", provider=desk.strange.provider or "")
    made: list[Request] = []
    with ThreadPoolExecutor(TIMES) as pool:
        for request in desk.requests(min(requests, MOST_VISITS_OF_ONE)):
            for way in random.sample((_in_a_row, _at_once), 2):
                way(request, pool)
            _with_another_body(request)
            if request.path == "/charges":
                desk.strange_one(stranger, request.key)
            made.append(request)
            if deadline.is_over():
                break
    stage.restart()
    for request in made:
        request.told(request.ask(0))
    _one_effect_each(desk)
    return (
        f"{len(made)} requests × ({TIMES} in a row + {TIMES} at once + 1 after a restart), one effect each; "
        f"{len(made)} other bodies refused with 422; {desk.strangers} of another provider under the same "
        "keys independent"
    )


def _in_a_row(request: Request, _pool: ThreadPoolExecutor) -> None:
    for _ in range(TIMES):
        request.told(request.ask(0))


def _at_once(request: Request, pool: ThreadPoolExecutor) -> None:
    """Those that come while the first still runs are told so, and no more."""
    answers = list(pool.map(request.ask, range(TIMES)))
    running = [one for one in answers if one.codes == ["idempotency_key_running"] and one.status == 409]
    for answer in answers:
        if answer not in running:
            request.told(answer)
    hold(len(running) < TIMES, f"{request.key}: each of {TIMES} was told that another runs")


def _with_another_body(request: Request) -> None:
    answer = request.lines[0].ask("POST", request.path, request.other, once=request.key)
    told = (answer.status, answer.codes)
    hold(told == (422, ["idempotency_key_reused"]), f"{request.key} with another body: {told}")


def _one_effect_each(desk: Desk) -> None:
    for voucher, expected in ((desk.own, len(desk.references)), (desk.strange, desk.strangers)):
        biller = desk.stage.caller("provider_biller", provider=voucher.provider or "")
        kept = charges_of(biller, voucher.code)
        hold(len(kept) == expected, f"{voucher.code}: {len(kept)} charges, {expected} were asked for")
        charged = balance_of(desk.stage, voucher)["charged"]
        live = desk.live if voucher is desk.own else desk.strangers
        hold(
            charged == VISIT_CENTS * live, f"{voucher.code}: charged {charged}, {live} visits were asked for"
        )
