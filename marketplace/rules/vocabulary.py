"""The words that a search understands, ready to be looked up in any form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from marketplace.rules.word_forms import fold, possible_stems, stems_of, words_of

LEMMA_LANGUAGE = {"fi": "fi", "sv": "sv", "en": "en", "selko": "fi"}
"""The language of each of the four texts."""

_SHORTEST_TAIL, _SHORTEST_HEAD = 4, 2
_SHORTEST_WITH_TYPO, _LENGTH_FOR_TWO_TYPOS = 5, 8
_MOST_NEAR = 5
"""Stems with the fewest mistakes that are compared."""

SAME, PART, FIRST_PART, TYPO = 1.0, 0.8, 0.6, 0.5
"""How surely a word is meant: in some form, last part of a compound, first part, misspelt."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of the vocabulary, and what it stands for: a service or a value of a filter.

    `kind` is `service` or the name of a condition in `Wishes`.
    """

    text: str
    language: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """A term that a written word is, or is a part of."""

    term: Term
    part: int
    parts: int
    sureness: float


class Vocabulary:
    """Terms by the stems of their words, and of the words of phrases."""

    def __init__(self, terms: Iterable[Term], ignored: Iterable[str] = ()) -> None:
        self._by_stem: dict[str, dict[str, list[tuple[Term, int, int]]]] = {"fi": {}, "sv": {}, "en": {}}
        self._ignored = frozenset(fold(word) for word in ignored)
        for term in dict.fromkeys(terms):
            self._add(term)
        self._stems = {language: list(stems) for language, stems in self._by_stem.items()}

    def _add(self, term: Term) -> None:
        language = LEMMA_LANGUAGE[term.language]
        words = [fold(word) for word in words_of(term.text)]
        parts = [word for word in words if len(words) == 1 or word not in self._ignored] or words
        for part, word in enumerate(parts):
            for stem in stems_of(word, language):
                self._by_stem[language].setdefault(stem, []).append((term, part, len(parts)))

    def ignores(self, word: str) -> bool:
        """Return whether the word says nothing about what is searched for."""
        return fold(word) in self._ignored

    def meanings(self, word: str) -> list[Meaning]:
        """Return what the word may mean: in some form, else as a compound, else misspelt."""
        folded = fold(word)
        for found in (self._same, self._compound, self._misspelt):
            if meanings := list(found(folded)):
                return meanings
        return []

    def _same(self, word: str, sureness: float = SAME) -> Iterator[Meaning]:
        for language, stems in self._by_stem.items():
            for stem in possible_stems(word, language):
                for term, part, parts in stems.get(stem, ()):
                    yield Meaning(term, part, parts, sureness)

    def _compound(self, word: str) -> Iterator[Meaning]:
        """Return the meanings of the longest last part that is a known word, else of the first part."""
        for start in range(_SHORTEST_HEAD, len(word) - _SHORTEST_TAIL + 1):
            if tail := [each for each in self._same(word[start:], PART) if _is_single_long(each)]:
                yield from tail
                return
        for end in range(len(word) - _SHORTEST_HEAD, _SHORTEST_TAIL - 1, -1):
            if head := [each for each in self._same(word[:end], FIRST_PART) if _is_single_long(each)]:
                yield from head
                return

    def _misspelt(self, word: str) -> Iterator[Meaning]:
        """Find the nearest stems: one mistake, two in a long word; none in the first letter."""
        best: list[tuple[int, str, str]] = []
        for language, stems in self._stems.items():
            for stem in possible_stems(word, language):
                if len(stem) >= _SHORTEST_WITH_TYPO:
                    best += [(distance, language, near) for near, distance in _nearest(stem, stems)]
        least = min((distance for distance, _, _ in best), default=0)
        for language, near in dict.fromkeys((each[1], each[2]) for each in best if each[0] == least):
            for term, part, parts in self._by_stem[language][near]:
                yield Meaning(term, part, parts, TYPO)


def _is_single_long(meaning: Meaning) -> bool:
    return meaning.parts == 1 and len(meaning.term.text) >= _SHORTEST_TAIL and meaning.term.kind == "service"


def _nearest(stem: str, stems: list[str]) -> Iterator[tuple[str, int]]:
    mistakes = 2 if len(stem) >= _LENGTH_FOR_TWO_TYPOS else 1
    for near, distance, _ in process.extract(
        stem, stems, scorer=OSA.distance, score_cutoff=mistakes, limit=5
    ):
        if near[0] == stem[0] and len(near) >= _SHORTEST_WITH_TYPO:
            yield near, int(distance)


def service_terms(words: Mapping[tuple[str, str], Iterable[str]]) -> list[Term]:
    """Return the terms of services, from their words by service code and text."""
    return [
        Term(word, text, "service", service) for (service, text), listed in words.items() for word in listed
    ]
