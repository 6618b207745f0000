"""Settlement over HTTP by two people, each step asked for until it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from benchmarks.programme.bank import Bank
from benchmarks.programme.broken import hold
from benchmarks.programme.caller import Caller, Json
from benchmarks.programme.stage import TODAY, Stage, cents_of

_keys = count(1)


@dataclass(slots=True)
class Settling:
    """The officer, the approver and their bank; `before` is called as each step begins."""

    stage: Stage
    random: Random
    officer: Caller = field(init=False)
    approver: Caller = field(init=False)
    bank: Bank = field(init=False)
    runs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.officer = self.stage.caller("settlement_officer", county="12")
        self.approver = self.stage.caller("settlement_approver", county="12")
        self.bank = Bank(self.random)

    def settle(self, *, returns: float = 0.0) -> Json:
        """One run from its preparation to the bank's answer; the run as it stands then."""
        run = self.prepare()
        self.approve(run)
        if run["count"] == 0:
            return run
        payments = self.export(run)
        self.ingest(payments, returns=returns)
        return self.look(run["id"])

    def prepare(self) -> Json:
        """The officer freezes what was accepted."""
        wish = {"county": "12", "until": TODAY}
        run: Json = self._step(self.officer, "/payment-runs", wish, 201)
        hold(run["id"] not in self.runs, f"run {run['id']} was prepared twice")
        self.runs.append(run["id"])
        whole(run)
        return run

    def approve(self, run: Json) -> Json:
        """The approver approves what was seen."""
        path = f"/payment-runs/{run['id']}/approve"
        approved: Json = self._step(self.approver, path, {"hash": run["hash"]}, 200)
        return approved

    def export(self, run: Json) -> dict[str, int]:
        """Fetch the bank file, twice: the bytes are the same."""
        path = f"/payment-runs/{run['id']}/bank-file"
        payments, _again = (self.bank.take(run["id"], self._file(path)) for _ in range(2))
        hold(sum(payments.values()) == cents_of(run["sum"]), f"run {run['id']}: the file has another sum")
        return payments

    def _file(self, path: str) -> bytes:
        answer = self.officer.insist("GET", path)
        hold(answer.status == 200, f"{path}: {answer.status} {answer.body}")
        assert isinstance(answer.body, bytes)
        return answer.body

    def ingest(self, payments: dict[str, int], *, returns: float) -> None:
        """Give in the bank's statements."""
        for statement in self.bank.answer(payments, returns=returns):
            told = self._step(self.officer, "/bank-answers", statement, 200)
            hold(told["unknown"] == [], f"the bank's answer was not believed: {told}")

    def look(self, run_id: int) -> Json:
        """The run as the officer sees it, whole."""
        run: Json = self.officer.insist("GET", f"/payment-runs/{run_id}").body
        whole(run)
        return run

    def _step(self, caller: Caller, path: str, body: object, status: int) -> Any:
        answer = caller.insist("POST", path, body, once=f"step-{next(_keys)}")
        hold(answer.status == status, f"{path}: {answer.status} {answer.body}")
        return answer.body


PARTS = {
    "prepared": {"prepared"},
    "approved": {"prepared"},
    "sent": {"sent", "confirmed", "returned"},
    "closed": {"confirmed", "returned"},
    "cancelled": {"prepared"},
}
"""What the payments of a run may be while the run is what it is."""


def whole(run: Json) -> None:
    """A run is never half: its sum is its payments', and all of them have come as far as it."""
    found = sum(cents_of(one["sum"]) for one in run["payments"])
    hold(
        found == cents_of(run["sum"]),
        f"run {run['id']} is half: its sum is {run['sum']}, its payments' {found}",
    )
    strays = {one["state"] for one in run["payments"]} - PARTS[run["state"]]
    hold(not strays, f"run {run['id']} is half: {run['state']} with payments {sorted(strays)}")
