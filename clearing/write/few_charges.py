"""A few decided charges into the book by a single statement, with all that belongs to them.

Everything that one charge writes is one statement, since each statement more costs it about 0.1 ms
(docs/decisions/0055); many charges go by COPY instead (`clearing.write.charges`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clearing.rules.postings import Posting, balance_changes, hold_changes
from clearing.write.audit import AuditNote
from clearing.write.charge_rows import NewCharge, charge_row, json_text, postings_of, reason_rows
from clearing.write.postings import forget
from foundation.database.columns import Base, table_of
from foundation.database.failpoints import failpoint
from foundation.database.session import driver
from foundation.database.tables import audit, charges, choices, grants


def _columns(table: type[Base], prefix: str = "") -> str:
    names = [column.name for column in table_of(table).columns if column.name != "id" and not column.computed]
    return ", ".join(prefix + name for name in names)


_STATEMENT = f"""
WITH sent AS MATERIALIZED (
  SELECT nextval('charge_id_seq') AS key, nextval('posting_transaction') AS number, c.*
  FROM json_populate_recordset(NULL::charge, %(charges)s::json) WITH ORDINALITY AS c
), stored AS (
  INSERT INTO charge (id, {_columns(charges.Charge)}) SELECT key, {_columns(charges.Charge)} FROM sent
), told AS (
  INSERT INTO charge_reason (charge_id, position, code, field, words)
  SELECT sent.key, r.position, r.code, r.field, r.words
  FROM json_populate_recordset(NULL::charge_reason, %(reasons)s::json) AS r
  JOIN sent ON sent.ordinality = r.charge_id
), moved AS (
  INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,
    funding_id, choice_id, charge_id, provider_id)
  SELECT sent.number, sent.county_id, sent.received_at, p.event, p.from_account, p.to_account,
    p.amount_cents, sent.funding_id, sent.choice_id, sent.key, sent.provider_id
  FROM json_populate_recordset(NULL::posting, %(postings)s::json) WITH ORDINALITY AS p
  JOIN sent ON sent.ordinality = p.charge_id ORDER BY p.ordinality
), balanced AS (
  UPDATE balance b SET free_cents = b.free_cents + c.free, held_cents = b.held_cents + c.held,
    charged_cents = b.charged_cents - c.free - c.held
  FROM unnest((SELECT %(fundings)s::bigint[]), (SELECT %(free)s::bigint[]), (SELECT %(held)s::bigint[]))
    AS c (funding_id, free, held)
  WHERE b.funding_id = c.funding_id
), held AS (
  UPDATE choice h SET held_cents = h.held_cents + c.held_cents
  FROM unnest((SELECT %(choices)s::bigint[]), (SELECT %(drawn)s::bigint[])) AS c (id, held_cents)
  WHERE h.id = c.id
), noted AS (
  INSERT INTO audit_event ({_columns(audit.AuditEvent)})
  SELECT {_columns(audit.AuditEvent, "n.").replace("n.subject_id", "coalesce(sent.key::text, n.subject_id)")}
  FROM json_populate_recordset(NULL::audit_event, %(notes)s::json) AS n
  LEFT JOIN sent ON sent.ordinality = n.id
)
SELECT key FROM sent ORDER BY ordinality
"""  # noqa: S608  # only the columns' own names are put in
# Balances and holds come as arrays: of JSON the planner expects a hundred rows and would read whole tables.
# They stand behind a SELECT, so that it cannot see how long they are and keeps one plan.
# The places of charges in the batch stand, from 1 on, where keys will stand that only this statement gives.


def store_few(
    session: Session,
    new: Sequence[NewCharge],
    notes: Sequence[AuditNote],
    *,
    service_ids: Mapping[str, int],
) -> list[int]:
    """Store the charges with reasons, postings and balances, and the notes; returns their ids in order."""
    drawn = [posting for place, one in enumerate(new, 1) for posting in postings_of(place, one)]
    balances, holds = balance_changes(drawn), hold_changes(drawn)
    documents = {
        "charges": [charge_row(None, one, service_ids) for one in new],
        "reasons": reason_rows((place, one.outcome.told) for place, one in enumerate(new, 1)),
        "postings": [_move(posting) for posting in drawn],
        "notes": [_note(note) for note in notes],
    }
    values: dict[str, Any] = {name: json_text(rows) for name, rows in documents.items()}
    values |= {"fundings": list(balances), "choices": list(holds), "drawn": list(holds.values())}
    values |= {name: [getattr(c, name + "_cents") for c in balances.values()] for name in ("free", "held")}
    keys = [key for (key,) in driver(session).execute(_STATEMENT, values, prepare=True)]
    failpoint("charge.after_statement")
    forget(session, grants.Balance, balances)
    forget(session, choices.Choice, holds)
    return keys


def _move(posting: Posting) -> dict[str, int | None]:
    return {
        "charge_id": posting.charge_id,
        "event": posting.event,
        "from_account": posting.from_account,
        "to_account": posting.to_account,
        "amount_cents": posting.amount_cents,
    }


def _note(note: AuditNote) -> dict[str, Any]:
    return {"id": None if note.place is None or note.subject_id else note.place + 1, **note.row()}
