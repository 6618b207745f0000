"""A person with an API key, on a connection that stays open, who may lose answers and asks again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from benchmarks.programme.broken import BrokenError, hold

SECONDS = 60.0
"""The longest that one answer may take, and the longest until a lost one has been had."""
PAUSE_SECONDS = 0.05
IDLE_SECONDS = 30.0
"""A line that has been silent for so long is opened anew: the program closes it after two minutes."""
LOST = (OSError, HTTPException)
"""What is raised where an answer was lost: the program died, or somebody cut the line."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is JSON where it was sent as such, else bytes."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def codes(self) -> list[str]:
        """The codes of a refusal: those of the reasons that refuse, else the problem's own."""
        body = self.body if isinstance(self.body, dict) else {}
        refusing = [one for one in body.get("reasons") or () if one.get("severity", "R") == "R"]
        own = [str(body["code"])] if body.get("code") else []
        return [str(reason["code"]) for reason in refusing] or own


@dataclass(slots=True)
class Caller:
    """One thread's line to the program; `url` tells where it is served just now."""

    url: Callable[[], str]
    key: str
    slowest_seconds: float = 0.0
    tries: int = 0
    _line: HTTPConnection | None = field(default=None, repr=False)
    _place: str = ""
    _sent_at: float = 0.0

    def twin(self) -> Caller:
        """The same person on a line of its own."""
        return Caller(self.url, self.key)

    def ask(self, method: str, path: str, body: object = None, *, once: str | None = None) -> Answer:
        """One try. `once` is the idempotency key. Raises one of LOST where no answer came."""
        self.tries += 1
        try:
            self._send(method, path, body, once)
            return self._hear()
        except LOST as lost:
            self.hang_up()
            lost.add_note(f"{method} {path}")
            raise

    def get(self, path: str) -> Any:
        """The body of a good answer."""
        answer = self.ask("GET", path)
        hold(answer.status == 200, f"GET {path}: {answer.status} {answer.body}")
        return answer.body

    def post(self, path: str, body: object, *, once: str | None = None) -> Any:
        """The body of an answer that says that it was done."""
        answer = self.ask("POST", path, body, once=once)
        hold(answer.status in (200, 201), f"POST {path}: {answer.status} {answer.body}")
        return answer.body

    def insist(self, method: str, path: str, body: object = None, *, once: str | None = None) -> Answer:
        """Ask until answered. BrokenError: not within a minute, a 500, or a 503 that does not say when."""
        begun = monotonic()
        while monotonic() - begun < SECONDS:
            try:
                answer = self.ask(method, path, body, once=once)
            except LOST:
                sleep(PAUSE_SECONDS)
                continue
            if not may_ask_again(answer):
                self.slowest_seconds = max(self.slowest_seconds, monotonic() - begun)
                return answer
            sleep(PAUSE_SECONDS)
        raise BrokenError(f"{method} {path}: no answer within {SECONDS:.0f} s")

    def drop(self, method: str, path: str, body: object, *, once: str, wait_seconds: float) -> None:
        """Send, and cut the line after so long without having read a word."""
        try:
            self._send(method, path, body, once)
            sleep(wait_seconds)
        except LOST:
            pass
        self.hang_up()

    def hang_up(self) -> None:
        """Close the line; the next try opens another."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _send(self, method: str, path: str, body: object, once: str | None) -> None:
        place = urlsplit(self.url()).netloc
        if self._line is None or place != self._place or monotonic() - self._sent_at > IDLE_SECONDS:
            self.hang_up()
            self._line, self._place = HTTPConnection(place, timeout=SECONDS), place
        self._sent_at = monotonic()
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = "application/xml" if isinstance(body, bytes) else "application/json"
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        headers |= {} if once is None else {"Idempotency-Key": once}
        self._line.request(method, f"/api/v1{path}", content, headers)

    def _hear(self) -> Answer:
        assert self._line is not None
        heard = self._line.getresponse()
        content = heard.read()
        headers = {name.lower(): value for name, value in heard.getheaders()}
        is_json = "json" in headers.get("content-type", "")
        return Answer(heard.status, json.loads(content) if is_json else content, headers)


def may_ask_again(answer: Answer) -> bool:
    """Whether the answer is only that there is none yet; BrokenError for one that must never be given."""
    told = f"{answer.status} {answer.body}"
    hold(answer.status < 500 or answer.status == 503, f"an answer without excuse: {told}")
    if answer.status == 503:
        hold(answer.codes and "retry-after" in answer.headers, f"a 503 without code or Retry-After: {told}")
    return answer.status == 503 or answer.codes == ["idempotency_key_running"]
