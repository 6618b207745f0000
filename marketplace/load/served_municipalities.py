"""How many offerings of a search serve each municipality."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import ColumnElement, Integer, Select, func, or_, select
from sqlalchemy.orm import Session

from foundation.database.session import planned_by_values
from foundation.database.tables.counties import Municipality
from marketplace.load.found_offerings import found_offerings
from marketplace.load.search_conditions import named_providers
from marketplace.load.search_shape import MOST_KEPT, SearchShape, Values, search_values, shape_of
from marketplace.rules.searching import Search
from marketplace.rules.served import ServedGroup, count_served


def counts_by_municipality(session: Session, search: Search) -> dict[str, int]:
    """Return how many offerings of the search serve each municipality, by code, if it names no other."""
    homes = session.execute(select(Municipality.code, Municipality.county_id))
    statement, values = served_groups(session, search)
    with planned_by_values(session):
        groups = [ServedGroup._make(row) for row in session.execute(statement, values)]
    return count_served(groups, {row.code: row.county_id for row in homes})


_Groups: TypeAlias = Select[tuple[int, bool, str | None, int]]


def served_groups(session: Session, search: Search) -> tuple[_Groups, Values]:
    """Return the statement of the groups of what is found in any municipality, and its values.

    See `ServedGroup`.
    """
    anywhere = search.with_wishes(search.wishes.without("municipality"))
    named = named_providers(session, anywhere.wishes.meaning)
    return _groups(shape_of(anywhere, named)), search_values(anywhere, named)


@lru_cache(maxsize=MOST_KEPT)
def _groups(shape: SearchShape) -> _Groups:
    """Offerings with the same municipalities are counted first: there are few such lists, many offerings."""
    found = found_offerings(shape, priced=False).subquery()
    everywhere: ColumnElement[bool] = or_(func.cardinality(found.c.municipalities) == 0, found.c.remote)
    alike = (
        select(
            found.c.county_id,
            everywhere.label("everywhere"),
            found.c.municipalities,
            func.count().label("count"),
        )
        .group_by(found.c.county_id, "everywhere", found.c.municipalities)
        .subquery()
    )
    code = func.unnest(func.array_append(alike.c.municipalities, None)).label("code")
    named = select(alike.c.county_id, alike.c.everywhere, code, alike.c.count).subquery()
    keys = (named.c.county_id, named.c.everywhere, named.c.code)
    return select(*keys, func.sum(named.c.count).cast(Integer)).group_by(*keys)
