"""Worlds that many tests begin with: built once in a test run, and copied for each test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tests.builders.api import sessions_on
from tests.builders.county import numbers
from tests.scratch_database import ScratchServer

Stored = dict[str, Any]
"""What a test must know of a world, by name: keys and numbers, as JSON has them."""
Store = Callable[[Session], Stored]


@dataclass(frozen=True, slots=True)
class StoredWorld:
    """A test's own copy of a world."""

    database_url: str
    stored: Stored


@contextmanager
def stored_world(
    scratch_server: ScratchServer, name: str, store: Store, database: str
) -> Iterator[StoredWorld]:
    """Copy a world into a new database, which is dropped at the end; `store` builds it, once in a run."""
    built = json.loads(scratch_server.once(name, lambda database_url: _build(database_url, store)))
    numbers.go_past(built["last_number"])
    yield StoredWorld(scratch_server.new_database(database, template=name), built["stored"])
    scratch_server.drop_database(database)


def _build(database_url: str, store: Store) -> str:
    with sessions_on(database_url) as sessions, sessions.begin() as session:
        stored = store(session)
    return json.dumps({"stored": stored, "last_number": numbers.last})
