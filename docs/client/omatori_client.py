"""A client of Omatori's API in one file: Python 3.11 or newer, the standard library alone.

Copy it into your program. Every method is one operation of `/api/docs`, and returns the JSON of its answer.
Money and quantities are strings with a dot (`"72.00"`): read them with `decimal.Decimal`, never with `float`.

    client = Client("https://omatori.example.fi", "omk_…")
    answer = client.charge({"reference": "R-1", "voucher": "PS-…", "service": "PERSONAL_ASSISTANCE", …})
    if answer["outcome"] == "refused":
        for reason in answer["reasons"]:
            print(reason["title"], reason["fix"])
"""

from __future__ import annotations

import hmac
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

Json = dict[str, Any]
TRIED_AGAIN = (429, 503)
"""Answers after which the same request may succeed: nothing was stored."""
STILL_RUNNING = "idempotency_key_running"
LONGEST_WAIT = 60.0


class OmatoriError(Exception):
    """The service refused a request. `code` does not change, `title` and `detail` are for people.

    `errors` names each wrong field: `{"field", "code", "title"}`. `problem` is the whole document.
    """

    def __init__(self, status: int, problem: Json) -> None:
        self.status, self.problem = status, problem
        self.code: str = problem.get("code", "")
        self.title: str = problem.get("title", "")
        self.detail: str = problem.get("detail", "")
        self.errors: list[Json] = problem.get("errors", [])
        super().__init__(f"{status} {self.code}: {self.title} {self.detail}".strip())


class UnreachableError(Exception):
    """The service did not answer. A POST may have been done: send it again with its Idempotency-Key."""


class SignatureError(Exception):
    """A webhook was not signed by Omatori with this secret, or it is too old."""


@dataclass(frozen=True)
class Answer:
    """An answer of the service."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the document; None if there is none."""
        return json.loads(self.body) if self.body else None


