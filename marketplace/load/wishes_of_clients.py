"""What clients wanted when a guardian chose for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.mandates import ClientWish
from foundation.database.tables.people import Person


@dataclass(frozen=True, slots=True)
class KeptWish:
    """The client's wish, and the guardian who asked for it."""

    kind: str
    words: str
    asked_by: str
    asked_at: datetime


def wish_of_choice(session: Session, choice_id: int) -> KeptWish | None:
    """Return the wish kept with a choice; None if no guardian made it."""
    row = session.execute(
        select(ClientWish, Person.name)
        .join(Person, Person.id == ClientWish.asked_by)
        .where(ClientWish.choice_id == choice_id)
    ).one_or_none()
    if row is None:
        return None
    wish, name = row
    return KeptWish(wish.kind, wish.words, name, wish.asked_at)
