"""Settlement over HTTP by two people; each step is sent until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from benchmarks.programme.api_client import Answer, ApiClient, Json
from benchmarks.programme.bank import Bank
from benchmarks.programme.failure import require
from benchmarks.programme.instance import TODAY, Instance, cents_of

_keys = count(1)


@dataclass(slots=True)
class SettlementDriver:
    """The officer, the approver and their bank."""

    instance: Instance
    random: Random
    officer: ApiClient = field(init=False)
    approver: ApiClient = field(init=False)
    bank: Bank = field(init=False)
    runs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.officer = self.instance.api("settlement_officer", county="12")
        self.approver = self.instance.api("settlement_approver", county="12")
        self.bank = Bank(self.random)

    def settle(self, *, returns: float = 0.0, meanwhile: Callable[[], None] = lambda: None) -> Json:
        """Settle once, from the preparation to the bank's answer, and return the run.

        Args:
            meanwhile: What happens between preparing and approving.
        """
        run = self.prepare()
        meanwhile()
        run = self.approve(run)
        if run["count"] == 0:
            return run
        payments = self.export(run)
        self.ingest(run["id"], payments, returns=returns)
        return self.fetch(run["id"])

    def prepare(self) -> Json:
        """Prepare a run of the accepted charges, as the officer."""
        body = {"county": "12", "until": TODAY}
        run: Json = self._step(self.officer, "/payment-runs", body, 201)
        require(run["id"] not in self.runs, f"run {run['id']} was prepared twice")
        self.runs.append(run["id"])
        require_consistent(run)
        return run

    def approve(self, run: Json) -> Json:
        """Approve a run, as the approver; if it changed, what is left of it, in one more step."""
        path = f"/payment-runs/{run['id']}/approve"
        answer = self._send(self.approver, path, {"hash": run["hash"]})
        if answer.codes == ["run_changed"]:
            answer = self._send(self.approver, path, {"hash": answer.body["hash"]})
        require(answer.status == 200, f"{path}: {answer.status} {answer.body}")
        approved: Json = answer.body
        return approved

    def export(self, run: Json) -> dict[str, int]:
        """Fetch the bank file twice, check that the bytes are equal, and return its payments."""
        path = f"/payment-runs/{run['id']}/bank-file"
        payments, _again = (self.bank.accept_file(run["id"], self._file(path)) for _ in range(2))
        require(sum(payments.values()) == cents_of(run["sum"]), f"run {run['id']}: the file has another sum")
        return payments

    def _file(self, path: str) -> bytes:
        answer = self.officer.send_until_answered("GET", path)
        require(answer.status == 200, f"{path}: {answer.status} {answer.body}")
        assert isinstance(answer.body, bytes)
        return answer.body

    def ingest(self, run_id: int, payments: dict[str, int], *, returns: float) -> None:
        """Send the bank's statements, as the officer; the approver confirms what came back."""
        for statement in self.bank.answer(payments, returns=returns):
            report = self._step(self.officer, "/bank-answers", statement, 200)
            codes = {fault["code"] for fault in report["faults"]}
            require(codes <= {"second_person_needed"}, f"the bank's answer did not match: {report}")
        for payment in self.fetch(run_id)["payments"]:
            if payment["open_answer"] is not None:
                path = f"/payment-runs/{run_id}/payments/{payment['id']}/decision"
                self._step(self.approver, path, {"decision": "holds"}, 200)

    def fetch(self, run_id: int) -> Json:
        """Return the run as the officer sees it, after checking that it is consistent."""
        run: Json = self.officer.send_until_answered("GET", f"/payment-runs/{run_id}").body
        require_consistent(run)
        return run

    def _send(self, api: ApiClient, path: str, body: object) -> Answer:
        return api.send_until_answered("POST", path, body, idempotency_key=f"step-{next(_keys)}")

    def _step(self, api: ApiClient, path: str, body: object, status: int) -> Any:
        answer = self._send(api, path, body)
        require(answer.status == status, f"{path}: {answer.status} {answer.body}")
        return answer.body


PARTS = {
    "prepared": {"prepared"},
    "approved": {"prepared"},
    "sent": {"sent", "confirmed", "returned"},
    "closed": {"confirmed", "returned"},
    "cancelled": {"prepared"},
}
"""The states that the payments of a run may have, by the state of the run."""


def require_consistent(run: Json) -> None:
    """Require that the payments add up to the run's sum, and that their states fit the run's state."""
    found = sum(cents_of(payment["sum"]) for payment in run["payments"])
    require(
        found == cents_of(run["sum"]),
        f"run {run['id']} is inconsistent: its sum is {run['sum']}, that of its payments {found}",
    )
    other = {payment["state"] for payment in run["payments"]} - PARTS[run["state"]]
    require(not other, f"run {run['id']} is inconsistent: {run['state']} with payments {sorted(other)}")
