"""S5: limits on log-ins by account and by the client's true address; nobody locks out anybody else."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from ipaddress import ip_network

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.limited_acts import LimitedAct
from foundation.database.tables.people import Person
from foundation.web.identity.log_in_limits import MOST_FROM_ANYWHERE, MOST_OF_ACCOUNT, MOST_OF_ADDRESS
from foundation.web.proxies import client_address, read_networks
from tests.builders import NOW
from tests.builders.passwords import hashed
from tests.pages.conftest import PASSWORD, build_app
from tests.pages.strict import StrictClient, strict_client

WORKER, AUDITOR = "worker@example.test", "auditor@example.test"
PROXY = "10.0.0.1"


@pytest.fixture
def proxied(app: Flask, sessions: sessionmaker[Session]) -> Flask:
    """The shell behind a proxy that it trusts; both people have the same password."""
    with sessions.begin() as session:
        session.execute(update(Person).values(password_hash=hashed(PASSWORD)))
    settings = app.extensions["omatori"].settings
    networks = (ip_network(f"{PROXY}/32"),)
    return build_app(dataclasses.replace(settings, trusted_proxies=networks), sessions)


def tried(client: StrictClient, email: str, password: str, address: str, peer: str = PROXY) -> int:
    """Log in from an address behind the proxy; return the status."""
    options = {"environ_base": {"REMOTE_ADDR": peer}, "headers": {"X-Forwarded-For": address}}
    page = client.web.get("/kirjaudu", **options)
    token = client.checked(page, "/kirjaudu").root.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "email": email, "password": password}
    return client.web.post("/kirjaudu", data=data, **options).status_code


def counted(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(LimitedAct)) or 0


def test_a_guesser_locks_out_neither_the_person_nor_the_neighbours(proxied: Flask) -> None:
    guesser = strict_client(proxied)
    statuses = [tried(guesser, WORKER, "wrong", "192.0.2.66") for _ in range(MOST_OF_ACCOUNT + 1)]
    assert statuses == [422] * MOST_OF_ACCOUNT + [429]
    assert tried(guesser, WORKER, PASSWORD, "192.0.2.66") == 429
    assert tried(strict_client(proxied), AUDITOR, PASSWORD, "192.0.2.66") == 303
    assert tried(strict_client(proxied), WORKER, PASSWORD, "192.0.2.7") == 303


def test_an_address_that_the_client_wrote_itself_does_not_count(proxied: Flask) -> None:
    guesser = strict_client(proxied)
    for number in range(MOST_OF_ACCOUNT):
        assert tried(guesser, WORKER, "wrong", f"203.0.113.{number}, 192.0.2.66") == 422
    assert tried(guesser, WORKER, "wrong", "203.0.113.99, 192.0.2.66") == 429
    direct = strict_client(proxied)  # not through the proxy: what it writes is not believed at all
    for number in range(MOST_OF_ACCOUNT):
        assert tried(direct, WORKER, "wrong", f"192.0.2.{number}", peer="198.51.100.5") == 422
    assert tried(direct, WORKER, "wrong", "192.0.2.200", peer="198.51.100.5") == 429


def fill(sessions: sessionmaker[Session], count: int) -> None:
    """Count every act again, so that each is counted so often."""
    with sessions.begin() as session:
        keys = {row.key_sha256 for row in session.scalars(select(LimitedAct))}
        for key in keys:
            session.add_all([LimitedAct(key_sha256=key, at=NOW, cost=1) for _ in range(count - 1)])


def test_all_accounts_together_are_limited_by_address(
    proxied: Flask, sessions: sessionmaker[Session]
) -> None:
    guesser = strict_client(proxied)
    assert tried(guesser, "nobody@example.test", "wrong", "192.0.2.66") == 422
    fill(sessions, MOST_OF_ADDRESS)
    assert tried(guesser, "else@example.test", "wrong", "192.0.2.66") == 429
    assert tried(strict_client(proxied), AUDITOR, PASSWORD, "192.0.2.7") == 303


def test_the_browser_of_the_person_is_not_locked_out_from_anywhere(
    proxied: Flask, sessions: sessionmaker[Session]
) -> None:
    own = strict_client(proxied)
    assert tried(own, WORKER, PASSWORD, "192.0.2.7") == 303
    token = own.page("/lomake").root.xpath("//header//input[@name='csrf_token']/@value")[0]
    own.web.post("/ulos", data={"csrf_token": token})
    assert tried(strict_client(proxied), WORKER, "wrong", "192.0.2.66") == 422
    fill(sessions, MOST_FROM_ANYWHERE)
    assert tried(strict_client(proxied), WORKER, PASSWORD, "192.0.2.8") == 429
    assert tried(own, WORKER, PASSWORD, "192.0.2.8") == 303


def test_two_processes_count_together(proxied: Flask, sessions: sessionmaker[Session]) -> None:
    other = build_app(proxied.extensions["omatori"].settings, sessions)
    for app in (proxied, other) * (MOST_OF_ACCOUNT // 2):
        assert tried(strict_client(app), WORKER, "wrong", "192.0.2.66") == 422
    for app in (proxied, other):
        assert tried(strict_client(app), WORKER, PASSWORD, "192.0.2.66") == 429


def test_what_was_counted_is_forgotten(proxied: Flask, sessions: sessionmaker[Session]) -> None:
    client = strict_client(proxied)
    tried(client, WORKER, "wrong", "192.0.2.66")
    assert counted(sessions) == 3
    with sessions.begin() as session:
        session.execute(update(LimitedAct).values(at=NOW - timedelta(hours=2, seconds=1)))
    tried(client, WORKER, "wrong", "192.0.2.66")
    assert counted(sessions) == 3


def test_an_empty_address_costs_no_hash_and_counts_nothing(
    proxied: Flask, sessions: sessionmaker[Session]
) -> None:
    assert tried(strict_client(proxied), "", "x", "192.0.2.66") == 422
    assert counted(sessions) == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "203.0.113.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, <script>", "10.0.0.1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ],
)
def test_the_true_address(peer: str, forwarded: str, expected: str) -> None:
    assert client_address(peer, forwarded, (ip_network("10.0.0.0/8"),)) == expected


def test_the_setting_says_what_is_wrong() -> None:
    faults: list[str] = []
    assert len(read_networks("127.0.0.1, ::1 10.0.0.0/8", faults)) == 3
    assert faults == []
    read_networks("10.0.0.1/8, proxy", faults)
    assert len(faults) == 2
