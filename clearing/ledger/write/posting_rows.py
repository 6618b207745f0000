"""Postings as rows, and the statements that change balances and holds by them. No database is needed."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from clearing.ledger.rules.hold_changes import hold_changes
from clearing.ledger.rules.postings import BalanceChange, Posting, balance_changes
from foundation.database.copy_text import day_text
from foundation.database.statements import BoundStatement, PreparedStatement, number_array
from foundation.database.table_rows import TableRows

_COLUMNS = ("transaction_id", "at", *Posting._fields)

# The arrays stand behind a SELECT, so that the planner cannot see their length and keeps one plan. They are
# not JSON: of a JSON document the planner expects a hundred rows, and it would read whole tables.
_BALANCES = PreparedStatement(
    b"change_balances",
    b"UPDATE balance b SET granted_cents = b.granted_cents + c.granted, free_cents = b.free_cents + c.free,"
    b" held_cents = b.held_cents + c.held, charged_cents = b.charged_cents + c.charged,"
    b" settled_cents = b.settled_cents + c.settled, returned_cents = b.returned_cents + c.returned,"
    b" granted_hundredths = b.granted_hundredths + c.units_granted,"
    b" free_hundredths = b.free_hundredths + c.units_free,"
    b" held_hundredths = b.held_hundredths + c.units_held,"
    b" charged_hundredths = b.charged_hundredths + c.units_charged,"
    b" settled_hundredths = b.settled_hundredths + c.units_settled,"
    b" returned_hundredths = b.returned_hundredths + c.units_returned"
    b" FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[]), (SELECT $3::bigint[]),"
    b" (SELECT $4::bigint[]), (SELECT $5::bigint[]), (SELECT $6::bigint[]), (SELECT $7::bigint[]),"
    b" (SELECT $8::bigint[]), (SELECT $9::bigint[]), (SELECT $10::bigint[]), (SELECT $11::bigint[]),"
    b" (SELECT $12::bigint[]), (SELECT $13::bigint[]))"
    b" AS c (funding_id, granted, free, held, charged, settled, returned, units_granted, units_free,"
    b" units_held, units_charged, units_settled, units_returned)"
    b" WHERE b.funding_id = c.funding_id",
)
_HOLDS = PreparedStatement(
    b"change_holds",
    b"UPDATE choice h SET held_cents = h.held_cents + c.cents,"
    b" held_hundredths = h.held_hundredths + c.hundredths"
    b" FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[]), (SELECT $3::bigint[]))"
    b" AS c (id, cents, hundredths) WHERE h.id = c.id",
)


_VALUES = attrgetter(*(field.name for field in fields(BalanceChange)))
"""The values of a change in the order of `change_balances`."""


class Changes(NamedTuple):
    """The statements that apply postings to balances and to holds; None where nothing changes."""

    balances: BoundStatement | None
    holds: BoundStatement | None


def rows_of_postings(postings: Iterable[tuple[int, datetime, Posting]]) -> TableRows:
    """Return the rows of postings, each with the number of its transaction and its moment."""
    rows = [(number, day_text(at), *posting) for number, at, posting in postings]
    return TableRows("posting", _COLUMNS, rows, plain=len(_COLUMNS))


def changes_of(postings: Sequence[Posting]) -> Changes:
    """Return what the postings change, in id order."""
    balances = sorted(balance_changes(postings).items())
    holds = sorted(
        (choice_id, *change) for choice_id, change in hold_changes(postings).items() if any(change)
    )
    return Changes(
        _bound(_BALANCES, [(funding_id, *_VALUES(change)) for funding_id, change in balances]),
        _bound(_HOLDS, holds),
    )


def _bound(statement: PreparedStatement, rows: Sequence[tuple[int, ...]]) -> BoundStatement | None:
    """Bind the columns of the rows, each as an array."""
    return BoundStatement(statement, list(map(number_array, zip(*rows, strict=True)))) if rows else None
