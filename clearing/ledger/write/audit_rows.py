"""Audit notes as rows. No database is needed."""

from collections.abc import Sequence
from typing import Any

from clearing.ledger.facts.audit import ACTOR_PROVIDER, AuditNote
from foundation.database.table_rows import TableRows
from foundation.vocabulary.roles import Actor

_COLUMNS = (
    "county_id",
    "at",
    "actor_id",
    "actor_name",
    "role",
    "act",
    "subject_kind",
    "subject_id",
    "client_id",
    "why",
    "detail",
)


def rows_of_notes(notes: Sequence[AuditNote], keys: Sequence[int]) -> TableRows:
    """Return the rows of notes; `keys` are the ids of the rows that the notes are about, by place."""
    return TableRows("audit_event", _COLUMNS, [_row(note, keys) for note in notes])


def _row(note: AuditNote, keys: Sequence[int]) -> tuple[Any, ...]:
    actor = note.actor
    return (
        actor.county_id if note.county_id is None else note.county_id,
        note.at,
        actor.person_id,
        actor.name,
        actor.role,
        note.act,
        note.subject_kind,
        _subject_id(note, keys),
        note.client_id,
        note.why,
        {**note.detail, **_actor_detail(actor)},
    )


def _actor_detail(actor: Actor) -> dict[str, Any]:
    """Return what the row's columns do not say of the actor: how the person acted, and for whom."""
    detail: dict[str, Any] = {"via": actor.via} if actor.via else {}
    if actor.provider_id is not None:
        detail[ACTOR_PROVIDER] = actor.provider_id
    return detail


def _subject_id(note: AuditNote, keys: Sequence[int]) -> str:
    if note.subject_id is not None:
        return note.subject_id
    return "" if note.place is None else str(keys[note.place])
