"""A steady load for an upgrade: providers charge, clients read and choose, each request on the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from threading import Event, Thread
from time import monotonic, sleep

from benchmarks.programme.api_client import CONNECTION_ERRORS, Answer, ApiClient, Json

PACE_SECONDS = 0.02
"""The pause between two requests of a thread: the load is steady, and leaves the machine half free."""
AGAIN_SECONDS = 0.1
NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request: when it was sent, how long it took, and its status or that no answer came."""

    kind: str
    sent_at: float
    seconds: float
    result: str

    @property
    def is_answered(self) -> bool:
        """Return whether the program did what was asked, or said why not."""
        return self.result != NO_ANSWER and not self.result.startswith("5")


@dataclass(slots=True)
class SteadyLoad:
    """Threads that send charges, reads and choices until they are stopped.

    A charge or a choice without an answer is sent again with the same key, as a careful program does.
    `charges` has the references that were accepted, with their ids, and `choices` the ids of choices.
    """

    url: Callable[[], str]
    report: Json
    day: date
    name: str = "LOAD"
    attempts: list[Attempt] = field(default_factory=list)
    charges: dict[str, int] = field(default_factory=dict)
    choices: list[int] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    finished: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start a thread of each kind."""
        for act in (self._charge, self._read, self._choose):
            thread = Thread(target=self._run, args=(act(),), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let each thread finish its request."""
        self.finished.set()
        for thread in self._threads:
            thread.join()

    def _run(self, acts: Iterator[None]) -> None:
        while not self.finished.is_set() and next(acts, self) is None:
            sleep(PACE_SECONDS)

    def _charge(self) -> Iterator[None]:
        """Charge a quarter of an hour of each chosen voucher in turn, on ever earlier days."""
        billers = {
            person["provider"]: ApiClient(self.url, person["api_key"])
            for person in self.report["people"]
            if person["role"] == "provider_biller"
        }
        units = {service["code"]: service["unit"] for service in self.report["services"]}
        chosen = [(row, row["choices"][-1]["provider"]) for row in self.report["fundings"] if row["choices"]]
        for number, (funding, provider) in enumerate(cycle(chosen)):
            unit = units[funding["services"][0]]
            sent = _visit(
                funding, unit, f"{self.name}-{number}", self.day - timedelta(days=number // len(chosen))
            )
            answer = self._until_answered("charge", billers[provider], "/charges", sent)
            if answer is not None and answer.status in (200, 201):
                self.charges[sent["reference"]] = int(answer.body["id"])
            elif answer is not None:
                self.refused.update(answer.codes)
            yield

    def _read(self) -> Iterator[None]:
        """Read each client's fundings and a search in turn."""
        for person in cycle(self._clients()):
            api = ApiClient(self.url, person["api_key"])
            for path in ("/me/fundings", "/offerings?page_size=20"):
                self._attempt("read", api, "GET", path, None, None)
                yield
            api.disconnect()

    def _choose(self) -> Iterator[None]:
        """Let clients who have not chosen choose what a search for their voucher finds, one each second."""
        keys = {person["client"]: person["api_key"] for person in self._clients()}
        free = [row for row in self.report["fundings"] if not row["choices"] and row["client"] in keys]
        for funding in free:
            api = ApiClient(self.url, keys[funding["client"]])
            path = f"/offerings?voucher={funding['voucher']}&service={funding['services'][0]}&page_size=1"
            found = self._attempt("read", api, "GET", path, None, None)
            if found is not None and found.status == 200 and found.body["items"]:
                body = {
                    "offering": found.body["items"][0]["id"],
                    "starts_on": self.day.isoformat(),
                    "quantity_per_week": "1.00",
                }
                answer = self._until_answered("choice", api, f"/fundings/{funding['voucher']}/choices", body)
                if answer is not None and answer.status == 201:
                    self.choices.append(int(answer.body["id"]))
                elif answer is not None:
                    self.refused.update(answer.codes)
            sleep(1)
            yield

    def _clients(self) -> list[Json]:
        return [person for person in self.report["people"] if person["role"] == "client"]

    def _until_answered(self, kind: str, api: ApiClient, path: str, body: Json) -> Answer | None:
        key = f"{self.name}-{kind}-{body.get('reference') or path}"
        while not self.finished.is_set():
            answer = self._attempt(kind, api, "POST", path, body, key)
            if answer is not None and answer.status < 500:
                return answer
            sleep(AGAIN_SECONDS)
        return None

    def _attempt(
        self, kind: str, api: ApiClient, method: str, path: str, body: Json | None, key: str | None
    ) -> Answer | None:
        begun = monotonic()
        try:
            answer = api.send(method, path, body, idempotency_key=key)
        except CONNECTION_ERRORS:
            self.attempts.append(Attempt(kind, begun, monotonic() - begun, NO_ANSWER))
            return None
        self.attempts.append(Attempt(kind, begun, monotonic() - begun, str(answer.status)))
        return answer


def _visit(funding: Json, unit: str, reference: str, day: date) -> Json:
    return {
        "reference": reference,
        "voucher": funding["voucher"],
        "service": funding["services"][0],
        "service_day": day.isoformat(),
        "start": "03:00",
        "end": "03:15",
        "quantity": "0.25" if unit == "hour" else "1.00",
        "unit": unit,
        "unit_price": "1.00",
    }
