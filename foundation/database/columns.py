"""Column types and the base class that every table shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table; constraint names are fixed so that code and operators can name them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        bool: Boolean,
        date: Date,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: PG_ARRAY(Text),
        Range[date]: DATERANGE,
    }


def table_of(mapped: type[Base]) -> Table:
    """The plain table behind a mapped class, for statements that write wide."""
    return cast(Table, mapped.__table__)


BigKey = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
Big = Annotated[int, mapped_column(BigInteger)]
Cents = Annotated[int, mapped_column(BigInteger)]
Hundredths = Annotated[int, mapped_column(BigInteger)]
Whole = Annotated[int, mapped_column(Integer)]
Small = Annotated[int, mapped_column(SmallInteger)]


def big_reference(target: str) -> Any:
    """A bigint foreign key column to `table.column`; the child never outlives the parent silently."""
    return mapped_column(BigInteger, ForeignKey(target))


def small_reference(target: str) -> Any:
    """A smallint foreign key column to `table.column`."""
    return mapped_column(SmallInteger, ForeignKey(target))


def alone(value: str, *, unless: str, to: str | None = None, kind: type[Integer] = BigInteger) -> Any:
    """A column that repeats `value` where `unless` is NULL: a foreign key that is asked of those rows alone.

    PostgreSQL asks every foreign key of every row by itself; what follows from a wider key need not be asked
    again (docs/decisions/0082). The database computes the column; nobody writes it.
    """
    references = [ForeignKey(to)] if to else []
    computed = Computed(f"CASE WHEN {unless} IS NULL THEN {value} END", persisted=True)
    return mapped_column(kind, *references, computed)


def wide_reference(
    columns: Sequence[str], target: str, keys: Sequence[str], *, name: str
) -> ForeignKeyConstraint:
    """A foreign key over several columns: that they belong together is checked with it, in one look."""
    return ForeignKeyConstraint(columns, [f"{target}.{key}" for key in keys], name=name)


def days(first: date, last: date | None) -> Range[date]:
    """The database's form of a window of civil days: `[first, last]`, both ends included; None is
    open-ended."""
    return Range(
        first,
        None if last is None else date.fromordinal(last.toordinal() + 1),
        bounds="[)",
    )


def first_and_last(window: Range[date]) -> tuple[date, date | None]:
    """The days of a stored window, both included; PostgreSQL gives `[first, after)`."""
    assert window.lower is not None
    last = None if window.upper is None else date.fromordinal(window.upper.toordinal() - 1)
    return window.lower, last


def utc(moment: datetime) -> datetime:
    """The same instant in UTC, as the book keeps it."""
    return moment.astimezone(UTC)
