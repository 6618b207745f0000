"""An API client on a connection that stays open; it can lose answers on purpose and send again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from benchmarks.programme.failure import CheckFailedError, require

SECONDS = 60.0
"""The longest time for one answer, and for repeating a request until it is answered, unless a client has its
own: that a program is back within a minute is promised for a machine of its own, not for a shared one."""
PAUSE_SECONDS = 0.05
IDLE_SECONDS = 30.0
"""An idle connection is opened again after this time: the program closes it after a minute."""
CONNECTION_ERRORS = (OSError, HTTPException)
"""Raised when an answer was lost: the program was killed, or the connection was closed."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; `body` is parsed JSON, or bytes for other content types."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def codes(self) -> list[str]:
        """The codes of a refusal: those of the reasons that refuse, else the problem's own."""
        body = self.body if isinstance(self.body, dict) else {}
        refusing = [reason for reason in body.get("reasons") or () if reason.get("severity", "R") == "R"]
        own = [str(body["code"])] if body.get("code") else []
        return [str(reason["code"]) for reason in refusing] or own


@dataclass(slots=True)
class ApiClient:
    """One person's API key on one connection, for one thread; `url` returns the program's current address."""

    url: Callable[[], str]
    key: str
    seconds: float = SECONDS
    slowest_seconds: float = 0.0
    tries: int = 0
    _connection: HTTPConnection | None = field(default=None, repr=False)
    _address: str = ""
    _sent_at: float = 0.0

    def twin(self) -> ApiClient:
        """Return a client of the same person with a connection of its own."""
        return ApiClient(self.url, self.key, self.seconds)

    def send(
        self, method: str, path: str, body: object = None, *, idempotency_key: str | None = None
    ) -> Answer:
        """Send once, and return the answer; one of CONNECTION_ERRORS is raised when none came."""
        self.tries += 1
        try:
            self._send(method, path, body, idempotency_key)
            return self._receive()
        except CONNECTION_ERRORS as lost:
            self.disconnect()
            lost.add_note(f"{method} {path}")
            raise

    def get(self, path: str) -> Any:
        """Return the body of an answer with status 200."""
        answer = self.send("GET", path)
        require(answer.status == 200, f"GET {path}: {answer.status} {answer.body}")
        return answer.body

    def post(self, path: str, body: object, *, idempotency_key: str | None = None) -> Any:
        """Send JSON, and return the body of an answer with status 200 or 201."""
        answer = self.send("POST", path, body, idempotency_key=idempotency_key)
        require(answer.status in (200, 201), f"POST {path}: {answer.status} {answer.body}")
        return answer.body

    def send_until_answered(
        self, method: str, path: str, body: object = None, *, idempotency_key: str | None = None
    ) -> Answer:
        """Send until there is an answer.

        Raises:
            CheckFailedError: No answer within `seconds`, a 5xx, or a 503 without code or Retry-After.
        """
        begun = monotonic()
        while monotonic() - begun < self.seconds:
            try:
                answer = self.send(method, path, body, idempotency_key=idempotency_key)
            except CONNECTION_ERRORS:
                sleep(PAUSE_SECONDS)
                continue
            if not must_retry(answer):
                self.slowest_seconds = max(self.slowest_seconds, monotonic() - begun)
                return answer
            sleep(PAUSE_SECONDS)
        raise CheckFailedError(f"{method} {path}: no answer within {self.seconds:.0f} s")

    def send_and_disconnect(
        self, method: str, path: str, body: object, *, idempotency_key: str, wait_seconds: float
    ) -> None:
        """Send, and close the connection after `wait_seconds` without reading the answer."""
        try:
            self._send(method, path, body, idempotency_key)
            sleep(wait_seconds)
        except CONNECTION_ERRORS:
            pass
        self.disconnect()

    def disconnect(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, method: str, path: str, body: object, idempotency_key: str | None) -> None:
        address = urlsplit(self.url()).netloc
        if self._connection is None or address != self._address or monotonic() - self._sent_at > IDLE_SECONDS:
            self.disconnect()
            self._connection, self._address = HTTPConnection(address, timeout=self.seconds), address
        self._sent_at = monotonic()
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        content_type = "application/xml" if isinstance(body, bytes) else "application/json"
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": content_type}
        headers |= {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        self._connection.request(method, f"/api/v1{path}", content, headers)

    def _receive(self) -> Answer:
        assert self._connection is not None
        response = self._connection.getresponse()
        content = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        is_json = "json" in headers.get("content-type", "")
        return Answer(response.status, json.loads(content) if is_json else content, headers)


def must_retry(answer: Answer) -> bool:
    """Return whether the request must be sent again, because there is no answer yet.

    Raises:
        CheckFailedError: A 5xx, except a 503 with its code and Retry-After.
    """
    text = f"{answer.status} {answer.body}"
    require(answer.status < 500 or answer.status == 503, f"a server error: {text}")
    if answer.status == 503:
        require(
            answer.codes and "retry-after" in answer.headers, f"a 503 without code or Retry-After: {text}"
        )
    return answer.status == 503 or answer.codes == ["idempotency_key_running"]
