"""Which addresses may be opened as a remote visit."""

from __future__ import annotations

import pytest

from marketplace.rules.video_links import MOST_LETTERS, is_video_link

GOOD = [
    "https://example.com/room",
    "https://meet.example.com",
    "https://teams.example.com:443/l/meetup-join/19%3ameeting?context=%7b%7d#x",
    "https://xn--mkel-loa.example.fi/a",
    "https://example.com/" + "a" * (MOST_LETTERS - len("https://example.com/")),
]
BAD = [
    "",
    "http://example.com/room",
    "HTTPS://example.com/room",
    "javascript:alert(1)//https://example.com",
    "https://",
    "https:///room",
    "https://localhost/room",
    "https://127.0.0.1/room",
    "https://[::1]/room",
    "https://2130706433/room",
    "https://example.com:8443/room",
    "https://example.com:x/room",
    "https://user@example.com/room",
    "https://example.com@evil.example/room",
    "https://example.com\\@evil.example/room",
    "https://-a.example.com",
    "https://a..example.com",
    "https://example.com/a b",
    "https://example.com/a\nb",
    "https://exämple.com/room",
    "https://example.com/" + "a" * MOST_LETTERS,
]


@pytest.mark.parametrize("address", GOOD)
def test_an_address_of_https_at_a_named_host_may_be_opened(address: str) -> None:
    assert is_video_link(address)


@pytest.mark.parametrize("address", BAD)
def test_no_other_address_may_be_opened(address: str) -> None:
    assert not is_video_link(address)
