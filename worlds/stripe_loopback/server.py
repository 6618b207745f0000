"""The server itself: HTTP on a port of this machine, with the faults that a network and Stripe can have."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from worlds.stripe_loopback.books import Books, nested
from worlds.stripe_loopback.objects import Body, error_object

KEYS = ("sk_test_", "rk_test_")


@dataclass
class Fault:
    """What goes wrong with the next requests of a method to a path: `times` of them.

    Kinds: `drop_before` (nothing is done), `drop_after` (done, but the answer is lost), `error_before` and
    `error_after` (500), `rate_limit` (429), `in_use` (409), `slow` (seconds).
    """

    kind: str
    times: int = 1
    path: str = ""
    method: str = "POST"
    seconds: float = 0.0


@dataclass
class Loopback:
    """A server that answers as Stripe. `page` answers the pages that Stripe would show to people."""

    books: Books
    page: Callable[[Request, Loopback], Response] | None = None
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str, str, int]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.RLock)
    _server: BaseWSGIServer | None = None

    def start(self, port: int = 0) -> str:
        """Listen on a port and return the address."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server("127.0.0.1", port, self, threaded=True)
        threading.Thread(target=self._server.serve_forever, daemon=True, name="stripe-loopback").start()
        return self.address

    @property
    def address(self) -> str:
        """Return the address of the API."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.port}"

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        response = self._api(request) if request.path.startswith("/v1/") else self._page(request)
        return response(environ, start_response)

    def _page(self, request: Request) -> Response:
        return Response("Not found", 404) if self.page is None else self.page(request, self)

    def _api(self, request: Request) -> Response:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not key.startswith(KEYS):
            text = "Invalid API Key provided"
            return _response(401, error_object("invalid_request_error", text))
        path = request.path.removeprefix("/v1/")
        fault = self._fault(request.method, path)
        if fault is not None and (response := self._before(fault, request)):
            return response
        answer, is_replayed = self._answer(request, path)
        self.requests.append((request.method, path, request.headers.get("Idempotency-Key", ""), answer[0]))
        if fault is not None and fault.kind == "drop_after":
            _drop(request)
        if fault is not None and fault.kind == "error_after":
            return _response(500, error_object("api_error", "An unknown error occurred"))
        response = _response(*answer)
        if is_replayed:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    def _answer(self, request: Request, path: str) -> tuple[tuple[int, Body], bool]:
        with self.lock:
            if request.method == "POST":
                sent = nested(list(request.form.items(multi=True)))
                key, account = (
                    request.headers.get(name, "") for name in ("Idempotency-Key", "Stripe-Account")
                )
                answer, is_replayed = self.books.create(path, sent, key, account)
                return (answer[0], self._with_address(answer[1])), is_replayed
            account = request.headers.get("Stripe-Account", "")
            found = self.books.find(path, dict(request.args.items()), account)
            is_page = found[1].get("object") == "checkout.session"
            return (found[0], self._with_address(found[1]) if is_page else found[1]), False

    def _with_address(self, body: Body) -> Body:
        url = body.get("url")
        return {**body, "url": self.address + url} if isinstance(url, str) and url.startswith("/") else body

    def _fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and method == fault.method and path.startswith(fault.path):
                    fault.times -= 1
                    return fault
        return None

    def _before(self, fault: Fault, request: Request) -> Response | None:
        if fault.kind == "drop_before":
            _drop(request)
        if fault.kind == "slow":
            time.sleep(fault.seconds)
        answers = {
            "rate_limit": (429, "invalid_request_error", "Too many requests", "rate_limit"),
            "error_before": (500, "api_error", "An unknown error occurred", None),
            "in_use": (
                409,
                "idempotency_error",
                "There is currently another request in progress",
                "idempotency_key_in_use",
            ),
        }
        if fault.kind not in answers:
            return None
        status, kind, message, code = answers[fault.kind]
        return _response(status, error_object(kind, message, code))


def _response(status: int, body: Body) -> Response:
    import json

    headers = {"Request-Id": "req_loopback", "Stripe-Should-Retry": "false"} if status == 500 else {}
    return Response(json.dumps(body), status, headers, content_type="application/json")


def _drop(request: Request) -> None:
    """Close the connection without an answer."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
