"""The error that a check raises when the program does not keep a promise."""

from __future__ import annotations


class CheckFailedError(AssertionError):
    """The first requirement that was not met."""


def require(condition: object, message: str) -> None:
    """Raise CheckFailedError with the message unless the condition is true."""
    if not condition:
        raise CheckFailedError(message)
