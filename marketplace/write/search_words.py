"""Rows of the words by which services are found."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.services import SearchWord


def store_search_word(session: Session, county_id: int, service_id: int, text: str, word: str) -> int | None:
    """Store a word and return its id; None if the service has it already."""
    row = insert(SearchWord).values(county_id=county_id, service_id=service_id, text=text, word=word)
    return session.scalar(row.on_conflict_do_nothing().returning(SearchWord.id))


def delete_search_words(session: Session, county_id: int, ids: Collection[int]) -> None:
    """Delete words of a county."""
    session.execute(delete(SearchWord).where(SearchWord.county_id == county_id, SearchWord.id.in_(ids)))
