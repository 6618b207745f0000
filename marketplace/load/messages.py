"""Conversations of clients with workers and providers, and how much of them is unread."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Funding
from foundation.database.tables.messages import Conversation, Message
from foundation.database.tables.people import Person
from foundation.database.tables.providers import Provider

WRITES_AFTER_THE_END = timedelta(days=60)
"""A client and a provider can write to each other this long after the client's last choice has ended."""
WITH_WORKERS = "county"
_KEY = re.compile(rf"([0-9]{{1,18}})-([0-9]{{1,18}}|{WITH_WORKERS})")


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """A conversation in a list. `provider_id` None: with the county's workers; `last_at` None: none yet."""

    client_id: int
    county_id: int
    client_name: str | None
    client_number: str | None
    provider_id: int | None
    provider: str
    messages: int
    client_read: int
    other_read: int
    last_at: datetime | None
    business_id: str | None = None
    months: int = 0
    """How many months a message that is sent now is kept."""

    @property
    def key(self) -> str:
        """The conversation's id in the API, which it has before its first message."""
        return f"{self.client_id}-{self.provider_id or WITH_WORKERS}"


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of a conversation."""

    number: int
    party: str
    words: str
    at: datetime
    by: str | None
    last_day: date


def read_conversation_key(text: str) -> tuple[int, int | None] | None:
    """Return the client and the provider (None: the workers) of a conversation's id; None if malformed."""
    found = _KEY.fullmatch(text)
    if found is None:
        return None
    return int(found[1]), None if found[2] == WITH_WORKERS else int(found[2])


def conversation_line(
    session: Session, client_id: int, provider_id: int | None, *, day: date
) -> ConversationLine | None:
    """Return a client's conversation with a provider or the workers; None if there can be none."""
    if provider_id is None:
        rows = session.execute(_with_workers().where(Client.id == client_id)).all()
    else:
        query = _with_providers(day).where(Client.id == client_id, Provider.id == provider_id)
        rows = session.execute(query).all()
    return _line(rows[0]) if rows else None


def conversations_of_client(session: Session, client_id: int, *, day: date) -> list[ConversationLine]:
    """Return the client's conversations: with the workers, then with each provider by name."""
    workers = session.execute(_with_workers().where(Client.id == client_id)).all()
    query = _with_providers(day).where(Client.id == client_id).order_by(Provider.name, Provider.id)
    return [_line(row) for row in (*workers, *session.execute(query).all())]


def conversations_of_provider(
    session: Session, provider_id: int, *, day: date, first: int, count: int
) -> list[ConversationLine]:
    """Return a page of the clients whom a provider may write to, the newest message first."""
    query = _with_providers(day).where(Provider.id == provider_id)
    query = query.order_by(Conversation.last_at.desc().nulls_last(), Client.number)
    return [_line(row) for row in session.execute(query.offset(first).limit(count))]


def count_conversations(
    session: Session, *, day: date, county_id: int | None = None, provider_id: int | None = None
) -> int:
    """Return the number of all conversations that a county or a provider can list."""
    query = _with_providers(day).where(Provider.id == provider_id)
    if provider_id is None:
        query = _with_workers().where(Client.county_id == county_id, Conversation.id.is_not(None))
    rows = query.with_only_columns(Client.id).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def conversations_of_county(
    session: Session, county_id: int, *, first: int, count: int
) -> list[ConversationLine]:
    """Return a page of the conversations with the county's workers, unread ones first, then the newest."""
    unread = Conversation.messages > Conversation.other_read
    query = _with_workers().where(Client.county_id == county_id, Conversation.id.is_not(None))
    query = query.order_by(unread.desc(), Conversation.last_at.desc(), Conversation.id)
    return [_line(row) for row in session.execute(query.offset(first).limit(count))]


