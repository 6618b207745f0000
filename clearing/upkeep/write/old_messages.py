"""Deleting the messages whose last day is over."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from clearing.upkeep.write.retention import remove_as_of
from foundation.database.tables.messages import Conversation, Message


def delete_old_messages(session: Session, *, today: date, most: int) -> dict[int, int]:
    """Delete at most `most` messages kept until before today; return how many by county.

    Those of a client whose appeal or dispute is open are left. A conversation without messages goes, too. The
    conversations are locked first: whoever sends a message meanwhile waits, and begins it again.
    """
    due = (
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.last_day < today, ~func.client_is_held(Conversation.client_id, today))
        .order_by(Message.last_day, Message.id)
        .limit(most)
    )
    remove_as_of(session, today)
    ids = session.scalars(due).all()
    if not ids:
        return {}
    own = select(Message.conversation_id).where(Message.id.in_(ids))
    lock = select(Conversation.id).where(Conversation.id.in_(own)).order_by(Conversation.id)
    conversations = session.scalars(lock.with_for_update()).all()
    counties = session.scalars(delete(Message).where(Message.id.in_(ids)).returning(Message.county_id)).all()
    empty = ~exists().where(Message.conversation_id == Conversation.id)
    session.execute(delete(Conversation).where(Conversation.id.in_(conversations), empty))
    return {county_id: counties.count(county_id) for county_id in sorted(set(counties))}
