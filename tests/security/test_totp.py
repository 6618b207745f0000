"""One-time passwords by time against the vectors of RFC 6238, appendix B, and RFC 4226, appendix D."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from foundation.web.identity.totp import code_at, key_address, key_text, matching_step, step_of

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 21, 10, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    step = step_of(datetime.fromtimestamp(seconds, UTC))
    assert code_at(SECRET, step, digits=8) == code


@pytest.mark.parametrize(
    ("count", "code"), list(enumerate(["755224", "287082", "359152", "969429", "338314"]))
)
def test_the_vectors_of_rfc_4226(count: int, code: str) -> None:
    assert code_at(SECRET, count) == code


@pytest.mark.parametrize(("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_wrong(steps: int, is_right: bool) -> None:
    code = code_at(SECRET, step_of(NOW) + steps)
    assert (matching_step(SECRET, code, NOW, None) is not None) is is_right


def test_a_code_or_an_earlier_one_is_never_accepted_again() -> None:
    step = step_of(NOW)
    for last, accepted in ((step - 2, True), (step - 1, True), (step, False), (step + 1, False)):
        assert (matching_step(SECRET, code_at(SECRET, step), NOW, last) == step) is accepted
    later = NOW + timedelta(seconds=30)
    assert matching_step(SECRET, code_at(SECRET, step + 1), later, step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "٠٠٠٠٠٠", "0" * 1000])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert matching_step(SECRET, typed, NOW, None) is None


def test_an_app_can_read_the_secret() -> None:
    assert key_text(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert key_address(SECRET, "a@b.fi") == (
        "otpauth://totp/Omatori:a@b.fi?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Omatori"
    )
