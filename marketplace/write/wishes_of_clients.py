"""Rows of clients' wishes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.database.tables.mandates import ClientWish
from marketplace.rules.guardian_acts import KEY_OF, SUBJECT_OF, AskedWish, GuardianAct


def store_wish(
    session: Session,
    *,
    client: tuple[int, int],
    act: GuardianAct,
    key: int,
    wish: AskedWish,
    asked_by: int,
    now: datetime,
) -> None:
    """Store what the client wants. `client` are the ids of the client and of the county."""
    client_id, county_id = client
    about = {KEY_OF[SUBJECT_OF[act]]: key}
    row = ClientWish(
        county_id=county_id,
        client_id=client_id,
        act=act.value,
        kind=wish.kind.value,
        words=wish.words,
        asked_by=asked_by,
        asked_at=now,
        **about,
    )
    session.add(row)
    session.flush()
