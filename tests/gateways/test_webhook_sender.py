"""Sending an event over the network: what a stranger's host may answer, and where nothing is sent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event, Thread

import pytest

from clearing.webhooks.gateways.sender import Sender
from tests.builders.certificates import self_signed
from tests.builders.webhooks import Receiver, a_receiver

DEVELOPMENT = Sender(allow_local=True)
PRODUCTION = Sender(allow_local=False)
HEADERS = {"Content-Type": "application/json", "Omatori-Event": "test"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as served:
        yield served


def leading_to(*addresses: str) -> Callable[[str, int], list[str]]:
    """Look-ups that find these addresses for every name."""
    return lambda _host, _port: list(addresses)


def test_an_event_arrives_with_its_headers_and_the_answer_is_kept(receiver: Receiver) -> None:
    receiver.text = "kiitos ä\x00\x1b<b>".encode()
    answer = DEVELOPMENT.post(f"{receiver.url}?a=b", HEADERS, b"{}")
    assert (answer.status, answer.error, answer.text) == (200, None, "kiitos ä  <b>")
    assert answer.is_taken
    [(path, headers, body)] = receiver.requests
    assert (path, body, headers["Omatori-Event"]) == ("/hook?a=b", b"{}", "test")


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    answer = DEVELOPMENT.post(receiver.url, HEADERS, b"{}")
    assert (answer.status, answer.error, answer.is_taken) == (302, "redirect_refused", False)
    assert len(receiver.requests) == 1


def test_only_the_first_characters_of_a_long_answer_are_kept(receiver: Receiver) -> None:
    receiver.text = b"x" * 100_000
    assert DEVELOPMENT.post(receiver.url, HEADERS, b"{}").text == "x" * 500


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_public_name_that_leads_into_our_network_is_not_called(receiver: Receiver, address: str) -> None:
    port = receiver.url.rpartition(":")[2].removesuffix("/hook")
    for sender in (Sender(False, leading_to(address)), Sender(True, leading_to(address))):
        answer = sender.post(f"https://hooks.example.com:{port}/hook", HEADERS, b"{}")
        assert (answer.status, answer.error) == (None, "webhook_url_not_public")
    assert receiver.requests == []


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    sender = Sender(False, leading_to("8.8.8.8", "127.0.0.1"))
    assert sender.post("https://hooks.example.com/", HEADERS, b"").error == "webhook_url_not_public"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "http://hooks.example.com/"])
def test_production_sends_nothing_to_this_machine_and_nothing_without_tls(url: str) -> None:
    answer = PRODUCTION.post(url, HEADERS, b"{}")
    assert answer.status is None
    assert answer.error in ("webhook_url_not_https", "webhook_url_not_public")


def test_the_connection_goes_to_the_address_that_was_checked_and_not_to_a_second_look_up() -> None:
    """DNS rebinding: the name has another address the next time that somebody asks."""
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["::ffff:10.0.0.1"] if len(asked) > 1 else ["10.0.0.2"]

    Sender(False, rebinding).post("https://hooks.example.com/", HEADERS, b"")
    assert asked == ["hooks.example.com"]


def test_nobody_listens_and_no_such_host_have_codes_of_their_own(receiver: Receiver) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]  # bound, so that nobody else listens there meanwhile
        assert DEVELOPMENT.post(f"http://127.0.0.1:{port}/", HEADERS, b"").error == "no_answer"

    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert Sender(False, unknown).post("https://nobody.example.com/", HEADERS, b"").error == "host_unknown"


def test_an_answer_that_is_no_http_is_refused() -> None:
    with _speaking(b"hello, this is no HTTP\r\n\r\n") as url:
        assert DEVELOPMENT.post(url, HEADERS, b"{}").error == "answer_malformed"


def test_an_answer_that_never_ends_is_cut_off(receiver: Receiver) -> None:
    """Each byte comes in time for the socket, and the whole never does."""
    release = Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
            while not release.wait(0.05):
                handler.wfile.write(b"X-Slow: y\r\n")
        except OSError:
            release.set()

    receiver.answer = drip  # type: ignore[method-assign]
    answer = Sender(True, whole_seconds=0.5).post(receiver.url, HEADERS, b"{}")
    release.set()
    assert (answer.error, answer.is_taken) == ("timed_out", False)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "localhost")
    with _speaking(b"", certificate) as url:
        answer = DEVELOPMENT.post(url.replace("http:", "https:"), HEADERS, b"{}")
    assert (answer.status, answer.error) == (None, "certificate_wrong")


class _speaking:  # noqa: N801 - reads as a verb
    """A server that says the same to everybody, over TLS if it has a certificate."""

    def __init__(self, text: bytes, certificate: Path | None = None) -> None:
        self.text, self.certificate = text, certificate

    def __enter__(self) -> str:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.thread = Thread(target=self._serve, daemon=True)
        self.thread.start()
        return f"http://localhost:{self.server.getsockname()[1]}/"

    def __exit__(self, *_: object) -> None:
        self.thread.join(5)
        self.server.close()

    def _serve(self) -> None:
        connection, _ = self.server.accept()
        try:
            if self.certificate is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.certificate)
                connection = context.wrap_socket(connection, server_side=True)
            connection.recv(65_536)
            connection.sendall(self.text)
        except OSError:
            pass
        connection.close()
