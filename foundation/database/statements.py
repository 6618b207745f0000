"""Prepared statements with their parameters, as data. Nothing here needs a connection
(`foundation.database.pipeline` executes them)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """SQL with `$1`, `$2` … that each connection prepares once, under a name of its own."""

    name: bytes
    sql: bytes


class BoundStatement(NamedTuple):
    """A prepared statement and its parameters in PostgreSQL's text form; None is NULL."""

    statement: PreparedStatement
    parameters: Sequence[bytes | None]


def array(values: Iterable[object]) -> bytes:
    """Return an array in PostgreSQL's text form."""
    return ("{" + ",".join(map(_element, values)) + "}").encode()


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    text = str(value)
    return text if text.isalnum() and text.upper() != "NULL" else f'"{text.translate(_ESCAPED)}"'


_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"'})


def number_array(values: Iterable[int]) -> bytes:
    """Return an array of whole numbers in PostgreSQL's text form."""
    return ("{" + ",".join(map(str, values)) + "}").encode()
