"""A person's own settings."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation.database.tables.people import Person
from foundation.vocabulary.languages import Language


def keep_language(session: Session, person_id: int, language: Language) -> None:
    """Store the person's language, for every browser and letter."""
    session.execute(update(Person).where(Person.id == person_id).values(language=language.value))
