"""The only way of clients' data to a reader: it removes what the reader may not know and records the look.

`docs/security.md` lists the queries that return clients' rows. A test
(`tests/architecture/test_disclosure.py`) fails for a page, an endpoint or a command that runs such a query
itself instead of through a `disclosure` room, whose functions call `disclose`.
"""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy.orm import Session

from clearing.disclosure.facts.looks import ClientRow, Look
from clearing.disclosure.rules.known_fields import without_unknown_fields
from clearing.disclosure.rules.looks import notes_of_addresses, notes_of_looks
from clearing.ledger.write.audit import store_notes

Row = TypeVar("Row", bound=ClientRow)


def disclose(session: Session, rows: Iterable[Row], look: Look) -> list[Row]:
    """Record one look for each client of the rows, and return the rows as the reader may know them.

    A protected address that is shown is recorded too. The notes are stored by one statement. What clients
    read of themselves is not a look.
    """
    read = list(rows)
    shown = [without_unknown_fields(row, look.actor.role, look.purpose) for row in read]
    store_notes(session, [*notes_of_looks(look, read), *notes_of_addresses(look, shown)], [])
    return shown
