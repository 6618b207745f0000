"""Messages as the two sides of a conversation read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.upkeep.rules.retention import last_day_kept
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES, Actor, Role
from marketplace.load.mandates import may_write
from marketplace.load.messages import (
    ConversationLine,
    SentMessage,
    conversation_line,
    conversations_of_client,
    conversations_of_county,
    conversations_of_provider,
    count_conversations,
    count_messages,
    messages_of,
)
from marketplace.load.reach import providers_reached, reaches_conversation
from marketplace.write.messages import mark_read


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """A conversation with its messages, as they were before they were marked as read."""

    line: ConversationLine
    messages: list[SentMessage]
    new_kept_until: date
    """The last day of a message that is sent today."""


def listed_conversations(
    session: Session, client_id: int | None, *, first: int, count: int, actor: Actor, now: datetime
) -> list[ConversationLine]:
    """Return the conversations of the actor's side: a client's, a provider's or a county's."""
    day = helsinki_day(now)
    if client_id is not None:
        found = _of_client(session, client_id, actor, day)
    elif actor.role in PROVIDER_ROLES:
        provider_id = actor.provider_id or 0
        found = conversations_of_provider(session, provider_id, day=day, first=first, count=count)
    else:
        found = conversations_of_county(session, actor.county_id or 0, first=first, count=count)
    return _disclosed(session, found, actor, now)


def own_conversations(
    session: Session, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[ConversationLine], int]:
    """Return a page of the conversations that the actor may read by the API, and the number of all."""
    day = helsinki_day(now)
    if actor.role in CLIENT_ROLES:
        found = [
            line
            for client_id in sorted(actor.client_ids)
            for line in _of_client(session, client_id, actor, day)
        ]
        return _acted_for(session, found[first : first + count], actor, now), len(found)
    lines = listed_conversations(session, None, first=first, count=count, actor=actor, now=now)
    scope = {"county_id": actor.county_id, "provider_id": actor.provider_id}
    return lines, count_conversations(session, day=day, **scope)


def own_conversation(
    session: Session, client_id: int, provider_id: int | None, *, actor: Actor, now: datetime
) -> ConversationLine | None:
    """Return a conversation of the actor for the API, and record the look; None if it is another's."""
    line = conversation_line(session, client_id, provider_id, day=helsinki_day(now))
    if line is None or not _takes_part(session, line, actor, now):
        return None
    return _acted_for(session, _disclosed(session, [line], actor, now), actor, now)[0]


def messages_of_disclosed(
    session: Session, line: ConversationLine, *, first: int, count: int
) -> tuple[list[SentMessage], int]:
    """Return a page of the messages of a conversation that has been disclosed, and the number of all."""
    key = (line.client_id, line.provider_id)
    return messages_of(session, *key, first=first, count=count), count_messages(session, *key)


def message_of_disclosed(session: Session, line: ConversationLine, number: int) -> SentMessage:
    """Return a message of a conversation that has been disclosed."""
    return messages_of(session, line.client_id, line.provider_id, after=number - 1, count=1)[0]


def _of_client(session: Session, client_id: int, actor: Actor, day: date) -> list[ConversationLine]:
    """Return the conversations of a client that the actor may read."""
    if not may_write(session, actor, client_id, day):
        return []
    reached = providers_reached(session, actor, client_id)
    found = conversations_of_client(session, client_id, day=day)
    return found if reached is None else [line for line in found if line.provider_id in reached]


def open_conversation(
    session: Session, client_id: int, provider_id: int | None, *, actor: Actor, now: datetime
) -> OpenConversation | None:
    """Return a conversation of the actor, and mark its messages as read; None if it is another's.

    A helper's reading marks nothing: the client still sees what is new.
    """
    line = conversation_line(session, client_id, provider_id, day=helsinki_day(now))
    if line is None or not _takes_part(session, line, actor, now):
        return None
    (shown,) = _disclosed(session, [line], actor, now)
    last_day = last_day_kept(helsinki_day(now), line.months)
    found = OpenConversation(shown, messages_of(session, client_id, provider_id), last_day)
    if found.messages and actor.role is not Role.REPRESENTATIVE:
        by_client = actor.role is Role.CLIENT
        mark_read(session, client_id, provider_id, by_client=by_client, number=found.messages[-1].number)
    return found


def _disclosed(
    session: Session, lines: list[ConversationLine], actor: Actor, now: datetime
) -> list[ConversationLine]:
    """Disclose conversations. On the client's side the page has recorded its look already (`open_client`)."""
    if actor.role in CLIENT_ROLES:
        return lines
    return disclose(session, lines, Look(actor, now, Purpose.MESSAGES, "message", key="client_id"))


def _acted_for(
    session: Session, lines: list[ConversationLine], actor: Actor, now: datetime
) -> list[ConversationLine]:
    """Record the look of a helper; the other sides' is recorded already."""
    if actor.role not in CLIENT_ROLES:
        return lines
    return disclose(session, lines, Look(actor, now, Purpose.ACTS_FOR_CLIENT, "message", key="client_id"))


def _takes_part(session: Session, line: ConversationLine, actor: Actor, now: datetime) -> bool:
    if line.client_id in actor.client_ids:
        opened = reaches_conversation(session, actor, line.client_id, line.provider_id)
        return opened and may_write(session, actor, line.client_id, helsinki_day(now))
    if actor.role in PROVIDER_ROLES:
        return line.provider_id is not None and line.provider_id == actor.provider_id
    return actor.role is Role.WORKER and line.provider_id is None and line.county_id == actor.county_id
