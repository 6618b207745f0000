"""Which reads are looks (Act 703/2023, section 48), and what is stored of each."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from clearing.disclosure.facts.looks import ClientRow, Look
from clearing.disclosure.rules.known_fields import ADDRESS
from clearing.ledger.facts.audit import AuditNote
from foundation.vocabulary.roles import Actor, Role

LOOK: Final = "client.look"
ADDRESS_READ: Final = "client.address"
KEYS_NAMED: Final = 10
"""A look at more rows of one client names the first ones and counts all."""


def is_look(actor: Actor, client_id: int | None) -> bool:
    """Return whether a read is a look: somebody else than the client reads the client's data."""
    if client_id is None:
        return False
    return not (actor.role is Role.CLIENT and client_id in actor.client_ids)


def notes_of_looks(look: Look, rows: Iterable[ClientRow]) -> list[AuditNote]:
    """Return one note for each client whose rows are read."""
    by_client: dict[int, list[ClientRow]] = {}
    for row in rows:
        if row.client_id is not None and is_look(look.actor, row.client_id):
            by_client.setdefault(row.client_id, []).append(row)
    return [_note(look, client_id, found) for client_id, found in by_client.items()]


def notes_of_addresses(look: Look, shown: Iterable[ClientRow]) -> list[AuditNote]:
    """Return one note for each client of whom a protected address is shown, beside the look itself.

    `shown` are the rows as the reader gets them: without the fields that the reader may not know.
    """
    read = {
        row.client_id: row
        for row in shown
        if getattr(row, "has_protected_address", False)
        and any(getattr(row, field.value, None) is not None for field in ADDRESS)
        and is_look(look.actor, row.client_id)
    }
    return [
        replace(_note(look, client_id, [row]), act=ADDRESS_READ)
        for client_id, row in read.items()
        if client_id is not None
    ]


def _note(look: Look, client_id: int, rows: Sequence[ClientRow]) -> AuditNote:
    keys = [str(getattr(row, look.key)) for row in rows]
    named = " ".join(dict.fromkeys(keys[:KEYS_NAMED]))
    return AuditNote(
        actor=look.actor,
        at=look.at,
        act=LOOK,
        subject_kind=look.kind,
        subject_id=named,
        detail={"rows": len(keys)} if len(keys) > 1 else {},
        county_id=rows[0].county_id,
        client_id=client_id,
        why=" ".join(look.why.replace("\x00", "").split()) or look.purpose,
    )
