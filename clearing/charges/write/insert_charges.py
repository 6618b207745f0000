"""A few decided charges into the book in one round, with all that belongs to them.

Each round costs a charge about 0.1 ms (docs/decisions/0055); many charges go by COPY instead
(`clearing.charges.write.charges`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clearing.charges.write.charge_rows import Key, NewCharge, charge_row, json_text, postings_of, reason_rows
from clearing.ledger.facts.audit import AuditNote
from clearing.ledger.rules.postings import Posting, balance_changes, hold_changes
from clearing.ledger.write.audit import note_rows
from clearing.ledger.write.postings import forget
from foundation.database.columns import Base, table_of
from foundation.database.failpoints import failpoint
from foundation.database.pipeline import (
    BoundStatement,
    PreparedStatement,
    array,
    execute,
    execute_with_commit,
)
from foundation.database.tables import audit, charges, choices, grants


def _columns(table: type[Base], prefix: str = "") -> str:
    names = [column.name for column in table_of(table).columns if column.name != "id" and not column.computed]
    return ", ".join(prefix + name for name in names)


def _insert(table: type[Base], *keys: str) -> PreparedStatement:
    """Rows of a JSON document into a table, with only the columns that their documents may name."""
    name, columns = table.__tablename__, ", ".join([*keys, _columns(table)])
    statement = (
        f"INSERT INTO {name} ({columns}) SELECT {columns} "  # noqa: S608  # only the columns' own names
        f"FROM json_populate_recordset(NULL::{name}, $1::json)"
    )
    return PreparedStatement(f"store_{name}".encode(), statement.encode())


_CHARGES = _insert(charges.Charge, "id")
_REASONS = _insert(charges.ChargeReason)
_NOTES = _insert(audit.AuditEvent)
_POSTINGS = PreparedStatement(
    b"store_posting",
    b"INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,"
    b" funding_id, choice_id, charge_id, provider_id)"
    b" SELECT transaction_id, county_id, at, event, from_account, to_account, amount_cents,"
    b" funding_id, choice_id, charge_id, provider_id"
    b" FROM json_populate_recordset(NULL::posting, $1::json)",
)
_BALANCES = PreparedStatement(
    b"draw_balance",
    b"UPDATE balance b SET free_cents = b.free_cents + c.free, held_cents = b.held_cents + c.held,"
    b" charged_cents = b.charged_cents - c.free - c.held"
    b" FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[]), (SELECT $3::bigint[]))"
    b" AS c (funding_id, free, held) WHERE b.funding_id = c.funding_id",
)
_HOLDS = PreparedStatement(
    b"draw_hold",
    b"UPDATE choice h SET held_cents = h.held_cents + c.held_cents"
    b" FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[])) AS c (id, held_cents) WHERE h.id = c.id",
)
# Balances and holds come as arrays: of JSON the planner expects a hundred rows and would read whole tables.
# They stand behind a SELECT, so that it cannot see how long they are and keeps one plan.


def store_few(
    session: Session,
    new: Sequence[NewCharge],
    notes: Sequence[AuditNote],
    *,
    keys: Sequence[Key],
    service_ids: Mapping[str, int],
    commit_follows: bool,
) -> None:
    """Store the charges with reasons, postings and balances under `keys`, and the notes, in one round: now,
    or with the commit that follows."""
    drawn = [
        (number, one.arrival.at, posting)
        for (key, number), one in zip(keys, new, strict=True)
        for posting in postings_of(key, one)
    ]
    reasons = reason_rows((key, one.outcome.findings) for (key, _), one in zip(keys, new, strict=True))
    asked = [
        *_rows(
            _CHARGES, [charge_row(key, one, service_ids) for (key, _), one in zip(keys, new, strict=True)]
        ),
        *_rows(_REASONS, reasons),
        *_rows(_POSTINGS, [_move(*one) for one in drawn]),
        *_changes(session, [posting for _, _, posting in drawn]),
        *_rows(_NOTES, note_rows(notes, [key for key, _ in keys])),
    ]
    if commit_follows:
        execute_with_commit(session, *asked)
        return
    execute(session, *asked)
    failpoint("charge.after_statement")


def _rows(statement: PreparedStatement, rows: Sequence[Mapping[str, Any]]) -> list[BoundStatement]:
    return [BoundStatement(statement, [json_text(rows).encode()])] if rows else []


def _changes(session: Session, postings: Sequence[Posting]) -> list[BoundStatement]:
    """What the postings do to balances and holds."""
    balances, holds = balance_changes(postings), hold_changes(postings)
    forget(session, grants.Balance, balances)
    forget(session, choices.Choice, holds)
    asked = []
    if balances:
        free = array(change.free_cents for change in balances.values())
        held = array(change.held_cents for change in balances.values())
        asked.append(BoundStatement(_BALANCES, [array(balances), free, held]))
    if holds:
        asked.append(BoundStatement(_HOLDS, [array(holds), array(holds.values())]))
    return asked


def _move(number: int, at: datetime, posting: Posting) -> dict[str, Any]:
    return {
        "transaction_id": number,
        "county_id": posting.county_id,
        "at": at,
        "event": posting.event,
        "from_account": posting.from_account,
        "to_account": posting.to_account,
        "amount_cents": posting.amount_cents,
        "funding_id": posting.funding_id,
        "choice_id": posting.choice_id,
        "charge_id": posting.charge_id,
        "provider_id": posting.provider_id,
    }