class _NoRedirects(HTTPRedirectHandler):
    """Follows no redirect: the key would go along to wherever it leads."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class Client:
    """The API with one key. It may be used by several threads."""

    def __init__(
        self,
        address: str,
        key: str,
        *,
        language: str = "en",
        timeout: float = 60.0,
        attempts: int = 5,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Use the service at an address, such as `https://omatori.example.fi`, with a key (`omk_…`).

        Args:
            language: Of the texts in answers: fi, sv or en.
            timeout: Seconds without a byte after which an attempt has failed.
            attempts: How often a request is tried while the service is away or busy.
        """
        if not address.startswith(("https://", "http://")):
            raise ValueError("the address begins with https://")
        self.address, self.key, self.language = address.rstrip("/"), key, language
        self.timeout, self.attempts, self.sleep = timeout, attempts, sleep
        self._opener = build_opener(_NoRedirects)

    def charge(self, charge: Mapping[str, object], *, idempotency_key: str | None = None) -> Json:
        """Send one charge; return what was decided: `outcome` is accepted, on_hold or refused.

        A refused charge is an answer with `reasons`, not an error. The same charge again gives the same
        answer, with `duplicate`.
        """
        return self._decided("/charges", charge, idempotency_key)

    def check_charge(self, charge: Mapping[str, object]) -> Json:
        """Return what would be decided of a charge. Nothing is stored."""
        return self._decided("/charges?check=true", charge, None)

    def charges(self, **query: object) -> Iterator[Json]:
        """Yield my charges, newest first. `query`: state, reference, voucher, first_day, last_day, …"""
        return self.pages("/charges", **query)

    def get_charge(self, charge_id: int) -> Json:
        """Return one charge."""
        return self._json("GET", f"/charges/{charge_id}")

    def withdraw(self, charge_id: int, why: str = "") -> Json:
        """Take a charge back before it is settled."""
        return self._json("POST", f"/charges/{charge_id}/withdraw", body={"why": why})

    def correct(self, charge_id: int, correction: Mapping[str, object]) -> Json:
        """Correct a charge; return what was decided, as for `charge`."""
        return self._decided(f"/charges/{charge_id}/corrections", correction, None)

    # Files of charges

    def send_file(
        self, data: bytes, content_type: str = "text/csv", *, wait: bool = True, every: float = 2.0
    ) -> Json:
        """Send a file of charges, and wait until every row is decided. The same file again stores nothing.

        Args:
            content_type: `text/csv`, that of XLSX, or `application/xml` for UBL and Finvoice.
            wait: False: return at once; `state` is then not `done`.
            every: Seconds between two looks.
        """
        headers = {"Content-Type": content_type, "Prefer": "respond-async"}
        sent: Json = self.request("POST", "/charge-files", data=data, headers=headers).json()
        while wait and sent["state"] not in ("done", "stopped", "ended", "failed"):
            self.sleep(every)
            sent = self._json("GET", f"/charge-files/{sent['id']}")
        return sent

    def file_results(self, file_id: int) -> Iterator[Json]:
        """Yield what was decided of each row of a file."""
        page, pages = 1, 1
        while page <= pages:
            found = self._json("GET", f"/charge-files/{file_id}?page={page}")
            yield from found["results"]
            page, pages = page + 1, found["pages"]

    def refused_rows(self, file_id: int) -> bytes:
        """Return the refused rows as CSV with their reasons, to correct and send."""
        return self.request("GET", f"/charge-files/{file_id}/refused.csv").body

    # Settlements

    def settlements(self) -> Iterator[Json]:
        """Yield my settlements, newest first."""
        return self.pages("/settlements")

    def settlement(self, settlement_id: int) -> Json:
        """Return one settlement with its charges, and the reference on the bank statement."""
        return self._json("GET", f"/settlements/{settlement_id}")

    def expected_payments(self) -> Json:
        """Return when accepted charges are paid if the county approves, what is on hold, and pay days."""
        return self._json("GET", "/settlements/expected")

    def settlement_csv(self, settlement_id: int) -> bytes:
        """Return the charges of a settlement as CSV."""
        return self.request("GET", f"/settlements/{settlement_id}.csv").body

    def add_webhook(self, url: str, events: Sequence[str]) -> Json:
        """Add an address; keep the `secret` of the answer, it is not shown again."""
        return self._json("POST", "/my/webhooks", body={"url": url, "events": list(events)})

    def deliveries(self, webhook_id: int) -> Iterator[Json]:
        """Yield what was sent to an address in the last 30 days, newest first."""
        return self.pages(f"/my/webhooks/{webhook_id}/deliveries")

    def pages(self, path: str, **query: object) -> Iterator[Json]:
        """Yield the items of a list, page after page."""
        page, pages = 1, 1
        while page <= pages:
            found = self._json("GET", path, query={**query, "page": page, "page_size": 200})
            yield from found["items"]
            page, pages = page + 1, found["pages"]

    def request(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        data: bytes | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Send a request and return its answer; try again while the service is away or busy.

        A POST has an Idempotency-Key, its own or a new one, so trying again does nothing twice.

        Args:
            path: Below `/api/v1`, or a whole path such as the `href` of a webhook.

        Raises:
            OmatoriError: The service refused it.
            UnreachableError: There was no answer.
        """
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        found = path if path.startswith("/api/") else f"/api/v1{path}"
        found += f"?{urlencode(asked)}" if asked else ""
        sent = {"Authorization": f"Bearer {self.key}", "Accept-Language": self.language, **(headers or {})}
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        if method == "POST":
            sent["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        request = Request(self.address + found, data, sent, method=method)  # noqa: S310 - checked in __init__
        return self._until_answered(request)

    def _until_answered(self, request: Request) -> Answer:
        for attempt in range(1, self.attempts + 1):
            is_last = attempt == self.attempts
            try:
                with self._opener.open(request, timeout=self.timeout) as found:
                    return Answer(found.status, found.headers, found.read())
            except HTTPError as error:
                with error:
                    refusal = OmatoriError(error.code, _problem(error.read()))
                    wait = error.headers.get("Retry-After", "")
                again = error.code in TRIED_AGAIN or refusal.code == STILL_RUNNING
                if is_last or not again:
                    raise refusal from None
                self.sleep(min(float(wait) if wait.isdigit() else 2.0**attempt, LONGEST_WAIT))
            except (URLError, OSError) as error:
                if is_last or request.method == "PATCH":
                    raise UnreachableError(f"no answer of {self.address}: {error}") from error
                self.sleep(min(2.0**attempt, LONGEST_WAIT))
        raise UnreachableError(self.address)

    def _json(self, method: str, path: str, **options: Any) -> Json:
        found: Json = self.request(method, path, **options).json() or {}
        return found

    def _decided(self, path: str, body: Mapping[str, object], idempotency_key: str | None) -> Json:
        try:
            return self._json("POST", path, body=dict(body), idempotency_key=idempotency_key)
        except OmatoriError as refusal:
            if refusal.problem.get("outcome") != "refused":
                raise
            return refusal.problem


def _problem(body: bytes) -> Json:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": body[:200].decode(errors="replace")}


def read_webhook(
    secrets: str | Sequence[str],
    signature: str,
    body: bytes,
    *,
    tolerance: float = 300.0,
    now: float | None = None,
) -> Json:
    """Check a webhook and return its event: `id`, `type`, `created_at`, `data`.

    Args:
        secrets: The secret of the address (`whsec_…`); during a renewal the old and the new one.
        signature: The header `Omatori-Signature`.
        body: The bytes of the request, as they came: not parsed and written again.
        tolerance: Seconds by which the time of the signature may differ from now.

    Raises:
        SignatureError: Answer 400, and do nothing.
    """
    parts = [part.partition("=")[::2] for part in signature.split(",")]
    times = [value for name, value in parts if name.strip() == "t"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()):
        raise SignatureError("the header Omatori-Signature is missing or malformed")
    if abs((time.time() if now is None else now) - int(times[0])) > tolerance:
        raise SignatureError("the signature is too old, or the clock is wrong")
    message = f"{times[0]}.".encode() + body
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        expected = hmac.new(secret.encode(), message, sha256).hexdigest()
        if any(name == "v1" and hmac.compare_digest(expected, value) for name, value in parts):
            event: Json = json.loads(body)
            return event
    raise SignatureError("no signature of this secret")
