"""How long ago something began, by the database's own clock: the program's may be set for a demonstration."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, cast, func
from sqlalchemy.orm import InstrumentedAttribute

_A_SECOND_MS = 1_000


def milliseconds_since(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[int]:
    """Return the expression; 0 if there is no moment."""
    seconds = func.extract("epoch", func.clock_timestamp() - moment)
    return func.coalesce(cast(seconds * _A_SECOND_MS, BigInteger), 0)
