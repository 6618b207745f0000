"""Compare two sets of sums by adding them up under their keys, without a join.

A check often reads rows that its own transaction has just written, and the planner has no statistics for
them. It planned a join of two such sums for one row, which took a minute for 20,000. Adding up always takes
one pass.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Subquery, func, literal, or_, select

Sums = Select[*tuple[Any, ...]]
"""A query of keys and sums, with some of the columns to compare."""


def unequal(
    names: Sequence[str], *, keys: Sequence[str], expected: Sequence[Sums], found: Sequence[Sums]
) -> Subquery:
    """Return the keys whose sums differ, with the columns `NAME_expected` and `NAME_found` for each name."""
    columns = [f"{name}_{side}" for name in names for side in ("expected", "found")]
    parts = [_part(sums, names, keys, "expected") for sums in expected]
    parts += [_part(sums, names, keys, "found") for sums in found]
    both = parts[0].union_all(*parts[1:]).subquery()
    total = {column: func.sum(both.c[column]) for column in columns}
    return (
        select(*(both.c[key] for key in keys), *(value.label(name) for name, value in total.items()))
        .group_by(*(both.c[key] for key in keys))
        .having(or_(*(total[f"{name}_expected"] != total[f"{name}_found"] for name in names)))
        .subquery()
    )


def _part(sums: Sums, names: Sequence[str], keys: Sequence[str], side: str) -> Sums:
    rows = sums.subquery()
    values = [
        (rows.c[name] if own == side and name in rows.c else literal(0)).label(f"{name}_{own}")
        for name in names
        for own in ("expected", "found")
    ]
    return select(*(rows.c[key] for key in keys), *values)
