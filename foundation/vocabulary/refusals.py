"""How an action says no: a value with a code. An exception is for what cannot happen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeVar

Result = TypeVar("Result")
NO_VALUES: Final[Mapping[str, str | int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an action was not done. A refused action has changed nothing in the book.

    Attributes:
        code: Stable and public; a face has the text for it.
        field: The field of the request that is wrong, by its name in the API; empty: the request itself.
        values: What fills the placeholders of the text.
        reasons: Each thing that is wrong, where one request can have several.
    """

    code: str
    field: str = ""
    values: Mapping[str, str | int] = dataclasses.field(default_factory=lambda: NO_VALUES)
    reasons: tuple[Refusal, ...] = ()


class UnexpectedRefusalError(Exception):
    """An action was refused where it cannot be."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(repr(refusal))


def not_refused(result: Result | Refusal) -> Result:
    """Return the result of an action that cannot be refused here, as when a made-up world is built.

    Raises:
        UnexpectedRefusalError: It was refused.
    """
    if isinstance(result, Refusal):
        raise UnexpectedRefusalError(result)
    return result
