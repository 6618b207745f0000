"""A personal identity code: its form, its day and its check character."""

import hmac

import pytest

from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.vocabulary.keys import KeyRing

KEYS = KeyRing({1: b"key"})
CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def code(day: str, mark: str = "-", number: str = "308") -> str:
    """Return a code with the right check character."""
    return f"{day}{mark}{number}{CHECKS[int(day + number) % 31]}"


@pytest.mark.parametrize(
    ("day", "mark"),
    [("131052", "-"), ("290204", "A"), ("290200", "A"), ("311299", "Y"), ("010100", "+"), ("280201", "F")],
)
def test_a_day_of_the_calendar(day: str, mark: str) -> None:
    assert hash_identity_code(code(day, mark), KEYS)


@pytest.mark.parametrize(
    ("day", "mark"),
    [("300252", "-"), ("310404", "A"), ("290203", "A"), ("290200", "-"), ("290200", "+"), ("000152", "-"),
     ("320152", "-"), ("010052", "-"), ("011352", "-")],
)  # fmt: skip
def test_a_day_that_no_calendar_has(day: str, mark: str) -> None:
    assert hash_identity_code(code(day, mark), KEYS) is None


@pytest.mark.parametrize(
    "text", ["", "131052-308", "131052-308U", "131052G308T", "131052-3O8T", "x131052-308T"]
)
def test_another_form_or_check(text: str) -> None:
    assert hash_identity_code(text, KEYS) is None


def test_letters_may_be_small_and_the_key_matters() -> None:
    assert hash_identity_code(" 131052-308t ", KEYS) == hash_identity_code("131052-308T", KEYS)
    assert hash_identity_code("131052-308T", KEYS) != hash_identity_code(
        "131052-308T", KeyRing({1: b"other"})
    )


def test_a_hash_carries_the_version_of_its_key_except_the_first() -> None:
    hashed = hash_identity_code("131052-308T", KeyRing({0: b"first", 2: b"second", 11: b"third"}))
    assert hashed is not None
    versions = [text.rpartition(":")[0] for text in (hashed.newest, *hashed.earlier)]
    assert versions == ["11", "2", ""]
    message = b"omatori identity code131052-308T"
    assert hashed.earlier[1] == hmac.new(b"first", message, "sha256").hexdigest()
