"""M5: a share of all answers is lost on the way; the client sends the request again under the same key."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random

from benchmarks.programme.api_client import Answer, ApiClient, Json
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Deadline, Instance
from benchmarks.programme.money import balance_of, charges_of
from benchmarks.programme.vouchers import STEADY, VISIT_CENTS, Voucher, grant, visit

CLIENTS = 12
DROPPED = 0.3
PATIENCE_SECONDS = (0.0, 0.001, 0.01, 0.05, 0.2)
"""Seconds until the connection is closed: before the program has read, while it works, after it answered."""
WITHDRAWN_EVERY, CORRECTED_EVERY = 10, 11
_references = count(1)


@dataclass(slots=True)
class LossyClient:
    """A provider's program whose connection often fails."""

    api: ApiClient
    voucher: Voucher
    random: Random
    ids: dict[str, int] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    sent: int = 0
    dropped: int = 0

    def work(self, most: int, deadline: Deadline) -> None:
        """Charge, withdraw and correct until `most` requests were sent or the deadline is over."""
        number = 0
        while self.sent < most and not deadline.is_over():
            name = f"M5-{next(_references)}"
            self.ids[name] = self._charge(name, number)
            if number % WITHDRAWN_EVERY == 3:
                self._undo(name, "withdraw", {"why": "Väärä päivä"}, 200)
            elif number % CORRECTED_EVERY == 5:
                self._undo(name, "corrections", {"reference": f"{name}-K", "reason": "not_given"}, 201)
                self.ids[f"{name}-K"] = -1
            number += 1

    def _charge(self, name: str, number: int) -> int:
        answer = self._send("/charges", visit(self.voucher.code, name, number), name)
        require(answer.status == 201, f"{name}: {answer.status} {answer.body}")
        return int(answer.body["id"])

    def _undo(self, name: str, act: str, body: Json, status: int) -> None:
        answer = self._send(f"/charges/{self.ids[name]}/{act}", body, f"{name}-{act}")
        require(answer.status == status, f"{act} of {name}: {answer.status} {answer.body}")
        self.undone.add(name)

    def _send(self, path: str, body: Json, key: str) -> Answer:
        """Send until an answer arrives; each try is lost with the same probability."""
        for _ in self._tries():
            self.api.send_and_disconnect(
                "POST", path, body, idempotency_key=key, wait_seconds=self.random.choice(PATIENCE_SECONDS)
            )
        return self.api.send_until_answered("POST", path, body, idempotency_key=key)

    def _tries(self) -> Iterator[int]:
        self.sent += 1
        while self.random.random() < DROPPED:
            self.dropped += 1
            self.sent += 1
            yield self.dropped


def check_m5(instance: Instance, *, answers: int, seed: int = 1, deadline: Deadline) -> str:
    """Lose 30 % of `answers` answers; return a summary."""
    random = Random(seed)
    clients = [
        _make_client(instance, index, random.randrange(10**9)) for index in range(min(CLIENTS, answers // 10))
    ]
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(lambda client: client.work(answers // len(clients), deadline), clients))
    for client in clients:
        _check_totals(instance, client)
    sent, dropped = sum(client.sent for client in clients), sum(client.dropped for client in clients)
    kept = sum(len(client.ids) for client in clients)
    return f"{dropped} of {sent} answers dropped and sent again, {kept} effects, 0 lost, 0 doubled"


def _make_client(instance: Instance, index: int, seed: int) -> LossyClient:
    (voucher,) = grant(instance, [9_000_000], index=STEADY[index % len(STEADY)])
    return LossyClient(
        instance.api("provider_biller", provider=voucher.provider or ""), voucher, Random(seed)
    )


def _check_totals(instance: Instance, client: LossyClient) -> None:
    """Check that every charge is stored once, and that undone charges cost nothing."""
    kept = charges_of(client.api, client.voucher.code)
    require(not client.ids.keys() - kept.keys(), f"lost: {sorted(client.ids.keys() - kept.keys())[:5]}")
    require(not kept.keys() - client.ids.keys(), f"doubled: {sorted(kept.keys() - client.ids.keys())[:5]}")
    charges = [name for name, key in client.ids.items() if key > 0]
    expected = VISIT_CENTS * (len(charges) - len(client.undone))
    charged = balance_of(instance, client.voucher)["charged"]
    require(charged == expected, f"{client.voucher.code}: charged {charged}, sent {expected}")
