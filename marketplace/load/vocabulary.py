"""The vocabulary of a search: the county's words, names of services and municipalities, words of filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import Municipality
from foundation.database.tables.services import CountyService, SearchWord, Service
from marketplace.rules.filter_words import IGNORED, filter_terms, municipality_terms
from marketplace.rules.vocabulary import Term, Vocabulary

_MOST_KEPT = 16
_kept: dict[tuple[object, ...], Vocabulary] = {}
"""Vocabularies by what they were built from: building one takes some 30 ms."""


@dataclass(frozen=True, slots=True)
class WordEntry:
    """A search word of a county."""

    id: int
    service: str
    text: str
    word: str


def load_vocabulary(session: Session, county_id: int | None = None) -> Vocabulary:
    """Return the vocabulary of a county, or of all counties together."""
    key = _content_key(session, county_id)
    vocabulary = _kept.get(key)
    if vocabulary is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        vocabulary = _kept[key] = Vocabulary([*_terms(session, county_id), *filter_terms()], IGNORED)
    return vocabulary


def search_words(session: Session, county_id: int | None = None) -> list[WordEntry]:
    """Return the words of a county, or of all counties, by service, text and word."""
    query = (
        select(SearchWord.id, Service.code, SearchWord.text, SearchWord.word)
        .join(Service, Service.id == SearchWord.service_id)
        .order_by(Service.name_fi, SearchWord.text, SearchWord.word)
    )
    if county_id is not None:
        query = query.where(SearchWord.county_id == county_id)
    return [WordEntry(*row) for row in session.execute(query)]


def offered_service_id(session: Session, county_id: int, code: str) -> int | None:
    """Return the id of a service that the county offers; None if it does not."""
    return session.scalar(
        select(Service.id)
        .join(CountyService, CountyService.service_id == Service.id)
        .where(Service.code == code, CountyService.county_id == county_id)
    )


def _terms(session: Session, county_id: int | None) -> Iterator[Term]:
    for entry in search_words(session, county_id):
        yield Term(entry.word, entry.text, "service", entry.service)
    for code, *names in session.execute(
        select(Service.code, Service.name_fi, Service.name_sv, Service.name_en)
    ):
        for text, name in zip(("fi", "sv", "en"), names, strict=True):
            yield Term(name, text, "service", code)
    places = session.execute(
        select(
            func.coalesce(Municipality.successor_code, Municipality.code),
            Municipality.name_fi,
            Municipality.name_sv,
        )
    )
    yield from municipality_terms((code, fi, sv) for code, fi, sv in places)


def _content_key(session: Session, county_id: int | None) -> tuple[object, ...]:
    """Return what distinguishes one state of the words and names from another."""
    word = func.concat_ws("|", SearchWord.id, SearchWord.service_id, SearchWord.text, SearchWord.word)
    words = select(func.md5(func.string_agg(word, "|")))
    if county_id is not None:
        words = words.where(SearchWord.county_id == county_id)
    service = func.concat_ws("|", Service.id, Service.code, Service.name_fi, Service.name_sv, Service.name_en)
    place = func.concat_ws("|", Municipality.code, Municipality.name_fi, Municipality.successor_code)
    row = session.execute(
        select(
            words.scalar_subquery(),
            select(func.md5(func.string_agg(service, "|"))).scalar_subquery(),
            select(func.md5(func.string_agg(place, "|"))).scalar_subquery(),
        )
    ).one()
    return (county_id, *row)
