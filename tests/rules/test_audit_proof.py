"""The values of the audit chain and the lines of anchors, computed here in another way."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from clearing.ledger.rules.audit_anchors import Anchor, anchor_line, read_anchors, value_in
from clearing.ledger.rules.audit_chain import BEGINNING, Numbers, digest_of, sealed_value, value_after
from foundation.vocabulary.keys import KeyRing

NOW = datetime(2026, 11, 20, 12, 0, 59, 123456, tzinfo=UTC)
KEYS = KeyRing({1: b"a" * 32, 2: b"b" * 32})
FIRST, SECOND = bytes(range(32)), bytes(range(32, 64))


def test_the_chain_begins_with_zeros_and_has_the_digest_of_a_text() -> None:
    assert bytes.fromhex("00" * 32) == BEGINNING
    assert digest_of("ä").hex() == hashlib.sha256(b"\xc3\xa4").hexdigest()
    assert value_after(FIRST, SECOND) == hashlib.sha256(bytes(range(64))).digest()


@pytest.mark.parametrize("key", [None, b"k" * 32])
@pytest.mark.parametrize("numbers", [None, Numbers(3, 9)])
def test_a_seal_binds_the_rows_their_numbers_and_the_seal_before(
    key: bytes | None, numbers: Numbers | None
) -> None:
    expected = hashlib.sha256(hashlib.sha256(BEGINNING + FIRST).digest() + SECOND).digest()
    if numbers:
        expected = hashlib.sha256(expected + hashlib.sha256(b"3-9").digest()).digest()
    if key:
        expected = hmac.new(key, expected, "sha256").digest()
    assert sealed_value(BEGINNING, [FIRST, SECOND], numbers, key) == expected


def test_a_line_of_an_anchor() -> None:
    said = f"2026-11-20T12:00:59+00:00 last=41 value={FIRST.hex()} key=2"
    mac = hmac.new(b"b" * 32, f"anchor\n\n{said}".encode(), "sha256").digest()[:16].hex()
    line = anchor_line(41, FIRST, previous_line="", keys=KEYS, now=NOW)
    assert line == f"{said} mac={mac}"
    following = anchor_line(50, SECOND, previous_line=line, keys=KEYS, now=NOW)
    bound = hmac.new(b"b" * 32, f"anchor\n{mac}\n{said_in(following)}".encode(), "sha256").digest()
    assert following.endswith(f" mac={bound[:16].hex()}")
    assert (value_in(line), value_in(following)) == (FIRST, SECOND)


def said_in(line: str) -> str:
    return line.partition(" mac=")[0]


def some_lines() -> list[str]:
    """Return three lines, the first made with the earlier key."""
    old = KeyRing({1: b"a" * 32})
    lines = [anchor_line(10, FIRST, previous_line="", keys=old, now=NOW)]
    for last in (20, 30):
        lines.append(anchor_line(last, SECOND, previous_line=lines[-1], keys=KEYS, now=NOW))
    return lines


def test_the_anchors_of_a_file() -> None:
    assert list(read_anchors(some_lines(), KEYS)) == [
        Anchor(1, 10, FIRST),
        Anchor(2, 20, SECOND),
        Anchor(3, 30, SECOND),
    ]


def test_a_key_that_is_missing_makes_its_lines_unreadable_and_no_others() -> None:
    found = list(read_anchors(some_lines(), KeyRing({2: b"b" * 32})))
    assert found == [1, Anchor(2, 20, SECOND), Anchor(3, 30, SECOND)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("last=20", "last=21"),
        (SECOND.hex(), FIRST.hex()),
        ("2026-11-20", "2026-11-21"),
        ("key=2", "key=1"),
        (" mac=", " mac=0"),
        ("last=20", "last=x"),
        ("value=", "value=G"),
    ],
)
def test_a_changed_line_is_found_by_its_number(old: str, new: str) -> None:
    lines = some_lines()
    lines[1] = lines[1].replace(old, new, 1)
    assert list(read_anchors(lines, KEYS))[1] == 2


def test_a_line_that_is_missing_or_stands_twice_is_found_at_the_next() -> None:
    first, second, third = some_lines()
    assert list(read_anchors([first, third], KEYS)) == [Anchor(1, 10, FIRST), 2]
    assert list(read_anchors([first, second, second], KEYS))[2] == 3
    assert list(read_anchors([second], KEYS)) == [1]


@pytest.mark.parametrize("line", ["", "hello", "2026 last=1 value=ab key=1 mac=00", " "])
def test_what_is_no_anchor_has_no_value(line: str) -> None:
    assert value_in(line) is None
    assert list(read_anchors([line], KEYS)) == [1]
