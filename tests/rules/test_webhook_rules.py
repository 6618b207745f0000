"""Rules of webhooks: to which addresses nothing is sent, signatures, and when to try again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from uuid import UUID

import pytest

from clearing.webhooks.facts.events import SUBJECTS, Answer, DueDelivery, EventType, Salt
from clearing.webhooks.rules.addresses import address_fault, is_public
from clearing.webhooks.rules.back_off import STOPS_AFTER, WAITS, is_over, next_attempt
from clearing.webhooks.rules.signing import body_of, secret_of, signature
from tests.signatures import KEYS, is_signed

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
DELIVERY = DueDelivery(7, UUID(int=5), "charge.accepted", 12, NOW, None, 0)
PRIVATE = (
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
    *(
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
    ),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1"),
)
PUBLIC = ("8.8.8.8", "193.166.3.2", "2a00:1450:400f::200e", "::ffff:8.8.8.8", "64:ff9b::808:808")


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_of_no_public_host_is_known(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_known(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.com/omatori", None),
        ("https://example.com:8443/a?b=c", None),
        ("https://8.8.8.8/", None),
        ("http://example.com/", "webhook_url_not_https"),
        ("ftp://example.com/", "webhook_url_malformed"),
        ("example.com", "webhook_url_malformed"),
        ("https://", "webhook_url_malformed"),
        ("https://exa mple.com/", "webhook_url_malformed"),
        ("https://example.com/\r\nHost: x", "webhook_url_malformed"),
        ("https://example.com:99999/", "webhook_url_malformed"),
        ("https://esimerkki.ä/", "webhook_url_malformed"),
        ("https://me:secret@example.com/", "webhook_url_with_user"),
        ("https://127.0.0.1/", "webhook_url_not_public"),
        ("https://[::1]/", "webhook_url_not_public"),
        ("https://169.254.169.254/latest/meta-data", "webhook_url_not_public"),
        ("https://2130706433/", "webhook_url_not_public"),
        ("https://127.1/", "webhook_url_not_public"),
        ("https://0x7f.1/", "webhook_url_not_public"),
        ("https://a.0x7f000001/", "webhook_url_not_public"),
        ("https://localhost/", "webhook_url_not_public"),
        ("https://localhost./", "webhook_url_not_public"),
        ("https://intranet/", "webhook_url_not_public"),
        ("https://db.internal/", "webhook_url_not_public"),
        ("https://printer.local/", "webhook_url_not_public"),
        ("https://example.com/" + "a" * 500, "webhook_url_too_long"),
    ],
)
def test_production_sends_to_https_on_public_hosts_alone(url: str, code: str | None) -> None:
    fault = address_fault(url, allow_local=False)
    assert (fault and fault.code) == code


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://localhost:8000/", True),
        ("https://localhost/", True),
        ("http://10.0.0.1/", False),
        ("http://example.com/", False),
        ("https://10.0.0.1/", False),
    ],
)
def test_development_may_also_send_to_this_machine(url: str, is_allowed: bool) -> None:
    assert (address_fault(url, allow_local=True) is None) is is_allowed


def test_a_body_has_the_id_the_type_the_time_and_where_to_read_more() -> None:
    assert json.loads(body_of(DELIVERY)) == {
        "id": "00000000-0000-0000-0000-000000000005",
        "type": "charge.accepted",
        "created_at": "2026-11-21T10:00:00+00:00",
        "data": {"object": "charge", "id": 12, "href": "/api/v1/charges/12"},
    }
    test = DueDelivery(7, UUID(int=5), "test", None, NOW, None, 0)
    assert json.loads(body_of(test))["data"] is None
    assert set(SUBJECTS) == set(EventType)


def test_a_signature_is_over_the_time_and_the_body() -> None:
    old, new = secret_of(KEYS, Salt(b"old", 1)), secret_of(KEYS, Salt(b"new", 1))
    assert old != new
    assert new.startswith("whsec_")
    body = body_of(DELIVERY)
    header = signature([new], body, NOW)
    assert header.startswith(f"t={int(NOW.timestamp())},v1=")
    assert is_signed(header, body, new)
    assert not is_signed(header, body, old)
    assert not is_signed(header, body + b" ", new)
    assert not is_signed(header.replace("t=1", "t=2"), body, new)
    both = signature([new, old], body, NOW)
    assert is_signed(both, body, new)
    assert is_signed(both, body, old)


def test_waits_grow_to_a_day_and_then_it_is_given_up() -> None:
    waits = [(next_attempt(failures, NOW) or NOW) - NOW for failures in range(1, len(WAITS) + 1)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(hours=24))
    assert next_attempt(len(WAITS) + 1, NOW) is None
    assert sum(WAITS, timedelta()) > STOPS_AFTER


def test_an_address_is_stopped_after_three_days_of_failures() -> None:
    assert not is_over(NOW, NOW + STOPS_AFTER - timedelta(seconds=1))
    assert is_over(NOW, NOW + STOPS_AFTER)


@pytest.mark.parametrize(
    ("status", "is_taken"), [(199, False), (200, True), (299, True), (300, False), (500, False)]
)
def test_an_event_is_taken_with_any_answer_from_200_to_299(status: int, is_taken: bool) -> None:
    assert Answer(status, "", 1).is_taken is is_taken
    assert not Answer(200, "", 1, "timed_out").is_taken
    assert not Answer(None, "", 1).is_taken
