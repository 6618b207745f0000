"""Rows that go by COPY come back as rows that go by INSERT: what is written is what is read."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.write.rows import COPY_FROM_ROWS, store_rows
from foundation.database.tables.audit import AuditEvent
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


@pytest.mark.parametrize("text", AWKWARD)
def test_text_survives_copy(session: Session, text: str) -> None:
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
    read = []
    for count in (1, COPY_FROM_ROWS):
        before = session.scalars(select(AuditEvent.id)).all()
        store_rows(session, AuditEvent, [row] * count)
        found = session.scalars(select(AuditEvent).where(AuditEvent.id.not_in(before))).all()
        assert len(found) == count
        read += [(one.at, one.actor_id, one.role, one.subject_id, one.why, one.detail) for one in found]
    assert all(one == (NOW, 7, None, text, text, row["detail"]) for one in read)
