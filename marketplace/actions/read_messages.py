"""Note how far a side of a conversation has read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from foundation.vocabulary.roles import Actor, Role
from marketplace.load.messages import ConversationLine
from marketplace.write.messages import mark_read


def mark_messages_read(session: Session, line: ConversationLine, *, number: int, actor: Actor) -> None:
    """Note that the actor's side has read up to a message. A helper's reading marks nothing.

    So the client still sees what is new. The caller has seen that the actor is of the conversation.
    """
    if actor.role is not Role.REPRESENTATIVE:
        by_client = actor.role is Role.CLIENT
        mark_read(session, line.client_id, line.provider_id, by_client=by_client, number=number)
