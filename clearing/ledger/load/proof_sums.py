"""Two sides of a proof added up under their key, not joined.

A proof often reads what its own transaction has just written, of which the planner knows nothing: a join of
two such sums was planned for one row and took a minute for 20,000. Adding up takes one pass, always.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Subquery, func, literal, or_, select

Sums = Select[*tuple[Any, ...]]
"""Rows of keys and of some of the names that are compared."""


def unequal(
    names: Sequence[str], *, keys: Sequence[str], expected: Sequence[Sums], found: Sequence[Sums]
) -> Subquery:
    """The keys under which a name's sum differs, with `NAME_expected` and `NAME_found` of every name."""
    columns = [f"{name}_{side}" for name in names for side in ("expected", "found")]
    parts = [_part(one, names, keys, "expected") for one in expected]
    parts += [_part(one, names, keys, "found") for one in found]
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