def count_unread(session: Session, *, county_id: int | None = None, provider_id: int | None = None) -> int:
    """Return the number of conversations with unread messages, of a county's workers or of a provider."""
    mine = Conversation.provider_id == provider_id
    if provider_id is None:
        mine = and_(Conversation.county_id == county_id, Conversation.provider_id.is_(None))
    unread = select(func.count()).where(mine, Conversation.messages > Conversation.other_read)
    return session.scalar(unread) or 0


def unread_by_client(session: Session, client_id: int, *, providers: Collection[int] | None = None) -> int:
    """Return the number of messages that the client has not read; `providers`: only those with these."""
    unread = func.coalesce(func.sum(Conversation.messages - Conversation.client_read), 0)
    query = select(unread).where(Conversation.client_id == client_id)
    if providers is not None:
        query = query.where(Conversation.provider_id.in_(providers))
    return int(session.scalar(query) or 0)


def messages_of(
    session: Session,
    client_id: int,
    provider_id: int | None,
    *,
    after: int = 0,
    first: int = 0,
    count: int | None = None,
) -> list[SentMessage]:
    """Return the messages of a conversation, the oldest first; all, or a page of those after a number."""
    query = (
        select(Message, Person.name)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Person, Person.id == Message.sent_by)
        .where(
            Conversation.client_id == client_id,
            Conversation.provider_id.is_not_distinct_from(provider_id),
            Message.number > after,
        )
        .order_by(Message.number)
        .offset(first)
        .limit(count)
    )
    return [
        SentMessage(row.number, row.party, row.words, row.sent_at, name, row.last_day)
        for row, name in session.execute(query)
    ]


def count_messages(session: Session, client_id: int, provider_id: int | None) -> int:
    """Return how many messages of a conversation are kept."""
    query = (
        select(func.count())
        .select_from(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.client_id == client_id, Conversation.provider_id.is_not_distinct_from(provider_id)
        )
    )
    return session.scalar(query) or 0


def _columns() -> tuple[Any, ...]:
    return (
        Client.id,
        Client.county_id,
        Client.name,
        Client.number,
        Conversation.messages,
        Conversation.client_read,
        Conversation.other_read,
        Conversation.last_at,
        County.message_months,
    )


def _with_workers() -> Select[*tuple[Any, ...]]:
    stored = and_(Conversation.client_id == Client.id, Conversation.provider_id.is_(None))
    of_client = select(*_columns()).select_from(Client).join(County, County.id == Client.county_id)
    return of_client.outerjoin(Conversation, stored)


def _with_providers(day: date) -> Select[*tuple[Any, ...]]:
    """Select each client with each provider of a choice that is in force, or ended a short time ago."""
    recent = func.coalesce(Choice.ends_on, day) >= day - WRITES_AFTER_THE_END
    chosen = (
        select(Choice.id)
        .join(Funding, Funding.id == Choice.funding_id)
        .where(
            Funding.client_id == Client.id,
            Choice.provider_id == Provider.id,
            Choice.withdrawn_at.is_(None),
            or_(Choice.ended_at.is_(None), Choice.ends_on.is_not(None)),
            recent,
        )
    )
    stored = and_(Conversation.client_id == Client.id, Conversation.provider_id == Provider.id)
    return (
        select(*_columns(), Provider.id.label("provider_id"), Provider.name.label("provider"))
        .add_columns(Provider.business_id)
        .select_from(Client)
        .join(County, County.id == Client.county_id)
        .join(Provider, chosen.exists())
        .outerjoin(Conversation, stored)
    )


def _line(row: Row[*tuple[Any, ...]]) -> ConversationLine:
    return ConversationLine(
        client_id=row.id,
        county_id=row.county_id,
        client_name=row.name,
        client_number=row.number,
        provider_id=getattr(row, "provider_id", None),
        provider=getattr(row, "provider", ""),
        messages=row.messages or 0,
        client_read=row.client_read or 0,
        other_read=row.other_read or 0,
        last_at=row.last_at,
        business_id=getattr(row, "business_id", None),
        months=row.message_months,
    )
