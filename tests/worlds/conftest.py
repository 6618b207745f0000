"""The worlds of `omatori seed` as a run of tests builds them once, in copies for modules of tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tests.builders.api import sessions_on
from tests.builders.seeded_world import SeededWorld, seeded_world
from tests.scratch_database import ScratchServer


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """A seeded world, and a session on the copy of it. What a test changes, the next one sees."""

    seeded: SeededWorld
    session: Session


@contextmanager
def stored_copy(scratch_server: ScratchServer, world: str, database: str) -> Iterator[StoredCopy]:
    """Copy a world into a new database of that name."""
    with (
        seeded_world(scratch_server, world, database) as seeded,
        sessions_on(seeded.database_url) as sessions,
        sessions() as session,
    ):
        yield StoredCopy(seeded, session)
