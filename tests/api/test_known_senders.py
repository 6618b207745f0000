"""The server asks the application who sends a large body before it reads the body."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http.client import HTTPResponse
from threading import Thread

import pytest
from sqlalchemy import select, update
from waitress.server import create_server
from waitress.wasyncore import close_all

from commands.body_limits import limited_channel
from commands.serve import LARGEST_BODY_BYTES
from foundation.database.tables.people import ApiKey, RoleGrant, WebSession
from foundation.web.identity.sessions import store_session
from tests.builders.api import ApiSession
from tests.builders.county import NOW
from tests.builders.provider_api import ProviderApi

SIZE = 25_000_000
PATH = "/api/v1/charge-files"


@dataclass
class Served:
    """The application behind the real server."""

    api: ProviderApi
    port: int

    def connect(self, *headers: str, path: str = PATH, size: int | None = SIZE) -> socket.socket:
        """Send the headers of a request with a large body, and nothing of the body."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        length = "Transfer-Encoding: chunked" if size is None else f"Content-Length: {size}"
        lines = [f"POST {path} HTTP/1.1", "Host: x", length, *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        return connection

    def answer(self, *headers: str, path: str = PATH, size: int | None = SIZE) -> tuple[int, str, bytes]:
        """Return the answer to the headers alone: status, content type and body."""
        with self.connect(*headers, path=path, size=size) as connection:
            response = HTTPResponse(connection)
            response.begin()
            return response.status, response.headers["Content-Type"], response.read()


@pytest.fixture
def server(provider_api: ProviderApi) -> Iterator[Served]:
    with _serve(provider_api) as port:
        yield Served(provider_api, port)


@contextmanager
def _serve(api: ApiSession) -> Iterator[int]:
    app = api.web.application
    limits = {"threads": 2, "max_request_body_size": LARGEST_BODY_BYTES}
    server = create_server(app, map={}, host="127.0.0.1", port=0, **limits)
    server.channel_class = limited_channel(app)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield int(server.effective_port)
    with suppress(OSError):  # a request that ends now can wake the server, which then has closed the trigger
        server.trigger.pull_trigger(partial(close_all, server._map))
    thread.join(5)
    server.task_dispatcher.shutdown()


def continues(server: Served, *headers: str, path: str = PATH) -> bool:
    """Return whether the server asks for the body of such a request."""
    with server.connect(*headers, "Expect: 100-continue", path=path) as connection:
        line = connection.makefile("rb").readline()
    return line.startswith(b"HTTP/1.1 100 ")


def test_an_invented_key_gets_401_without_its_body(server: Served) -> None:
    status, content_type, body = server.answer("Authorization: Bearer omk_invented", "Accept-Language: en")
    assert (status, content_type) == (401, "application/problem+json")
    ordinary = server.api.post_bytes("/charge-files", b"a", "text/csv", key="omk_invented")
    assert body == ordinary.get_data()  # nothing is told beyond the 401 of every request
    assert not continues(server, "Authorization: Bearer omk_invented")


def test_an_invented_key_gets_401_for_a_chunked_body_too(server: Served) -> None:
    assert server.answer("Authorization: Bearer omk_invented", size=None)[0] == 401


def test_the_rest_of_a_refused_body_is_no_request(server: Served) -> None:
    with server.connect("Authorization: Bearer omk_invented") as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        answers = _read_until_closed(connection)
    assert answers.count(b"HTTP/1.1 ") <= 1
    assert b"HTTP/1.1 200" not in answers


def _read_until_closed(connection: socket.socket) -> bytes:
    """Return what the server sends; a server that closes with bytes unread may reset the connection."""
    received = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    return received


def test_a_known_key_is_asked_for_its_body(server: Served) -> None:
    assert continues(server, f"Authorization: Bearer {server.api.own_key}")
    assert continues(server, f"Authorization: Bearer {server.api.own_key}")  # remembered


def test_a_known_key_sends_its_body(server: Served) -> None:
    headers = (f"Authorization: Bearer {server.api.own_key}", "Content-Type: text/csv")
    with server.connect(*headers, size=3_000_000) as connection:
        connection.sendall(b";" * 3_000_000)
        response = HTTPResponse(connection)
        response.begin()
        assert response.status == 422


def test_a_revoked_key_is_refused(server: Served) -> None:
    server.api.session.execute(update(ApiKey).values(revoked_at=NOW))
    server.api.session.commit()
    assert server.answer(f"Authorization: Bearer {server.api.own_key}")[0] == 401


def test_a_key_that_was_not_found_is_looked_up_again(server: Served) -> None:
    key = f"Authorization: Bearer {server.api.own_key}"
    server.api.session.execute(update(ApiKey).values(revoked_at=NOW))
    server.api.session.commit()
    assert server.answer(key)[0] == 401
    server.api.session.execute(update(ApiKey).values(revoked_at=None))
    server.api.session.commit()
    assert continues(server, key)


def test_a_key_counts_at_no_page_and_a_session_at_no_address_of_the_api(server: Served) -> None:
    key, cookie = f"Authorization: Bearer {server.api.own_key}", _cookie(server)
    assert continues(server, key)
    assert continues(server, cookie, path="/t/tuo")
    assert not continues(server, key, "Cookie: omatori=x", path="/t/tuo")
    assert not continues(server, cookie)


@pytest.mark.parametrize("cookie", ["Cookie: omatori=invented", "Cookie: omatori=e30.aaaaaa.bbbbbbbbbbb"])
def test_an_invented_session_sends_no_body(server: Served, cookie: str) -> None:
    assert not continues(server, cookie, path="/t/tuo")


def test_a_session_that_has_ended_sends_no_body(server: Served) -> None:
    cookie = _cookie(server)
    server.api.session.execute(update(WebSession).values(ended_at=NOW - timedelta(minutes=1)))
    server.api.session.commit()
    assert not continues(server, cookie, path="/t/tuo")


def test_without_the_database_the_answer_is_503(server: Served) -> None:
    server.api.session.execute(select(ApiKey))
    server.api.session.rollback()
    server.api.session.connection().exec_driver_sql("ALTER TABLE api_key RENAME TO api_key_away")
    server.api.session.commit()
    assert server.answer(f"Authorization: Bearer {server.api.own_key}")[0] == 503


def _cookie(server: Served) -> str:
    """Return the cookie of the biller's session."""
    api, app = server.api, server.api.web.application
    grant = api.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == api.biller.person_id)).one()
    token = store_session(api.session, api.biller.person_id or 0, grant, NOW)
    api.session.commit()
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"Cookie: omatori={serializer.dumps({'token': token})}"
