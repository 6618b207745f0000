"""What a check raises when the program does not hold what it promises."""

from __future__ import annotations


class BrokenError(AssertionError):
    """The first thing that did not hold, in words."""


def hold(truth: object, words: str) -> None:
    """Raise BrokenError with these words unless it is true."""
    if not truth:
        raise BrokenError(words)
