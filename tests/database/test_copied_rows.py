"""Rows stored by COPY are read back as those stored by INSERT."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.facts.charge import Arrival, SentCharge
from clearing.charges.facts.outcomes import Accepted, OnHold, Refused, Split
from clearing.charges.reading.fields import read_charge
from clearing.charges.write.charge_rows import Decided, NewCharge, rows_of_charges
from foundation.database.copy_text import copy_text
from foundation.database.rows import COPY_FROM_ROWS, store_rows, store_table_rows
from foundation.database.table_rows import TableRows, insert_statement
from foundation.database.tables.audit import AuditEvent
from foundation.vocabulary.money import Money
from tests.builders import NOW

AWKWARD = (
    "plain",
    "",
    "Ä ö å € 漢 😀",
    "tab\there",
    "line\nand\rreturn",
    "back\\slash \\N \\. \\t",
    "\u00a0\u200b",
    "quote \" and ' and , and {}",
    "NULL",
)


def store_mappings(session: Session, row: dict[str, Any], count: int) -> None:
    store_rows(session, AuditEvent, [row] * count)


def store_tuples(session: Session, row: dict[str, Any], count: int) -> None:
    store_table_rows(session, TableRows("audit_event", tuple(row), [tuple(row.values())] * count))


@pytest.mark.parametrize("store", [store_mappings, store_tuples])
@pytest.mark.parametrize("text", AWKWARD)
def test_text_survives_both_transports(
    session: Session, text: str, store: Callable[[Session, dict[str, Any], int], None]
) -> None:
    row = {
        "county_id": None,
        "at": NOW,
        "actor_id": 7,
        "actor_name": text,
        "role": None,
        "act": "test",
        "subject_kind": "kind",
        "subject_id": text,
        "client_id": None,
        "why": text,
        "detail": {"text": text, "deep": [1, None, True, {text or "key": 1.5}]},
    }
    for count in (1, COPY_FROM_ROWS):
        before = session.scalars(select(AuditEvent.id)).all()
        store(session, row, count)
        events = session.scalars(select(AuditEvent).where(AuditEvent.id.not_in(before))).all()
        assert len(events) == count
        for event in events:
            assert {name: getattr(event, name) for name in row} == row


SPLIT = Split(Money(4000), Money(3600), Money(400), Money(484), 1350)
OUTCOMES: list[Decided] = [
    Accepted((), SPLIT, 900, 700, 500, Money(3500), Money(100)),
    Accepted((), SPLIT, 900, None, None, Money(0), Money(3600)),
    OnHold((), Money(4000), SPLIT, 900, 700, None),
    OnHold((), Money(0), None, 900, None, 500),
    Refused((), Money(4000), 900),
    Refused((), None, None),
]
SENT: list[dict[str, object]] = [
    {"reference": "R-1", "voucher": "AB12", "service": "MEALS", "service_day": "2026-11-03", "quantity": "1",
     "unit": "hour", "unit_price": "40", "start": "10:00", "end": "11:00"},
    {"reference": "R-1", "worker": "Ä\\N 'x'", "note": 'tab\t"line"\n\\'},
    {"reference": "R-1", "worker": "Änni", "quantity": 2, "foo": [None, True, {"a\\": 1.5}]},
    {"worker": "NULL", "note": "half \ud800 of a letter", "client": "\u2028"},
    {},
]  # fmt: skip
ESCAPES = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def cells_of(line: str) -> list[str | None]:
    """Return the texts of a line as PostgreSQL reads them."""
    assert line.endswith("\n")
    return [
        None if cell == "\\N" else re.sub(r"\\.", lambda found: ESCAPES[found[0]], cell)
        for cell in line[:-1].split("\t")
    ]


@pytest.mark.parametrize("values", SENT)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_both_transports_carry_the_same_charge(outcome: Decided, values: dict[str, object]) -> None:
    read, _ = read_charge(SentCharge(1, values, NOW))
    new = NewCharge(values, read, outcome, 12, Arrival(NOW, None, 5))
    rows = rows_of_charges([(4, new)], {"MEALS": 2})
    [document] = json.loads(insert_statement(rows).parameters[0] or b"")
    copied = copy_text(rows)
    cells = dict(zip(copied.columns, cells_of(copied.text.decode()), strict=True))
    sent = json.loads(cells.pop("sent") or "")
    assert sent == {k: v.replace("\ud800", "?") if isinstance(v, str) else v for k, v in values.items()}
    assert sent == document.pop("sent")
    assert cells == {name: None if value is None else str(value) for name, value in document.items()}
