"""Add and remove the words by which a county's clients find a service."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.vocabulary import WordEntry, offered_service_id, search_words
from marketplace.rules.refusals import SERVICE_UNKNOWN
from marketplace.rules.vocabulary import LEMMA_LANGUAGE
from marketplace.write.search_words import delete_search_words, store_search_word

FEWEST_LETTERS, MOST_LETTERS = 2, 60


class WordRefusalCode(StrEnum):
    """Why a word is not added."""

    LENGTH = "word_length"
    TEXT = "text_unknown"
    EXISTS = "word_exists"


def add_search_word(
    session: Session, county_id: int, *, service: str, text: str, word: str, actor: Actor, now: datetime
) -> int | Refusal:
    """Add a word or phrase to a service of the county and return its id; `text` is fi, sv, en or selko."""
    word = " ".join(word.split())
    if not FEWEST_LETTERS <= len(word) <= MOST_LETTERS:
        return Refusal(WordRefusalCode.LENGTH, "word")
    if text not in LEMMA_LANGUAGE:
        return Refusal(WordRefusalCode.TEXT, "text")
    service_id = offered_service_id(session, county_id, service)
    if service_id is None:
        return SERVICE_UNKNOWN
    key = store_search_word(session, county_id, service_id, text, word)
    if key is None:
        return Refusal(WordRefusalCode.EXISTS, "word")
    _audit(session, county_id, "search_word.add", WordEntry(key, service, text, word), actor, now)
    return key


def remove_search_words(
    session: Session, county_id: int, ids: Collection[int], *, actor: Actor, now: datetime
) -> int:
    """Remove words of the county and return how many there were."""
    removed = [entry for entry in search_words(session, county_id) if entry.id in ids]
    delete_search_words(session, county_id, [entry.id for entry in removed])
    for entry in removed:
        _audit(session, county_id, "search_word.remove", entry, actor, now)
    return len(removed)


def _audit(session: Session, county_id: int, act: str, entry: WordEntry, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("search_word", entry.id),
        county_id=county_id,
        detail={"service": entry.service, "text": entry.text, "word": entry.word},
    )
