"""Column types, and the base class of every table."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    any_,
    bindparam,
    literal,
    text,
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
    """The base class of tables. Constraints have fixed names, so that code and operators can name them."""

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
    """Return the table of a mapped class."""
    return cast(Table, mapped.__table__)


BigKey = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
Big = Annotated[int, mapped_column(BigInteger)]
Cents = Annotated[int, mapped_column(BigInteger)]
Hundredths = Annotated[int, mapped_column(BigInteger)]
Whole = Annotated[int, mapped_column(Integer)]
Small = Annotated[int, mapped_column(SmallInteger)]


def big_reference(target: str, **options: Any) -> Any:
    """Return a bigint column with a foreign key to `table.column`."""
    return mapped_column(BigInteger, ForeignKey(target), **options)


def small_reference(target: str) -> Any:
    """Return a smallint column with a foreign key to `table.column`."""
    return mapped_column(SmallInteger, ForeignKey(target))


def alone(value: str, *, unless: str, to: str | None = None, kind: type[Integer] = BigInteger) -> Any:
    """Return a computed column that repeats `value` if `unless` is NULL: a foreign key for those rows only.

    PostgreSQL checks every foreign key of every row. What follows from a wider key need not be checked again
    (docs/decisions/0082).
    """
    references = [ForeignKey(to)] if to else []
    computed = Computed(f"CASE WHEN {unless} IS NULL THEN {value} END", persisted=True)
    return mapped_column(kind, *references, computed)


def wide_reference(name: str, target: str, column: str, *same: str) -> ForeignKeyConstraint:
    """Return a foreign key from `column` to the target's id, and from others to those of the same name.

    It also checks that they belong together, in one lookup.
    """
    return ForeignKeyConstraint((column, *same), [f"{target}.{key}" for key in ("id", *same)], name=name)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return the check, named after the column, that it has one of these values."""
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, values))})", name=column)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index of the rows that meet a condition."""
    return Index(name, *columns, unique=unique, postgresql_where=text(where))


def days(first: date, last: date | None) -> Range[date]:
    """Return a window of civil days as a range. Both ends are included; without `last` it has no end."""
    return Range(
        first,
        None if last is None else date.fromordinal(last.toordinal() + 1),
        bounds="[)",
    )


def any_of(ids: Iterable[int]) -> Any:
    """Return bigint ids to compare a column with, as one array: `column == any_of(ids)`.

    `column.in_(ids)` has a parameter for each id, and another statement for each number of ids.
    """
    return any_(literal(list(ids), PG_ARRAY(BigInteger)))


def any_of_parameter(name: str = "ids") -> Any:
    """Return `any_of` of ids that are given when the statement is executed, in a list under this name.

    A statement that is built once, at import, takes half the processor time of one that is built for each
    execution: SQLAlchemy then keeps the key under which it finds the compiled statement.
    """
    return any_(bindparam(name, type_=PG_ARRAY(BigInteger)))


def first_and_last(window: Range[date]) -> tuple[date, date | None]:
    """Return the first and last day of a stored window, both included. PostgreSQL stores `[first, after)`."""
    assert window.lower is not None
    last = None if window.upper is None else date.fromordinal(window.upper.toordinal() - 1)
    return window.lower, last
