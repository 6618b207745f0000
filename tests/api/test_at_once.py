"""Many at once over HTTP, against the program in a process of its own: no cent over, one effect each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.processes import LiveServer

CLOCK = "2026-11-21T12:00+02:00"
WRITERS, CHARGES_OF_A_WRITER = 50, 4
Sent = tuple[int, dict[str, Any], dict[str, str]]


class Desk:
    """A seeded world behind a live server, and one connection for each request."""

    def __init__(self, seed_report: dict[str, Any], start: Callable[[], LiveServer]) -> None:
        self.seed_report, self.start = seed_report, start
        self.server = start()

    def restart(self) -> None:
        """Stop the program and start it again on the same database."""
        self.server.stop()
        self.server = self.start()

    def key_of(self, provider: str) -> str:
        """The API key of the provider's biller."""
        roles = [one for one in self.seed_report["people"] if one["role"] == "provider_biller"]
        return next(str(one["api_key"]) for one in roles if one["provider"] == provider)

    def funding(self, external_id: str) -> dict[str, Any]:
        """A funding of the world by its name."""
        return next(one for one in self.seed_report["fundings"] if one["external_id"] == external_id)

    def send(self, method: str, path: str, key: str, body: Any = None, **headers: str) -> Sent:
        """One request on a connection of its own: status, body, headers."""
        connection = HTTPConnection(urlsplit(self.server.url).netloc, timeout=60)
        seed_report = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers}
        connection.request(
            method, f"/api/v1{path}", json.dumps(body) if body is not None else None, seed_report
        )
        answer = connection.getresponse()
        found = (answer.status, json.loads(answer.read()), dict(answer.getheaders()))
        connection.close()
        return found


@pytest.fixture
def desk(fresh_database: str, omatori: Any, server: Any) -> Iterator[Desk]:
    seeded = omatori("seed", "--world", "small", "--json", database_url=fresh_database, clock=CLOCK)
    assert seeded.returncode == 0, seeded.stderr
    yield Desk(json.loads(seeded.stdout), lambda: server(fresh_database, clock=CLOCK))
    assert omatori("verify", database_url=fresh_database, clock=CLOCK).returncode == 0


def a_charge(funding: dict[str, Any], reference: str, **fields: str) -> dict[str, str]:
    """One hour of home care at 36 euros, all of it the county's."""
    good = {"reference": reference, "voucher": funding["voucher"], "service": "HOME_CARE", "unit": "hour"}
    return good | {"service_day": "2026-11-10", "quantity": "1.00", "unit_price": "36.00"} | fields


def times(number: int) -> dict[str, str]:
    """An hour of its own for each charge, so that none looks like a double."""
    day, hour = divmod(number, 12)
    return {
        "service_day": f"2026-{10 + day // 20}-{1 + day % 20:02d}",
        "start": f"{6 + hour:02d}:00",
        "end": f"{7 + hour:02d}:00",
    }


def test_fifty_writers_on_one_voucher_never_spend_a_cent_too_much(desk: Desk) -> None:
    funding = desk.funding("REFUSE")
    key = desk.key_of(provider_of(funding))

    def write(writer: int) -> list[Sent]:
        numbers = range(writer * CHARGES_OF_A_WRITER, (writer + 1) * CHARGES_OF_A_WRITER)
        return [desk.send("POST", "/charges", key, a_charge(funding, f"W-{n}", **times(n))) for n in numbers]

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = [answer for of_writer in pool.map(write, range(WRITERS)) for answer in of_writer]
    assert Counter(status for status, _, _ in answers) == {201: 19, 422: 181}
    refused = [body["reasons"] for status, body, _ in answers if status == 422]
    assert {reason["code"] for reasons in refused for reason in reasons} == {"over_amount"}
    client = next(one for one in desk.seed_report["people"] if one.get("client") == funding["client"])
    _, shown, _ = desk.send("GET", f"/fundings/{funding['voucher']}", client["api_key"])
    assert shown["balance"] == funding["balance"] | {"free": "16.00", "held": "0.00", "charged": "684.00"}


def test_one_request_five_times_at_once_has_one_effect_also_after_a_restart(desk: Desk) -> None:
    funding = desk.funding("FLAT")
    key = desk.key_of(provider_of(funding))
    body, other = a_charge(funding, "ONCE"), a_charge(funding, "OTHER")

    def send(_number: int = 0) -> Sent:
        return desk.send("POST", "/charges", key, body, **{"Idempotency-Key": "once"})

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(send, range(5)))
    assert {status for status, _, _ in answers} <= {201, 409}
    assert {body["code"] for status, body, _ in answers if status == 409} <= {"idempotency_key_running"}
    first = next(body for status, body, _ in answers if status == 201)
    desk.restart()
    assert [send()[:2] for _ in range(5)] == [(201, first)] * 5
    status, seed_report, _ = desk.send("POST", "/charges", key, other, **{"Idempotency-Key": "once"})
    assert (status, seed_report["code"]) == (422, "idempotency_key_reused")
    stranger = next(
        one for one in desk.seed_report["people"] if one.get("provider") not in (None, provider_of(funding))
    )
    status, seed_report, _ = desk.send(
        "POST", "/charges", stranger["api_key"], body, **{"Idempotency-Key": "once"}
    )
    assert (status, seed_report["code"]) == (422, "charge_refused")
    assert desk.send("GET", "/charges?reference=ONCE", key)[1]["total"] == 1


def provider_of(funding: dict[str, Any]) -> str:
    """The provider whom the client chose first."""
    return str(funding["choices"][0]["provider"])
