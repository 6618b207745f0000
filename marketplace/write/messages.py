"""Store messages, and how far each side has read."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.messages import Conversation, Message

MESSAGE_LOCK = 0x6D737367  # "mssg": the space of advisory locks, one for each client


def lock_conversation(session: Session, client_id: int) -> None:
    """Wait for other senders of the client's messages, also of the first one, until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(MESSAGE_LOCK, client_id % 2**31)))


def message_at(
    session: Session, client_id: int, provider_id: int | None, number: int
) -> tuple[str, str] | None:
    """Return the party and the words of a message of a conversation; None if there is none."""
    row = session.execute(
        select(Message.party, Message.words)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.client_id == client_id)
        .where(Conversation.provider_id.is_not_distinct_from(provider_id), Message.number == number)
    ).one_or_none()
    return None if row is None else (row.party, row.words)


def store_message(
    session: Session,
    *,
    county_id: int,
    client_id: int,
    provider_id: int | None,
    party: str,
    words: str,
    by: int | None,
    now: datetime,
    last_day: date,
) -> tuple[int, int]:
    """Store the next message; return the id of the conversation and the message's number.

    A side that has read all before has then read its own message, too.
    """
    key, number = _counted(session, county_id, client_id, provider_id, now)
    side = Conversation.client_read if party == "client" else Conversation.other_read
    own = update(Conversation).where(Conversation.id == key, side == number - 1)
    session.execute(own.values({side: number}))
    session.add(
        Message(
            county_id=county_id,
            conversation_id=key,
            number=number,
            party=party,
            words=words,
            sent_at=now,
            sent_by=by,
            last_day=last_day,
        )
    )
    session.flush()
    return key, number


def _counted(
    session: Session, county_id: int, client_id: int, provider_id: int | None, now: datetime
) -> tuple[int, int]:
    """Count one more message in a conversation, which begins with its first; return its id and the count."""
    values = {
        "county_id": county_id,
        "client_id": client_id,
        "provider_id": provider_id,
        "messages": 1,
        "client_read": 0,
        "other_read": 0,
        "last_at": now,
    }
    new = (
        insert(Conversation)
        .values(values)
        .on_conflict_do_update(
            index_elements=["client_id", "provider_id"],
            set_={"messages": Conversation.messages + 1, "last_at": now},
        )
    )
    found = session.execute(new.returning(Conversation.id, Conversation.messages)).one()
    return found.id, found.messages


def mark_read(
    session: Session, client_id: int, provider_id: int | None, *, by_client: bool, number: int
) -> None:
    """Note that a side has read up to a message; never less than before."""
    column = Conversation.client_read if by_client else Conversation.other_read
    session.execute(
        update(Conversation)
        .where(
            Conversation.client_id == client_id,
            Conversation.provider_id.is_not_distinct_from(provider_id),
            Conversation.messages >= number,
        )
        .values({column: func.greatest(column, number)})
    )
