"""M4: a repeated request, in a row and at the same time, gives one answer and has one effect."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random

from benchmarks.programme.api_client import Answer, ApiClient, Json
from benchmarks.programme.failure import require
from benchmarks.programme.instance import TODAY, Deadline, Instance
from benchmarks.programme.money import balance_of, charges_of
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
    """A request that is sent many times, another body for the same key, and the first answer."""

    apis: list[ApiClient]
    path: str
    body: Json
    other_body: Json
    key: str
    status: int
    first_answer: Answer | None = None

    def send(self, api: int) -> Answer:
        """Send the request once, by one of the clients."""
        return self.apis[api].send("POST", self.path, self.body, idempotency_key=self.key)

    def require_same(self, answer: Answer) -> None:
        """Require that an answer equals the first one."""
        self.first_answer = self.first_answer or answer
        require(answer.status == self.status, f"{self.key} {self.path}: {answer.status} {answer.body}")
        require(
            answer.body == self.first_answer.body,
            f"{self.key}: {answer.body} instead of {self.first_answer.body}",
        )


@dataclass(slots=True)
class ReplayDriver:
    """Two providers with a voucher each, vouchers that clients choose for, and the expected effects."""

    instance: Instance
    own: Voucher
    other_voucher: Voucher
    choosable: list[Voucher]
    other_charges: int = 0
    references: set[str] = field(default_factory=set)
    live: int = 0

    def requests(self, most: int) -> Iterator[Request]:
        """Yield in turn six charges, a refused one, a withdrawal, a correction, a choice or decision."""
        biller = self._apis("provider_biller", provider=self.own.provider or "")
        worker = self._apis("worker", county="12")
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

    def _apis(self, role: str, **where: str) -> list[ApiClient]:
        return [self.instance.api(role, **where) for _ in range(TIMES)]

    def _visit(self, key: str) -> Json:
        sent = visit(self.own.code, key, len(self.references))
        self.references.add(key)
        return sent

    def _charge(self, biller: list[ApiClient], key: str, *, dear: bool) -> Request:
        sent = self._visit(key) | ({"unit_price": "999.00"} if dear else {})
        self.live += not dear
        other_body = sent | {"note": "toinen"}
        return Request(biller, "/charges", sent, other_body, key, 422 if dear else 201)

    def _undoing(
        self, biller: list[ApiClient], key: str, act: str, body: Json, other_body: Json, status: int
    ) -> Request:
        charge = biller[0].post("/charges", self._visit(f"{key}-0"))
        return Request(biller, f"/charges/{charge['id']}/{act}", body, other_body, key, status)

    def _choice(self, key: str) -> Request:
        voucher = self.choosable.pop()
        client = self._apis("client", client=voucher.client)
        body: Json = {"offering": offering_of(self.instance, 0), "starts_on": TODAY, "quantity": "1.00"}
        return Request(
            client, f"/fundings/{voucher.code}/choices", body, body | {"quantity": "2.00"}, key, 201
        )

    def _decision(self, worker: list[ApiClient], key: str) -> Request:
        client = f"C-{CLIENTS[3]:06d}"
        body = decision(self.instance, f"OHJELMA/{key}", client, [5_000], None)
        return Request(worker, "/decisions", body, body | {"decided_by": "Joku Muu"}, key, 201)

    def charge_by_other_provider(self, other_biller: ApiClient, key: str) -> None:
        """Let another provider use the same key for a charge of its own, which is independent."""
        answer = other_biller.send(
            "POST", "/charges", visit(self.other_voucher.code, key, self.other_charges), idempotency_key=key
        )
        require(answer.status == 201, f"another provider with the key {key}: {answer.status} {answer.body}")
        self.other_charges += 1


def check_m4(instance: Instance, *, requests: int, seed: int = 1, deadline: Deadline) -> str:
    """Send each request five times in a row and five times at once; return a summary."""
    random = Random(seed)
    own, other_voucher = (grant(instance, [9_000_000], index=index)[0] for index in (0, 1))
    choosable = [voucher for _ in range(1 + requests // 400) for voucher in grant(instance, [10_000] * 20)]
    driver = ReplayDriver(instance, own, other_voucher, choosable)
    other_biller = instance.api("provider_biller", provider=driver.other_voucher.provider or "")
    made: list[Request] = []
    with ThreadPoolExecutor(TIMES) as pool:
        for request in driver.requests(min(requests, MOST_VISITS_OF_ONE)):
            for way in random.sample((_in_a_row, _at_once), 2):
                way(request, pool)
            _with_another_body(request)
            if request.path == "/charges":
                driver.charge_by_other_provider(other_biller, request.key)
            made.append(request)
            if deadline.is_over():
                break
    instance.restart()
    for request in made:
        request.require_same(request.send(0))
    _one_effect_each(driver)
    return (
        f"{len(made)} requests × ({TIMES} in a row + {TIMES} at once + 1 after a restart), one effect each; "
        f"{len(made)} other bodies refused with 422; {driver.other_charges} of another provider under the "
        "same keys independent"
    )


def _in_a_row(request: Request, _pool: ThreadPoolExecutor) -> None:
    for _ in range(TIMES):
        request.require_same(request.send(0))


def _at_once(request: Request, pool: ThreadPoolExecutor) -> None:
    """Send at the same time; requests that arrive while the first still runs are answered with 409."""
    answers = list(pool.map(request.send, range(TIMES)))
    running = [a for a in answers if a.codes == ["idempotency_key_running"] and a.status == 409]
    for answer in answers:
        if answer not in running:
            request.require_same(answer)
    require(len(running) < TIMES, f"{request.key}: each of {TIMES} was answered that another runs")


def _with_another_body(request: Request) -> None:
    answer = request.apis[0].send("POST", request.path, request.other_body, idempotency_key=request.key)
    require_same = (answer.status, answer.codes)
    require(
        require_same == (422, ["idempotency_key_reused"]), f"{request.key} with another body: {require_same}"
    )


def _one_effect_each(driver: ReplayDriver) -> None:
    for voucher, expected in (
        (driver.own, len(driver.references)),
        (driver.other_voucher, driver.other_charges),
    ):
        biller = driver.instance.api("provider_biller", provider=voucher.provider or "")
        kept = charges_of(biller, voucher.code)
        require(len(kept) == expected, f"{voucher.code}: {len(kept)} charges, {expected} were sent")
        charged = balance_of(driver.instance, voucher)["charged"]
        live = driver.live if voucher is driver.own else driver.other_charges
        require(charged == VISIT_CENTS * live, f"{voucher.code}: charged {charged}, {live} visits were sent")
