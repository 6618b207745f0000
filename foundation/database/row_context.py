"""For whom a transaction reads and writes: the rows that row-level security shows it (docs/decisions/0184).

The policies compare the columns of a row with settings that hold until the transaction ends, so a pooled
connection brings none of them into the next transaction. Without them a transaction sees no row of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from foundation.vocabulary.roles import COUNTY_ROLES, PROVIDER_ROLES, PROVIDER_WORKERS, Actor

SETTINGS = ("omatori.county", "omatori.provider", "omatori.clients", "omatori.person", "omatori.choices")
_SET = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)
_KEY = "row context"
LIMITED = "limited by row contexts"
"""In the `info` of a session: its role sees the rows of a context. PostgreSQL refuses it COPY."""


@dataclass(frozen=True, slots=True)
class RowContext:
    """The county whose staff acts, the provider, the clients a person may act for, and the person.

    A worker of a provider has choices in place of the provider.
    """

    county_id: int | None = None
    provider_id: int | None = None
    client_ids: frozenset[int] = frozenset()
    person_id: int | None = None
    choice_ids: frozenset[int] = frozenset()

    @property
    def values(self) -> tuple[str, ...]:
        """The values of the settings; an empty text where there is nobody."""
        numbers = (self.county_id, self.provider_id)
        texts = ["" if number is None else str(number) for number in numbers]
        person = "" if self.person_id is None else str(self.person_id)
        return (*texts, _array(self.client_ids), person, _array(self.choice_ids))


def _array(ids: Iterable[int]) -> str:
    """Return ids as an array of PostgreSQL; an empty text if there are none."""
    listed = ",".join(map(str, sorted(ids)))
    return f"{{{listed}}}" if listed else ""


def context_of(actor: Actor) -> RowContext:
    """Return the context of an actor: the county, the provider or the clients, by the role alone."""
    if actor.role in COUNTY_ROLES:
        return RowContext(county_id=actor.county_id, person_id=actor.person_id)
    if actor.role in PROVIDER_ROLES:
        return RowContext(provider_id=actor.provider_id, person_id=actor.person_id)
    if actor.role in PROVIDER_WORKERS:
        return RowContext(person_id=actor.person_id, choice_ids=actor.choice_ids)
    return RowContext(client_ids=actor.client_ids, person_id=actor.person_id)


def is_limited(session: Session) -> bool:
    """Return whether policies hold the session back."""
    return bool(session.info.get(LIMITED))


def set_context(session: Session, context: RowContext) -> None:
    """Set the context of the session's transaction, and of those that it begins later."""
    session.info[_KEY] = context
    session.connection().exec_driver_sql(_SET, context.values)


def restore_context(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Set the session's context again when a transaction begins after a commit or a rollback."""
    context: RowContext | None = session.info.get(_KEY)
    if context is not None and not transaction.nested:
        connection.exec_driver_sql(_SET, context.values)


def keep_contexts(sessions: sessionmaker[Session]) -> None:
    """Have every session of the factory keep its context over its transactions."""
    event.listen(sessions, "after_begin", restore_context)
