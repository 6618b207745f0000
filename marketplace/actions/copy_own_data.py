"""Make a copy of everything that the service holds about a client."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.roles import Actor
from marketplace.load.mandates import ClientEntry
from marketplace.load.own_data import own_data
from marketplace.rules.own_data import OwnData
from marketplace.rules.own_data_reading import Reading

COPIED: Final = "data.copy"


def copy_own_data(
    session: Session, client: ClientEntry, reading: Reading, *, actor: Actor, why: str = "", now: datetime
) -> OwnData:
    """Return the copy as far as its reader may know it, and record who made it; the client reads that.

    The rows are read first, so that the copy does not list itself. Source: Regulation (EU) 2016/679,
    articles 15 and 20.
    """
    found = own_data(session, client.id, reading, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act=COPIED,
        subject=("client", client.number),
        county_id=client.county_id,
        client_id=client.id,
        why=why,
        detail={"rows": sum(len(kind.rows) for kind in found.kinds)},
    )
    return found
